/**
 * Saves what a judge says as soon as it stands: half a second after the last key, at once after a choice, and before
 * going on. What could not be saved is kept on this device, under the seat of the judge since tablets go from hand to
 * hand, and sent again, also after the page was loaded anew. Without this script the form is posted.
 */

const PAUSE = 500;
const RETRY = 4000;
const TIMEOUT = 8000;
const BY_KEYBOARD = "panel.keyboard";
const PERCENT = /^\s*(\d{1,3})\s*%?\s*$/;

class Judging {
  constructor(form) {
    this.form = form;
    this.state = form.querySelector("[data-state]");
    this.key = `panel.judging.${form.dataset.judging}`;
    this.saved = JSON.parse(form.dataset.stored);
    this.names = [...new Set([...form.elements].filter((field) => ["text", "radio"].includes(field.type)).map((field) => field.name))];
    this.choosing = Boolean(form.querySelector("[type=radio]"));
    this.leaving = false;
    this.queue = Promise.resolve(true);
    form.addEventListener("input", () => this.changed(this.choosing ? 0 : PAUSE));
    form.addEventListener("change", () => this.changed(0));
    form.addEventListener("keydown", (event) => event.key === "Enter" && this.single && sessionStorage.setItem(BY_KEYBOARD, "1"));
    form.addEventListener("submit", (event) => this.goOn(event));
    addEventListener("online", () => this.soon(0));
    this.resume();
  }

  /** The one field of an item that is rated in percent. */
  get single() {
    return this.form.elements.percent;
  }

  /** Take up what waits on this device; whoever works by keyboard goes on in the field. */
  resume() {
    const waiting = JSON.parse(localStorage.getItem(this.key) ?? "{}");
    for (const [name, value] of Object.entries(waiting)) if (this.names.includes(name)) this.form.elements[name].value = value;
    this.changed(0);
    if (this.single && sessionStorage.getItem(BY_KEYBOARD)) {
      sessionStorage.removeItem(BY_KEYBOARD);
      this.single.focus();
      this.single.select();
    }
  }

  /** What stands in the form and can be kept, by field: whole percents, or the choices once all are made. */
  get whole() {
    const given = this.names.map((name) => [name, this.form.elements[name].value]);
    if (this.choosing) return given.every(([, value]) => value) ? Object.fromEntries(given) : {};
    const percents = given.map(([name, value]) => [name, PERCENT.exec(value)?.[1]]);
    return Object.fromEntries(percents.filter(([, value]) => value && Number(value) <= 100).map(([name, value]) => [name, String(Number(value))]));
  }

  get isComplete() {
    return Object.keys(this.whole).length === this.names.length;
  }

  /** What has to be sent: choices belong together, percents go by themselves. */
  get waiting() {
    const differing = Object.entries(this.whole).filter(([name, value]) => value !== this.saved[name]);
    return this.choosing && differing.length ? this.whole : Object.fromEntries(differing);
  }

  changed(pause) {
    this.remember();
    this.soon(pause);
  }

  remember() {
    const waiting = this.waiting;
    if (Object.keys(waiting).length) localStorage.setItem(this.key, JSON.stringify(waiting));
    else localStorage.removeItem(this.key);
  }

  soon(pause) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => Object.keys(this.waiting).length && this.save(), pause);
  }

  /** One save after the other, so that what was said last is what is kept; `all` also what stands as it was. */
  save(all = false) {
    clearTimeout(this.timer);
    this.queue = this.queue.then(() => this.send(all));
    return this.queue;
  }

  async send(all) {
    const given = all ? this.whole : this.waiting;
    if (!Object.keys(given).length) return true;
    const body = new FormData(this.form);
    for (const name of this.names) body.delete(name);
    for (const [name, value] of Object.entries(given)) body.set(name, value);
    const answer = await fetch(this.form.action, {
      method: "POST",
      body,
      headers: { Accept: "application/json" },
      credentials: "same-origin",
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT),
    }).catch(() => null);
    const said = await answer?.json().catch(() => null);
    if (answer?.ok && said) return this.kept(said);
    if (said?.detail) this.say(`Not saved: ${said.detail}`, true);
    else {
      const signedOut = answer && answer.status < 500;
      const what = this.single ? given.percent : "What you said";
      this.say(`Not saved${signedOut ? ": sign in again in another tab, then load this page" : ": no connection"}. ${what} is kept on this device.`, true);
      this.timer = setTimeout(() => this.save(all), RETRY);
    }
    return false;
  }

  kept({ kept, saved_at: savedAt, done }) {
    Object.assign(this.saved, kept);
    this.remember();
    const counter = document.querySelector("[data-done]");
    if (counter) counter.textContent = done;
    this.say(this.single ? `${kept.percent} saved at ${savedAt}.` : `Saved at ${savedAt}.`, false);
    return true;
  }

  async goOn(event) {
    if (!this.isComplete) return; // the server says what is wrong
    event.preventDefault();
    if (this.leaving) return;
    this.leaving = true;
    const went = await this.save(true);
    if (went) location.assign(this.form.dataset.next);
    this.leaving = went;
  }

  say(words, bad) {
    this.state.textContent = words;
    this.state.classList.toggle("rating__state--bad", bad);
  }
}

const form = document.querySelector("[data-judging]");
if (form) new Judging(form);
