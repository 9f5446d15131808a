/** The exam room: makes the server's page quick and safe against a lost network. */

import { followDeadline, reportSaving, reportStop, startBar } from "./bar.js";
import { holdFigures } from "./figures.js";
import { pointInWords } from "./hotspot.js";
import { buttonFor, linkTo } from "./messages.js";
import { placed } from "./parts.js";
import { PauseScreen } from "./pause_screen.js";
import { Places } from "./places.js";
import { Pulse } from "./pulse.js";
import { QuestionView } from "./question.js";
import { Sender, sameValue } from "./sender.js";
import { holdAttempt } from "./tab_lock.js";

const LETTER_KEYS = "exam-letter-keys";
const RESYNC_PAUSE = 60000;

class Room {
  constructor(root) {
    this.root = root;
    this.data = root.dataset;
    this.form = root.querySelector("#answer");
    this.bar = startBar(this.data);
    this.sender = new Sender(this.data);
    this.places = new Places(root.querySelector("[data-places]"));
    this.view = new QuestionView(this.form, { onAnswer: (item, value) => this.answered(item, value) });
    this.current = Number(this.form.querySelector('[name="item"]').value);
    this.locked = false;
    this.pauseScreen = new PauseScreen(root);
  }

  async enter() {
    const items = await this.fetchItems();
    if (!items) return;
    this.items = items;
    this.answers = new Map(items.map((item) => [item.number, { value: item.value, flagged: item.flagged, seen: item.seq > 0 }]));
    this.listenToSender(); // before anything is sent: an answer that waited may be stored at once
    if (!(await holdAttempt(this.data.attempt, { lost: () => this.elsewhere() }))) this.elsewhere();
    else await this.takeSeat();
    this.listen();
    this.followServer();
    this.adopt();
    this.refreshPlaces();
    this.open(this.current, { push: false, focus: false });
    holdFigures(this.items);
  }

  /** Start sending; answers that waited on this device are newer than what the server holds. */
  async takeSeat() {
    await this.sender.seed(this.items);
    for (const { item, value } of this.sender.pending.values()) this.answers.get(item).value = value;
    for (const item of this.sender.conflicts.keys()) this.showConflict(item);
  }

  /** What was answered while this script was on its way is an answer like any other. */
  adopt() {
    const item = this.item(this.current);
    if (this.view.wasTouched()) this.answered(item, this.view.valueOf(item));
  }

