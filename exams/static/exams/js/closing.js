/** Review, submit and end of time: nothing is handed in while answers still wait on this device. */

import { reportSaving, reportStop, startBar } from "./bar.js";
import { counted } from "./messages.js";
import { Sender } from "./sender.js";

async function prepare(root) {
  const data = root.dataset;
  const bar = startBar(data);
  const sender = new Sender(data);
  reportSaving(sender, bar, data);
  sender.addEventListener("stopped", ({ detail }) => reportStop(bar, data, detail));
  bar.clock.addEventListener("over", () => sender.drained(20000).then((done) => done && handIn()));
  await sender.seed([]);
  if (sender.unsent) {
    const waited = sender.unsent;
    if ((await sender.drained(3000)) && !sender.stopped) location.reload(); // the counts on this page were older
    else if (!sender.stopped) warn(bar, waited);
  }
  document.querySelector("[data-submit-form]")?.addEventListener("submit", (event) => {
    if (!sender.unsent || sender.stopped) return;
    event.preventDefault();
    warn(bar, sender.unsent);
  });
}

function warn(bar, number) {
  bar.alerts.show("unsent", {
    title: `${counted(number, "answer")} on this device ${number === 1 ? "is" : "are"} not sent yet.`,
    lines: ["Wait until the connection is back. The page says when they are saved."],
  });
}

function handIn() {
  const form = document.querySelector("[data-submit-form]");
  if (form) form.submit();
  else location.reload();
}

const root = document.querySelector("[data-closing]");
if (root) prepare(root);
