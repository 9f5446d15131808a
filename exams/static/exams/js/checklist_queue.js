/*
 * Numbered saves of one sitting: every value gets the next number of its field, is kept in localStorage until the
 * server has acknowledged it, and is sent again until it is. Only unsent values are ever kept (offline.md 4).
 */

const BATCH = 50;
const TIMEOUT = 8000;
const FIRST_WAIT = 500;
const LONGEST_WAIT = 15000;

function csrfToken() {
  // Read for each send: signing in again in another tab changes it.
  const cookie = document.cookie.match(/(?:^|;\s*)(?:__Host-csrf|csrftoken)=([^;]+)/);
  return cookie ? cookie[1] : document.querySelector("[name=csrfmiddlewaretoken]").value;
}

export class SaveQueue extends EventTarget {
  constructor({ key, url }) {
    super();
    this.key = key;
    this.url = url;
    this.fields = new Map();
    this.failures = 0;
    this.inFlight = false;
    this.stopped = true;
    this.timer = 0;
    this.savedAt = "";
  }

  /* Tell what the server holds; returns what this device kept but never got acknowledged. */
  seed(rows) {
    for (const { field, seq, value } of rows) {
      this.fields.set(field, { seq, acked: seq, value, halted: false });
    }
    const kept = this.read();
    const restored = [];
    for (const [field, { seq, value }] of Object.entries(kept)) {
      const entry = this.fields.get(field);
      if (!entry || entry.value === value) continue;
      if (entry.acked >= seq) {
        // Somebody else saved meanwhile: never overwrite silently.
        entry.halted = true;
        this.tell("conflict", { field, mine: value, theirs: entry.value, theirSeq: entry.acked });
        entry.seq = seq;
        entry.value = value;
        continue;
      }
      entry.seq = seq;
      entry.value = value;
      restored.push({ field, value });
    }
    this.write();
    return restored;
  }

  put(field, value) {
    const entry = this.fields.get(field);
    if (!entry || (entry.value === value && !entry.halted)) return;
    entry.seq = Math.max(entry.seq, entry.acked) + 1;
    entry.value = value;
    entry.halted = false;
    this.write();
    this.tell("state");
    this.soon(0);
  }

  /* Settle a conflict: with the own value under a new number, or with the other one. */
  settle(field, { value, theirSeq, mine }) {
    const entry = this.fields.get(field);
    entry.halted = false;
    entry.acked = theirSeq;
    entry.seq = theirSeq;
    entry.value = mine ? "\u0000" : value;
    if (mine) this.put(field, value);
    else this.write();
    this.tell("state");
  }

  get waiting() {
    return [...this.fields].filter(([, entry]) => entry.seq > entry.acked || entry.halted);
  }

  get unsent() {
    return [...this.fields].filter(([, entry]) => entry.seq > entry.acked && !entry.halted);
  }

  start() {
    this.stopped = false;
    this.soon(0);
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
    this.tell("state");
  }

  kick() {
    this.failures = 0;
    this.soon(0);
  }

  soon(wait) {
    clearTimeout(this.timer);
    if (!this.stopped) this.timer = setTimeout(() => this.send(), wait);
  }

  async send() {
    const batch = this.unsent.slice(0, BATCH).map(([field, { seq, value }]) => ({ field, seq, value }));
    if (this.inFlight || this.stopped || !batch.length) return;
    this.inFlight = true;
    this.tell("state");
    try {
      await this.exchange(batch);
      this.failures = 0;
    } catch {
      this.failures += 1;
    } finally {
      this.inFlight = false;
    }
    this.tell("state");
    if (this.unsent.length) {
      this.soon(this.failures ? Math.random() * Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.failures) + 100 : 0);
    }
  }

  async exchange(batch) {
    const response = await fetch(this.url, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrfToken() },
      body: JSON.stringify({ saves: batch }),
      cache: "no-store",
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT),
    });
    if (response.status === 401) this.tell("signed-out");
    if (response.status === 409) this.tell("elsewhere");
    if (!response.ok) throw new Error(String(response.status));
    const answer = await response.json();
    for (const reply of answer.replies) this.take(reply);
    this.savedAt = answer.saved_at;
    this.tell("answer", answer);
  }

  take(reply) {
    const entry = this.fields.get(reply.field);
    if (reply.reply === "ok" || reply.reply === "ok-duplicate") {
      entry.acked = Math.max(entry.acked, reply.seq);
    } else if (reply.reply === "ignored-stale") {
      entry.acked = reply.stored.seq;
      entry.seq = reply.stored.seq + 1;
    } else if (reply.reply === "conflict") {
      entry.halted = true;
      const { value, seq } = reply.stored;
      this.tell("conflict", { field: reply.field, mine: entry.value, theirs: value, theirSeq: seq });
    } else if (reply.reply === "refused") {
      entry.halted = true;
      this.tell("refused", reply);
    } else {
      this.stopped = true;
      this.tell("closed", reply);
    }
    this.write();
  }

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  read() {
    try {
      return JSON.parse(localStorage.getItem(this.key)) ?? {};
    } catch {
      return {};
    }
  }

  write() {
    const kept = Object.fromEntries(this.waiting.map(([field, { seq, value }]) => [field, { seq, value }]));
    try {
      if (Object.keys(kept).length) localStorage.setItem(this.key, JSON.stringify(kept));
      else localStorage.removeItem(this.key);
    } catch {
      // Storage full or switched off: values stay in the page and are still sent.
    }
  }
}
