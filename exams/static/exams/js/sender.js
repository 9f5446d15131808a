/**
 * Sends answers in order of need: newest value of each question, one request at a time, until each is acknowledged.
 *
 * Numbers count up per question; the server takes a save when its number is higher than the stored one. Replies:
 * ok, ok-duplicate, ignored-stale, conflict, superseded, closed, paused, refused.
 */

import { forget, keep, waiting } from "./store.js";

const LARGEST_BATCH = 50;
const LONGEST_BATCH = 50000; // characters of one request: essays go a few at a time; exams/forms.py, LARGEST_BODY
const TIMEOUT = 8000;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15000;

/** Whether two answers are the same; the order in which options were ticked does not matter. */
export function sameValue(one, other) {
  const plain = (value) => JSON.stringify(Array.isArray(value) ? [...value].sort() : value);
  return plain(one) === plain(other);
}

/** Read the form token afresh: signing in again changes it while this page stays open. */
export function csrfToken(cookie) {
  const found = document.cookie.split("; ").find((part) => part.startsWith(`${cookie}=`));
  return found ? decodeURIComponent(found.slice(cookie.length + 1)) : "";
}

/** As many saves, from the first on, as one request may hold; one always fits. */
function firstOf(saves) {
  let length = 0;
  const tooMany = saves.findIndex((save, place) => {
    length += JSON.stringify(save).length;
    return place > 0 && (place >= LARGEST_BATCH || length > LONGEST_BATCH);
  });
  return tooMany < 0 ? saves : saves.slice(0, tooMany);
}

export class Sender extends EventTarget {
  /** @param {{attempt: string, token: string, csrfCookie: string, saveUrl: string, flagUrl: string}} settings */
  constructor(settings) {
    super();
    this.settings = settings;
    this.stored = new Map(); // item → highest number known to be used
    this.pending = new Map(); // item → {item, seq, value, clientTime}
    this.conflicts = new Map(); // item → {mine, stored}
    this.refused = new Set(); // items whose answer the server could not take; it stays on the device
    this.seeded = new Set(); // items of which this page knows what the server held when it opened
    this.flags = new Map(); // item → flagged, not yet acknowledged
    this.stopped = "";
    this.held = false; // in a pause answers wait here
    this.failures = 0;
    this.failingSince = 0;
    this.busy = false;
    this.timer = 0;
    for (const event of ["online", "focus", "pageshow"]) addEventListener(event, () => this.kick());
    document.addEventListener("visibilitychange", () => document.hidden || this.kick());
  }

  /** Take up what the server holds and what still waits on this device. */
  async seed(items) {
    this.seeded = new Set(items.map(({ number }) => number));
    for (const item of items) this.stored.set(item.number, item.seq);
    const held = new Map(items.map((item) => [item.number, item]));
    for (const record of await waiting(this.settings.attempt).catch(() => [])) this.takeUp(record, held.get(record.item));
    this.kick();
  }

  takeUp(record, item) {
    const seq = item ? item.seq : 0;
    if (item && sameValue(item.value, record.value)) this.drop(record);
    else if (record.seq > seq) this.pending.set(record.item, record);
    else this.conflicts.set(record.item, { mine: record.value, stored: { seq, value: item.value } });
    this.stored.set(record.item, Math.max(seq, record.seq));
  }

  drop(record) {
    forget(this.settings.attempt, record.item, record.seq).catch(() => {});
  }

  /** Keep an answer on the device and send it as soon as possible. */
  save(item, value) {
    if (this.stopped) return;
    const seq = (this.stored.get(item) ?? 0) + 1;
    this.put({ attempt: this.settings.attempt, item, seq, value, clientTime: new Date().toISOString() });
    this.kick();
  }

  put(record) {
    this.stored.set(record.item, record.seq);
    this.conflicts.delete(record.item);
    this.refused.delete(record.item);
    this.pending.set(record.item, record);
    keep(record).catch(() => {});
    this.tell("waiting");
  }

  /** Settle a conflict by keeping what the server holds. */
  keepStored(item) {
    const { stored } = this.conflicts.get(item);
    this.conflicts.delete(item);
    forget(this.settings.attempt, item, Number.MAX_SAFE_INTEGER).catch(() => {});
    this.tell("settled");
    return stored.value;
  }

  /** Set or lift the candidate's own mark on a question. */
  flag(item, flagged) {
    this.flags.set(item, flagged);
    this.kick();
  }

  get unsent() {
    return this.pending.size;
  }

  /** How many answers were sent and are not what the server holds: refused, or in conflict with another one. */
  get unsaved() {
    return this.refused.size + this.conflicts.size;
  }

  tell(kind, detail = {}) {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
  }

  stop(reason) {
    this.stopped = reason;
    clearTimeout(this.timer);
  }

  /** Send nothing for now: the attempt is paused, and the server would take nothing. */
  hold() {
    this.held = true;
    clearTimeout(this.timer);
  }

