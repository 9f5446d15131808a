/** Review, submit and end of time: nothing is handed in while answers still wait on this device. */

import { followDeadline, reportSaving, reportStop, startBar } from "./bar.js";
import { counted, linkTo } from "./messages.js";
import { Pulse } from "./pulse.js";
import { Sender } from "./sender.js";

async function prepare(root) {
  const data = root.dataset;
  const bar = startBar(data);
  const sender = new Sender(data);
  reportSaving(sender, bar, data);
  const pulse = data.pulseUrl ? new Pulse(data) : null;
  if (pulse) follow(pulse, bar);
  sender.addEventListener("paused", () => location.reload());
  sender.addEventListener("conflict", ({ detail }) => tellOfConflict(bar, data, detail.item));
  sender.addEventListener("stopped", ({ detail }) => reportStop(bar, data, detail));
  bar.clock.addEventListener("over", async () => {
    await pulse?.beat(); // somebody may have given time, or paused the exam
    if ((await sender.drained(20000)) && !bar.clock.left) handIn();
  });
  await sender.seed([]);
  if (sender.unsent) {
    const waited = sender.unsent;
    const isSent = await sender.drained(3000);
    if (sender.stopped) return;
    if (!isSent) warn(bar, sender.unsent);
    else if (sender.unsaved < waited) location.reload(); // the counts on this page were older
  }
  document.querySelector("[data-submit-form]")?.addEventListener("submit", (event) => {
    if (!sender.unsent || sender.stopped) return;
    event.preventDefault();
    warn(bar, sender.unsent);
  });
}

/** A pause shows as a page of its own; so does the room again when somebody gave time to an attempt that was over. */
function follow(pulse, bar) {
  pulse.watch();
  pulse.addEventListener("standing", ({ detail }) => {
    if (detail.state === "started") followDeadline(bar, detail);
    if (detail.state === "paused" || (bar.clock.over && bar.clock.left)) location.reload();
  });
}

function warn(bar, number) {
  bar.alerts.show("unsent", {
    title: `${counted(number, "answer")} on this device ${number === 1 ? "is" : "are"} not sent yet.`,
    lines: ["Wait until the connection is back. The page says when they are saved."],
  });
}

/** Which of two answers counts is chosen in the room, where the question can be read. */
function tellOfConflict(bar, data, number) {
  bar.alerts.show(`conflict-${number}`, {
    title: `Question ${number} has two answers.`,
    lines: ["One is stored and counts. The other waits on this device."],
    actions: [linkTo(`${data.roomUrl}?q=${number}`, `Open question ${number} and choose`)],
  });
}

function handIn() {
  const form = document.querySelector("[data-submit-form]");
  if (form) form.submit();
  else location.reload();
}

const root = document.querySelector("[data-closing]");
if (root) prepare(root);
