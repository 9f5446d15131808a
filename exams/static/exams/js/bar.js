/** The bar on top: clock, hiding of clock and number, words about saving. */

import { Clock } from "./clock.js";
import { Alerts, StatusLine, counted, linkTo, timeOfDay } from "./messages.js";

const LOUD_AFTER = 30000;

/** Start clock and messages of a page of a running attempt. */
export function startBar(data) {
  const clock = new Clock(document.querySelector("[data-clock]"), data.deadline, data.serverTime);
  const status = new StatusLine(document.querySelector("[data-status]"));
  const alerts = new Alerts(document.querySelector("[data-alerts]"));
  clock.addEventListener("warning", ({ detail }) => status.say(`${detail.minutes} minutes left.`));
  hidingOf("clock", (hidden) => {
    clock.hidden = hidden;
    clock.tick();
  });
  hidingOf("place", (hidden) => document.querySelector("[data-place]").classList.toggle("visually-hidden", hidden));
  return { clock, status, alerts, zone: data.zone };
}

function hidingOf(key, apply) {
  const button = document.querySelector(`[data-hide="${key}"]`);
  if (!button) return;
  let hidden = false;
  button.hidden = false;
  button.addEventListener("click", () => {
    hidden = !hidden;
    button.firstChild.data = hidden ? "Show" : "Hide";
    button.lastElementChild.classList.toggle("visually-hidden", !hidden); // "Hide" stands beside what it hides, "Show" alone
    apply(hidden);
  });
}

/** Take the time and its end from the server; say so when somebody has given more. */
export function followDeadline({ clock, alerts, zone }, { deadline, serverTime }) {
  if (!clock.resync(serverTime, deadline)) return;
  alerts.show("more-time", { title: "You have been given more time.", lines: [`Your time now ends at ${timeOfDay(deadline, zone)}.`] });
}

/** Say what becomes of answers, on every page that sends some. */
export function reportSaving(sender, { clock, status, alerts, zone }, data) {
  const refused = new Set();
  let savedAt = "";
  const sayHowItStands = () => status.say(howItStands(sender, savedAt));
  sender.addEventListener("answered", ({ detail }) => {
    followDeadline({ clock, alerts, zone }, detail);
    alerts.hide("failing");
    alerts.hide("signed-out");
    for (const item of refused) if (!sender.refused.has(item)) alerts.hide(`refused-${item}`);
    savedAt = timeOfDay(detail.serverTime, zone);
    sayHowItStands();
  });
  sender.addEventListener("settled", sayHowItStands);
  sender.addEventListener("failing", ({ detail }) => {
    if (sender.unsent) status.say(`${counted(sender.unsent, "answer")} waiting`);
    if (sender.unsent && performance.now() - detail.since > LOUD_AFTER && !alerts.has("failing")) {
      alerts.show("failing", {
        title: "Your answers cannot be sent at the moment.",
        lines: ["They are kept on this device and sent as soon as the connection is back. Go on, and do not reload the page."],
      });
    }
  });
  sender.addEventListener("signed-out", () => {
    if (alerts.has("signed-out")) return;
    const link = linkTo(data.loginUrl, "Sign in in a new tab");
    link.target = "_blank";
    alerts.show("signed-out", { title: "Sign in again. Nothing is lost.", lines: ["Your answers wait on this device."], actions: [link] });
  });
  sender.addEventListener("refused", ({ detail }) => {
    refused.add(detail.item);
    alerts.show(`refused-${detail.item}`, {
      title: `Your answer to question ${detail.item} is not saved.`,
      lines: ["The site cannot store it as it stands. It is kept on this device: open the question, and change it or enter it again."],
      tone: "bad",
    });
  });
  addEventListener("beforeunload", (event) => sender.unsent && !sender.stopped && event.preventDefault());
}

/** In a few words, whether what was answered here is what the server holds. */
function howItStands({ unsent, unsaved }, savedAt) {
  if (unsent) return `${counted(unsent, "answer")} waiting`;
  if (unsaved) return `${counted(unsaved, "answer")} not saved`;
  return savedAt ? `Saved ${savedAt}` : "";
}

/** Say that this page can no longer answer, and which answers were not taken. */
export function reportStop({ alerts }, data, { reason, lost }) {
  const numbers = lost.map(({ item }) => item).join(", ");
  const lines = lost.length ? [`Not taken, but kept on record: question ${numbers}.`] : [];
  if (reason === "closed") {
    alerts.show("stopped", { title: "This attempt is closed.", lines, tone: "bad", actions: [linkTo(data.resultUrl, "See the result")] });
  } else {
    alerts.show("stopped", { title: "This attempt goes on at another device.", lines, tone: "bad", actions: [linkTo(data.claimUrl, "Continue here instead")] });
  }
}
