/**
 * Saves a rating as soon as it stands: half a second after the last key, and before going on. What could not be saved
 * is kept on this device and sent again, also after the page was loaded anew. Without this script the form is posted.
 */

const PAUSE = 500;
const RETRY = 4000;
const TIMEOUT = 8000;
const BY_KEYBOARD = "panel.keyboard";

class Rating {
  constructor(form) {
    this.form = form;
    this.input = form.elements.percent;
    this.state = form.querySelector("[data-state]");
    this.key = `panel.rating.${form.dataset.rating}`;
    this.saved = form.dataset.stored;
    this.leaving = false;
    this.queue = Promise.resolve(true);
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("change", () => this.soon(0));
    this.input.addEventListener("keydown", (event) => event.key === "Enter" && sessionStorage.setItem(BY_KEYBOARD, "1"));
    form.addEventListener("submit", (event) => this.goOn(event));
    addEventListener("online", () => this.soon(0));
    this.resume();
  }

  /** Take up what waits on this device; whoever works by keyboard goes on in the field. */
  resume() {
    const waiting = localStorage.getItem(this.key);
    if (waiting !== null && waiting !== this.saved) {
      this.input.value = waiting;
      this.soon(0);
    } else localStorage.removeItem(this.key);
    if (sessionStorage.getItem(BY_KEYBOARD)) {
      sessionStorage.removeItem(BY_KEYBOARD);
      this.input.focus();
      this.input.select();
    }
  }

  get isWhole() {
    return /^\s*\d{1,3}\s*%?\s*$/.test(this.input.value) && parseInt(this.input.value, 10) <= 100;
  }

  typed() {
    if (!this.isWhole) return;
    localStorage.setItem(this.key, this.input.value);
    this.soon(PAUSE);
  }

  soon(pause) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.isWhole && this.input.value.trim() !== this.saved && this.save(), pause);
  }

  /** One save after the other, so that the last value typed is the last one kept. */
  save() {
    clearTimeout(this.timer);
    this.queue = this.queue.then(() => this.send(this.input.value));
    return this.queue;
  }

  async send(value) {
    const body = new FormData(this.form);
    body.set("percent", value);
    const answer = await fetch(this.form.action, {
      method: "POST",
      body,
      headers: { Accept: "application/json" },
      credentials: "same-origin",
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT),
    }).catch(() => null);
    const said = await answer?.json().catch(() => null);
    if (answer?.ok && said) return this.kept(value, said);
    if (said?.detail) this.say(said.detail, true);
    else {
      const signedOut = answer && answer.status < 500;
      this.say(`Not saved${signedOut ? ": sign in again in another tab, then load this page" : ": no connection"}. ${value} is kept on this device.`, true);
      this.timer = setTimeout(() => this.save(), RETRY);
    }
    return false;
  }

  kept(value, { percent, saved_at: savedAt, done }) {
    this.saved = String(percent);
    if (localStorage.getItem(this.key) === value) localStorage.removeItem(this.key);
    document.querySelector("[data-done]").textContent = done;
    this.say(`${percent} saved at ${savedAt}.`, false);
    return true;
  }

  async goOn(event) {
    if (!this.isWhole) return; // the server says what is wrong
    event.preventDefault();
    if (this.leaving) return;
    this.leaving = true;
    const went = await this.save();
    if (went) location.assign(this.form.dataset.next);
    this.leaving = went;
  }

  say(words, bad) {
    this.state.textContent = words;
    this.state.classList.toggle("rating__state--bad", bad);
  }
}

const form = document.querySelector("[data-rating]");
if (form) new Rating(form);