  async fetchItems() {
    const answer = await fetch(this.data.itemsUrl, { cache: "no-store", headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer || answer.status !== 200) return null; // the page stays as the server made it, and works
    const content = await answer.json();
    this.fetchedAt = performance.now();
    this.bar.clock.resync(content.server_time, content.deadline);
    return content.items;
  }

  listenToSender() {
    reportSaving(this.sender, this.bar, this.data);
    this.sender.addEventListener("waiting", () => this.refreshPlaces(this.current));
    this.sender.addEventListener("refused", ({ detail }) => this.refreshPlaces(detail.item));
    this.sender.addEventListener("conflict", ({ detail }) => this.showConflict(detail.item));
    this.sender.addEventListener("stopped", ({ detail }) => this.stopped(detail));
    this.sender.addEventListener("halted", ({ detail }) => this.halted(detail.sentence));
  }

  listen() {
    this.bar.clock.addEventListener("over", () => this.timeOver());
    this.form.addEventListener("submit", (event) => this.step(event));
    addEventListener("popstate", () => this.open(numberInAddress() ?? 1, { push: false }));
    document.addEventListener("visibilitychange", () => (document.hidden ? this.view.answer() : this.resync()));
    this.listenToKeys();
    if (this.bar.clock.over) this.timeOver();
  }

  /** Tell the server that this room is there, and hear of pauses and of more time. */
  followServer() {
    if (this.locked || !this.data.pulseUrl) return;
    this.pulse = new Pulse(this.data, () => this.current);
    this.pulse.watch();
    this.pulse.addEventListener("standing", ({ detail }) => this.hear(detail));
    this.sender.addEventListener("paused", () => {
      this.pause();
      this.pulse.beat();
    });
  }

  hear(standing) {
    const isOpen = standing.state === "started" || standing.state === "paused";
    const hasTime = Date.parse(standing.deadline) > Date.parse(standing.serverTime);
    if (this.bar.clock.over && isOpen && (standing.state === "paused" || (this.locked && hasTime))) return this.beginAgain();
    if (this.locked) return;
    if (standing.state === "paused") this.pause();
    else if (standing.state === "started") this.goOn(standing);
    else if (this.sender.unsent) this.sender.letGo(); // its answers are put on record, then the page stops
    else this.stopped({ reason: standing.state === "superseded" ? "superseded" : "closed", lost: [] });
  }

  /** Time was given, or the exam paused, just when this page thought that time was over. Answers wait on the device. */
  beginAgain() {
    this.leaving = true;
    this.sender.stopped ||= "leaving";
    location.reload();
  }

  /** Put the questions away. What is typed just now waits on this device like any other answer. */
  pause() {
    if (this.pauseScreen.isUp) return;
    this.view.answer();
    this.sender.hold();
    this.bar.clock.stand(true);
    this.pauseScreen.put();
  }

  goOn(standing) {
    if (!this.pauseScreen.isUp) {
      followDeadline(this.bar, standing);
      return this.sender.letGo();
    }
    this.bar.clock.resync(standing.serverTime, standing.deadline);
    this.bar.clock.stand(false);
    this.pauseScreen.take();
    this.open(this.current, { push: false });
    this.sender.letGo();
  }

  listenToKeys() {
    const button = this.root.querySelector("[data-letter-keys]");
    this.root.querySelector("[data-keys]").hidden = false;
    let on = localStorage.getItem(LETTER_KEYS) !== "off";
    const show = () => {
      button.setAttribute("aria-pressed", String(on));
      button.textContent = `Letter keys are ${on ? "on" : "off"}`;
    };
    button.addEventListener("click", () => {
      on = !on;
      localStorage.setItem(LETTER_KEYS, on ? "on" : "off");
      show();
    });
    document.addEventListener("keydown", (event) => {
      const typing = event.target.matches("input[name=number], input[name=text], input[name^=point-], textarea, select");
      if (!on || this.pauseScreen.isUp || typing || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
      if (/^[a-j]$/i.test(event.key)) this.view.choose(event.key.toUpperCase());
    });
    show();
  }

  item(number) {
    return this.items[number - 1];
  }

  answered(item, value) {
    const known = sameValue(this.answers.get(item.number).value, value) && !this.sender.refused.has(item.number);
    if (this.locked || known) return;
    Object.assign(this.answers.get(item.number), { value, seen: true });
    this.bar.alerts.hide(`conflict-${item.number}`);
    this.sender.save(item.number, value);
    this.refreshPlaces(item.number);
  }

  /** Go to a question. Leaving one without an answer is recorded as seen and left empty. */
  open(number, { push = true, focus = true } = {}) {
    if (!this.item(number)) return;
    if (number !== this.current) this.leave();
    this.current = number;
    if (push) history.pushState({}, "", `?q=${number}`);
    document.title = document.title.replace(/^Question \d+/, `Question ${number}`);
    document.querySelector("[data-number]").textContent = number;
    this.view.show(this.item(number), { ...this.answers.get(number), focus });
    this.form.querySelector("[data-previous]").hidden = number === 1;
    this.form.querySelector("[data-next]").textContent = number === this.items.length ? "Review" : "Next";
    this.places.at(number);
    if (focus) scrollTo({ top: 0 });
  }

  leave() {
    this.view.answer();
    const answer = this.answers.get(this.current);
    if (answer.seen || this.locked) return;
    answer.seen = true;
    this.sender.save(this.current, null);
    this.refreshPlaces(this.current);
  }

  step(event) {
    event.preventDefault();
    const target = event.submitter?.value ?? "next";
    if (target === "clear") this.view.clear();
    else if (target === "flag" || target === "unflag") this.toggleFlag();
    else if (target === "review" || (target === "next" && this.current === this.items.length)) this.review();
    else if (target === "next") this.open(this.current + 1);
    else if (target === "previous") this.open(this.current - 1);
    else this.open(Number(target));
  }

  toggleFlag() {
    const answer = this.answers.get(this.current);
    answer.flagged = !answer.flagged;
    this.sender.flag(this.current, answer.flagged);
    this.view.showFlag(answer.flagged);
    this.refreshPlaces(this.current);
  }

  async review() {
    this.leave();
    this.bar.status.say("Sending your answers");
    if (await this.sender.drained(9000)) location.assign(this.data.reviewUrl);
    else if (!this.sender.stopped) {
      this.bar.alerts.show("unsent", {
        title: "Some answers have not been sent yet.",
        lines: ["They are kept on this device. Wait until the connection is back, then open the review again."],
      });
    }
  }

  refreshPlaces(only) {
    for (const [number, { value, flagged, seen }] of this.answers) {
      if (only && number !== only) continue;
      const isAnswered = value?.length && !this.sender.refused.has(number);
      this.places.set(number, isAnswered ? "answered" : seen ? "omitted" : "not_reached", flagged);
    }
  }

  words(number, value) {
    const { kind, places = [], options } = this.item(number);
    if (!value?.length) return "no answer";
    if (kind === "hotspot") return value.map((point) => pointInWords(this.item(number), point)).join("; ");
    if (Array.isArray(value) && places.length) {
      const chosen = placed(value);
      const textOf = (place) => options.find(({ id }) => id === chosen.get(place.id))?.text;
      return places.filter(textOf).map((place) => `${place.label}: ${textOf(place)}`).join("; ") || "no answer";
    }
    if (Array.isArray(value)) return this.item(number).options.filter(({ id }) => value.includes(id)).map(({ text }) => text).join(", ");
    return value;
  }

  showConflict(number) {
    const { mine, stored } = this.sender.conflicts.get(number);
    const settle = (value, act) => () => {
      act();
      this.answers.get(number).value = value;
      this.bar.alerts.hide(`conflict-${number}`);
      this.refreshPlaces(number);
      if (number === this.current) this.open(number, { push: false });
    };
    this.bar.alerts.show(`conflict-${number}`, {
      title: `Question ${number} has two answers.`,
      lines: [`Stored: ${this.words(number, stored.value)}.`, `On this page, not stored: ${this.words(number, mine)}.`],
      actions: [
        buttonFor("Keep the stored one", settle(stored.value, () => this.sender.keepStored(number))),
        buttonFor("Take the one on this page", settle(mine, () => this.sender.save(number, mine))),
      ],
    });
  }

  /** Another tab of this browser answers: this one only shows. */
  elsewhere() {
    this.lock();
    const here = buttonFor("Continue in this tab", async () => {
      await holdAttempt(this.data.attempt, { steal: true, lost: () => this.elsewhere() });
      location.reload();
    });
    this.bar.alerts.show("tab", { title: "The exam is open in another tab.", lines: ["This page only shows it."], actions: [here] });
  }

  lock() {
    this.locked = true;
    this.sender.stopped ||= "elsewhere";
    this.pulse?.stop();
    this.view.lock();
  }

  stopped(detail) {
    this.locked = true;
    this.pulse?.stop();
    this.pauseScreen.take();
    this.view.lock();
    reportStop(this.bar, this.data, detail);
  }

  /** This device may show no more questions; what still waits to be sent is sent and stored all the same. */
  halted(sentence) {
    this.locked = true;
    this.view.lock();
    this.bar.alerts.show("halted", { title: "The exam is stopped at this device.", lines: [sentence], tone: "bad", actions: [linkTo(location.href, "Try again")] });
  }

  /** The tutorial has no sign of life to hear by; its sample clock begins anew. */
  async hasMoreTime() {
    await this.fetchItems(); // its answer sets the clock
    return !this.bar.clock.over;
  }

  /** Ask the server for time and state when the page comes back after a while. */
  async resync() {
    if (this.pulse) return this.pulse.beat();
    if (this.locked || performance.now() - this.fetchedAt < RESYNC_PAUSE) return;
    const answer = await fetch(this.data.itemsUrl, { cache: "no-store" }).catch(() => null);
    if (answer?.status === 200) {
      const { server_time: serverTime, deadline } = await answer.json();
      this.bar.clock.resync(serverTime, deadline);
    }
    if (answer?.status === 409) {
      const { code, detail } = await answer.json();
      if (code === "halted") this.halted(detail);
      else this.stopped({ reason: code, lost: [] });
    }
    this.fetchedAt = performance.now();
  }

  /** Time is over: send what waits, then hand in. Without a network the server closes the attempt by itself. */
  async timeOver() {
    if (this.locked || (!this.pulse && (await this.hasMoreTime()))) return;
    await this.pulse?.beat(); // more time may have been given, or the exam paused, in the last seconds
    if (this.leaving || this.locked || !this.bar.clock.over) return;
    this.view.answer();
    this.locked = true;
    this.view.lock();
    this.bar.alerts.show("over", { title: "Time is over.", lines: ["Your saved answers are being submitted."], actions: [linkTo(this.data.resultUrl, "See the result")] });
    if (await this.sender.drained(20000)) document.querySelector("[data-submit-form]").submit();
  }
}

function numberInAddress() {
  return Number(new URLSearchParams(location.search).get("q")) || null;
}

const root = document.querySelector("[data-room]");
if (root) new Room(root).enter();
