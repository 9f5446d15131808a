/**
 * The room's sign of life: tells the server what the browser noticed, and hears whether the attempt runs, is paused or
 * is over, and when time is up. Events: "standing" with {state, deadline, serverTime}.
 */

import { csrfToken } from "./sender.js";

const EVERY = 15000;
const IN_PAUSE = 4000;
const TIMEOUT = 8000;
const MOST_SIGNALS = 30;
const NO_TOKEN = "0".repeat(32); // a device that does not hold the attempt may still ask whether it is paused

export class Pulse extends EventTarget {
  /**
   * @param {DOMStringMap} data of the page: attempt, token, pulseUrl, csrfCookie
   * @param {() => number} place the question on the screen, 0 when there is none
   */
  constructor(data, place = () => 0) {
    super();
    this.data = data;
    this.place = place;
    this.signals = [];
    this.away = false;
    this.failed = false;
    this.stopped = false;
    this.beating = null;
    this.every = EVERY;
    this.beat();
  }

  /** Note what candidates are told about on the start page. Nothing is prevented. */
  watch() {
    document.addEventListener("visibilitychange", () => this.went(document.hidden));
    addEventListener("blur", () => this.went(true));
    addEventListener("focus", () => this.went(false));
    document.addEventListener("fullscreenchange", () => document.fullscreenElement || this.note("full_screen_left"));
    document.addEventListener("copy", () => this.note("copy"));
    document.addEventListener("cut", () => this.note("copy"));
    document.addEventListener("paste", () => this.note("paste"));
  }

  went(away) {
    if (away === this.away) return;
    this.away = away;
    this.note(away ? "focus_lost" : "focus_gained");
  }

  note(kind) {
    if (this.signals.length < MOST_SIGNALS) this.signals.push({ key: newKey(), kind, client_time: new Date().toISOString() });
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /** Ask now, and again after a while. Resolves when the answer was heard, or there is none. */
  beat() {
    if (this.stopped) return Promise.resolve();
    this.beating ??= this.askAndHear().finally(() => {
      this.beating = null;
      if (!this.stopped) this.timer = setTimeout(() => this.beat(), this.every);
    });
    return this.beating;
  }

  async askAndHear() {
    clearTimeout(this.timer);
    const standing = await this.ask().catch(() => null);
    if (standing) this.heard(standing);
    else this.failed = true;
  }

  async ask() {
    const signals = [...this.signals];
    const answer = await fetch(this.data.pulseUrl, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrfToken(this.data.csrfCookie) },
      body: JSON.stringify({ token: this.data.token || NO_TOKEN, place: this.place(), signals }),
      credentials: "same-origin",
      cache: "no-store",
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT),
    });
    if (answer.status !== 200) return null;
    this.signals = this.signals.filter((signal) => !signals.includes(signal));
    return answer.json();
  }

  heard({ state, deadline, server_time: serverTime }) {
    if (this.failed) this.note("reconnected");
    this.failed = false;
    this.every = state === "paused" ? IN_PAUSE : EVERY;
    this.dispatchEvent(new CustomEvent("standing", { detail: { state, deadline, serverTime } }));
  }
}

/** A random UUID, also where the page came without TLS and `crypto.randomUUID` is missing. */
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
