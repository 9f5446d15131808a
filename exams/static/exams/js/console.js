/**
 * Keeps the invigilator's screen up to date. Rows never move; a button that somebody is about to press does not change
 * under their hand: what is new for it is shown once pointer and focus have left.
 */

import { askForNews, setText } from "./polling.js";

const EVERY = 10000;
const TICK = 5000;
const MINUTE = 60000;

class Console {
  constructor(form) {
    this.form = form;
    this.url = form.dataset.rowsUrl;
    this.version = form.dataset.version;
    this.freshness = form.querySelector("[data-freshness]");
    this.rows = new Map([...form.querySelectorAll("[data-row]")].map((row) => [Number(row.dataset.row), row]));
    this.held = new Map(); // row → what its buttons become once they are left
    this.resync(form.dataset.serverTime);
    this.freshness.textContent = "Kept up to date.";
    for (const event of ["pointerout", "focusout"]) form.addEventListener(event, () => setTimeout(() => this.settle(), 0));
    setInterval(() => this.tick(), TICK);
    this.tick();
    this.timer = setTimeout(() => this.ask(), EVERY);
    document.addEventListener("visibilitychange", () => document.hidden || this.askNow());
  }

  resync(serverTime) {
    this.offset = Date.parse(serverTime) - performance.now();
  }

  askNow() {
    clearTimeout(this.timer);
    this.ask();
  }

  async ask() {
    const heard = await this.fetchRows().catch(() => false);
    this.say(heard ? "Kept up to date." : "No connection. What you see may be old.");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), EVERY);
  }

  say(words) {
    setText(this.freshness, words);
  }

  async fetchRows() {
    const known = [...this.rows.values()].map((row) => row.dataset.digest).join("");
    const answer = await askForNews(`${this.url}?known=${known}`, this.version);
    if (answer.status === 304) return true;
    if (answer.status !== 200) return false;
    const { server_time: serverTime, total, counts, rows } = await answer.json();
    this.resync(serverTime);
    this.version = answer.headers.get("ETag");
    for (const row of rows) this.show(row);
    for (const [name, number] of Object.entries(counts)) setText(document.querySelector(`[data-count="${name}"]`), number);
    if (total !== this.rows.size || rows.some(({ id }) => !this.rows.has(id))) this.say("The list of candidates has changed. Load the page again to see it.");
    this.tick();
    return true;
  }

  show(row) {
    const node = this.rows.get(row.id);
    if (!node) return;
    node.dataset.digest = row.digest;
    const cell = (name) => node.querySelector(`[data-cell="${name}"]`);
    const state = cell("state");
    setText(state, row.state);
    state.className = `tag tag--${row.tone}`;
    setText(cell("progress"), row.progress);
    setText(cell("contact"), row.contact);
    cell("contact").className = `contact contact--${row.contact_tone || "none"}`;
    cell("left").dataset.ends = row.ends;
    setText(cell("left"), row.left);
    setText(cell("signals"), row.signals);
    if (row.attempt) this.link(cell("name"), row);
    this.held.set(row.id, row);
    this.settle();
  }

  /** Change the buttons that nobody is about to press. */
  settle() {
    for (const [id, row] of this.held) {
      const acts = this.rows.get(id).querySelector(".console__acts");
      if (acts.matches(":hover") || acts.contains(document.activeElement)) continue;
      const button = acts.querySelector("[data-act]");
      button.value = `${row.act}:${row.id}`;
      button.hidden = !row.act;
      setText(button.querySelector("[data-act-words]"), row.act_words);
      acts.querySelector("[data-absent]").hidden = !row.may_be_absent;
      this.held.delete(id);
    }
  }

  link(cell, { attempt, name }) {
    if (cell.querySelector(`a[href*="${attempt}"]`)) return;
    const node = document.createElement("a");
    node.href = this.form.dataset.attemptUrl.replace("00000000-0000-0000-0000-000000000000", attempt);
    node.textContent = name;
    cell.replaceChildren(node);
  }

  tick() {
    const now = this.offset + performance.now();
    for (const cell of this.form.querySelectorAll('[data-ends]:not([data-ends=""])')) {
      setText(cell, minutesText(Date.parse(cell.dataset.ends) - now));
    }
  }
}

function minutesText(length) {
  const minutes = Math.max(0, Math.floor(length / MINUTE));
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

const form = document.querySelector("[data-console]");
if (form) new Console(form);
