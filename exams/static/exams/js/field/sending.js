/**
 * Talks with the server while the page lives: asks who is signed in, fetches the list, sends what was sealed, and
 * keeps what it was told. Nothing is deleted here before the server's receipt lies on the device.
 */

import * as store from "./device_store.js";
import { receiptHolds } from "./records.js";

const TIMEOUT = 8000;
const FIRST_WAIT = 2000;
const LONGEST_WAIT = 60000;

/** The server's answer could not be had, or is none; what was asked for is asked again later. */
export class Unreachable extends Error {}

/** The server refused, with a code and a sentence. */
export class Refused extends Error {
  constructor({ code, detail }) {
    super(detail);
    this.code = code;
  }
}

export class Sending extends EventTarget {
  constructor(addresses) {
    super();
    this.addresses = addresses;
    this.token = "";
    this.busy = null;
    this.failures = 0;
    this.timer = 0;
    this.leaving = false;
    this.state = "unknown"; // reached, unreachable, signed-out, other-person, revoked, not-enrolled
    for (const name of ["online", "pageshow", "focus"]) addEventListener(name, () => this.kick());
    document.addEventListener("visibilitychange", () => document.hidden || this.kick());
  }

  async ask(address, body) {
    let answer;
    try {
      answer = await fetch(address, {
        method: body ? "POST" : "GET",
        headers: { Accept: "application/json", "Content-Type": "application/json", ...(body ? { "X-CSRFToken": this.token } : {}) },
        body: body ? JSON.stringify(body) : undefined,
        credentials: "same-origin",
        cache: "no-store",
        redirect: "error",
        signal: AbortSignal.timeout(TIMEOUT),
      });
    } catch (error) {
      throw new Unreachable(String(error));
    }
    const found = await answer.json().catch(() => null);
    if (answer.status === 401) throw new Refused({ code: "signed-out", detail: "Sign in again. Nothing is lost." });
    if ((answer.status === 409 || answer.status === 400) && found?.code) throw new Refused(found);
    if (!answer.ok || !found) throw new Unreachable(String(answer.status));
    return found;
  }

  /** Send and refresh now; one round at a time. */
  kick() {
    clearTimeout(this.timer);
    if (this.leaving) return Promise.resolve();
    this.busy ??= this.round().finally(() => {
      this.busy = null;
    });
    return this.busy;
  }

  async round() {
    try {
      await this.exchange();
      this.failures = 0;
    } catch (error) {
      this.failures += 1;
      if (error instanceof Refused) await this.hear(error);
      else if (error instanceof Unreachable) this.state = "unreachable";
      else throw error;
      const wait = Math.random() * Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.failures);
      if (this.state !== "signed-out") this.timer = setTimeout(() => this.kick(), wait);
    } finally {
      this.dispatchEvent(new Event("changed"));
    }
  }

  async exchange() {
    const enrolment = await store.fact("enrolment");
    const { person, csrf, receipt_key: receiptKey } = await this.ask(this.addresses.contact);
    this.token = csrf;
    if (!enrolment || enrolment.person !== person) {
      this.state = enrolment ? "other-person" : "not-enrolled";
      return;
    }
    // The key of receipts follows from the site's secret, which may have been changed since.
    if (enrolment.receiptKey !== receiptKey) await store.keepFact("enrolment", { ...enrolment, receiptKey });
    await store.keepFact("contact", { at: Date.now(), ticks: performance.now(), page: performance.timeOrigin });
    await this.sendSeals(enrolment);
    const list = await this.ask(this.addresses.load, { device: enrolment.id });
    const { sittings, seals, ...rest } = list;
    await store.keepFact("list", rest);
    await store.keepList(sittings);
    await this.updateSeals(seals);
    this.state = "reached";
  }

  async sendSeals(enrolment) {
    for (const row of (await store.seals()).filter((one) => !one.receipt)) {
      const { text, signature, passkey, replaced } = row;
      const body = { device: enrolment.id, payload: text, signature, passkey: passkey ?? "", replaced };
      const answer = await this.offer(row, body);
      if (!answer) continue;
      if (!(await receiptHolds(answer.receipt, row.digest))) throw new Unreachable("the receipt does not hold");
      const { receipt, state, sentence, page, trouble } = answer;
      await store.keepReceipt({ ...row, receipt, state, sentence: trouble || sentence, page }, !replaced);
    }
  }

  /** Send one record; null when the server cannot take it at all. It stays here, says why, and holds up no other. */
  async offer(row, body) {
    try {
      return await this.ask(this.addresses.upload, body);
    } catch (error) {
      if (!(error instanceof Refused) || error.code === "signed-out") throw error;
      await store.keepSeal({ ...row, sentence: error.message });
      return null;
    }
  }

  /** The server may have signed or decided meanwhile. */
  async updateSeals(seals) {
    const known = new Map(seals.map((row) => [row.digest, row]));
    for (const row of (await store.seals()).filter((one) => one.receipt)) {
      const now = known.get(row.digest);
      if (now && now.state !== row.state) await store.keepSeal({ ...row, state: now.state, sentence: now.sentence });
    }
  }

  async hear(refusal) {
    this.state = refusal.code === "device_ended" || refusal.code === "not_your_device" ? "revoked" : refusal.code;
    if (this.state === "revoked") await store.forgetWork();
  }

  /** Take a sitting from another device; needs the server and a reason. */
  async takeOver(id, reason) {
    const enrolment = await store.fact("enrolment");
    await this.ask(this.addresses.take_over, { device: enrolment.id, sitting: id, reason });
    await this.kick();
  }

  /** Sign out and let the browser delete everything here; with unsent work the typed word goes along. */
  async leave(waiting, word) {
    this.leaving = true;
    try {
      await this.busy;
      this.token = (await this.ask(this.addresses.contact)).csrf;
      await this.ask(this.addresses.leave, { waiting, word });
      store.shutDown();
    } catch (error) {
      this.leaving = false;
      throw error;
    }
  }
}