  /** Go on sending, first of all what waited. */
  letGo() {
    if (!this.held) return;
    this.held = false;
    this.kick();
  }

  /** Send now, whatever pause was running. */
  kick() {
    clearTimeout(this.timer);
    this.run();
  }

  async run() {
    if (this.busy || this.stopped || this.held || (!this.pending.size && !this.flags.size)) return;
    this.busy = true;
    const worked = await this.attempt().catch(() => false);
    this.busy = false;
    this.failures = worked ? 0 : this.failures + 1;
    if (worked) this.failingSince = 0;
    else this.failingSince ||= performance.now();
    if (!worked) this.tell("failing", { since: this.failingSince });
    if (this.stopped || this.held || (!this.pending.size && !this.flags.size)) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.run(), worked ? 0 : this.pause());
  }

  pause() {
    const longest = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(this.failures, 10));
    return Math.max(this.retryAfter ?? 0, Math.random() * longest);
  }

  async attempt() {
    const saved = !this.pending.size || (await this.sendSaves());
    const flagged = this.stopped || this.held || !this.flags.size || (await this.sendFlags());
    return saved && flagged;
  }

  async sendSaves() {
    const batch = firstOf([...this.pending.values()]);
    const saves = batch.map(({ item, seq, value, clientTime }) => ({ item, seq, value, client_time: clientTime }));
    const answer = await this.post(this.settings.saveUrl, { token: this.settings.token, saves });
    if (!answer || !Array.isArray(answer.replies)) return false;
    for (const reply of answer.replies) this.hear(reply);
    this.tell("answered", { serverTime: answer.server_time, deadline: answer.deadline });
    if (answer.halted) this.tell("halted", { sentence: answer.halted });
    if (this.stopped) this.tell("stopped", { reason: this.stopped, lost: batch });
    return true;
  }

  async sendFlags() {
    const [item, flagged] = this.flags.entries().next().value;
    const answer = await this.post(this.settings.flagUrl, { token: this.settings.token, item, flagged });
    if (!answer) return false;
    if (this.flags.get(item) === flagged) this.flags.delete(item);
    return true;
  }

  /** Post JSON; null unless the answer is JSON with status 200. A stale form token is read again once. */
  async post(url, body, again = true) {
    const answer = await fetch(url, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        Accept: "application/json",
        "X-CSRFToken": csrfToken(this.settings.csrfCookie),
      },
      body: JSON.stringify(body),
      credentials: "same-origin",
      cache: "no-store",
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT),
    });
    this.retryAfter = Number(answer.headers.get("Retry-After") ?? 0) * 1000 || 0;
    if (answer.status === 401) this.tell("signed-out");
    if (answer.status === 403 && again) return this.post(url, body, false);
    if (answer.status !== 200) return null;
    return answer.json();
  }

  hear(reply) {
    const sent = this.pending.get(reply.item);
    const current = sent && sent.seq === reply.seq;
    switch (reply.reply) {
      case "ok":
      case "ok-duplicate":
        if (current) this.settle(sent);
        break;
      case "ignored-stale":
        if (!current) break;
        // Our own count was lost: the answer stands behind the stored one, with the next number. A page that never saw
        // what is stored cannot know that; there the stored answer may be the newer one, and a person chooses.
        if (this.seeded.has(reply.item)) this.put({ ...sent, seq: reply.stored.seq + 1 });
        else this.disagree(sent, reply.stored);
        break;
      case "conflict":
        if (current) this.disagree(sent, reply.stored);
        break;
      case "paused":
        // Not stored and not lost: it stays here until the attempt goes on.
        if (this.held) break;
        this.hold();
        this.tell("paused");
        break;
      case "superseded":
      case "closed":
        // The server keeps what it did not take, so the copy here may go.
        if (sent) this.settle(sent);
        this.stop(reply.reply);
        break;
      default:
        // Sent again it would be refused again, so it holds up nothing; the copy on the device stays.
        if (!current) break;
        this.pending.delete(reply.item);
        this.refused.add(reply.item);
        this.tell("refused", { item: reply.item });
    }
  }

  /** The server holds another answer. Nothing is overwritten: whoever sits here says which one counts. */
  disagree(sent, stored) {
    if (sameValue(sent.value, stored.value)) return this.settle(sent);
    this.pending.delete(sent.item);
    this.stored.set(sent.item, stored.seq);
    this.conflicts.set(sent.item, { mine: sent.value, stored });
    this.tell("conflict", { item: sent.item });
  }

  settle(record) {
    this.pending.delete(record.item);
    this.drop(record);
  }

  /** Wait until nothing is left to send; false when that did not happen in time (milliseconds). */
  async drained(longest) {
    const end = performance.now() + longest;
    this.kick();
    while (this.pending.size && !this.stopped && performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return this.pending.size === 0;
  }
}
