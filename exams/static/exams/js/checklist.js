/* The checklist with scripts: each tap is saved at once, a second tap clears, nothing is lost while offline. */

import { ChecklistForm } from "./checklist_form.js";
import { SaveQueue } from "./checklist_queue.js";

const root = document.querySelector("[data-checklist]");
const state = document.querySelector("[data-save-state]");
const counter = document.querySelector("[data-counter]");
const notices = document.querySelector("[data-notices]");
const phrases = [...document.querySelectorAll("#quick-phrases option")].map((option) => option.value);
const LONGEST_FLUSH = 6000;

const queue = new SaveQueue({
  key: `threshold:practical:${root.dataset.person}:${root.dataset.sitting}`,
  url: root.dataset.url,
});
const form = new ChecklistForm(root, { counter, phrases, put: (field, value) => queue.put(field, value) });
const { boxes } = form;

/* What the server wrote into the page, whatever was tapped before this script ran. */
function servedValue(box) {
  const text = box.querySelector("textarea");
  if (text) return text.defaultValue.trim();
  return [...box.querySelectorAll("input")].find((input) => input.defaultChecked)?.value ?? "";
}

/* ---- what is shown about saving ---- */

function showState() {
  const waiting = queue.waiting.length;
  let words = queue.savedAt ? `Saved ${queue.savedAt}` : "";
  if (waiting && (queue.failures || queue.stopped)) words = `${waiting} ${waiting === 1 ? "change" : "changes"} waiting`;
  else if (waiting) words = "Saving";
  if (state.textContent !== words) state.textContent = words;
  state.classList.toggle("is-waiting", Boolean(waiting && (queue.failures || queue.stopped)));
}

function notice(id, title, lines, actions = []) {
  document.getElementById(id)?.remove();
  const box = document.createElement("div");
  box.id = id;
  box.className = "notice notice--attention";
  box.setAttribute("role", "alert");
  const head = document.createElement("p");
  head.className = "notice__title";
  head.textContent = title;
  box.append(head);
  for (const line of lines) {
    const paragraph = document.createElement("p");
    paragraph.textContent = line;
    box.append(paragraph);
  }
  const row = document.createElement("p");
  row.className = "cluster";
  for (const [label, act] of actions) {
    const button = document.createElement(typeof act === "string" ? "a" : "button");
    button.className = "button button--quiet";
    button.textContent = label;
    if (typeof act === "string") Object.assign(button, { href: act, target: "_blank", rel: "noopener" });
    else button.addEventListener("click", act);
    row.append(button);
  }
  if (actions.length) box.append(row);
  notices.append(box);
  return box;
}

function readOnly() {
  queue.stop();
  form.disable();
}

queue.addEventListener("state", showState);
queue.addEventListener("answer", ({ detail }) => {
  document.getElementById("notice-login")?.remove();
  for (const rev of root.querySelectorAll("[name=rev]")) rev.value = detail.rev;
  for (const reply of detail.replies) form.warn(reply.field, reply.warnings ?? []);
});
queue.addEventListener("signed-out", () => {
  notice("notice-login", "You are signed out", ["Nothing is lost. Sign in again in a new tab, then come back here."], [
    ["Sign in", root.dataset.login],
  ]);
});
queue.addEventListener("conflict", ({ detail: { field, mine, theirs, theirSeq } }) => {
  const box = notice(
    `notice-${field}`,
    `${field} was changed on another page`,
    [`Here: ${form.words(field, mine)}. There: ${form.words(field, theirs)}.`],
    [
      ["Keep what is here", () => (queue.settle(field, { value: mine, theirSeq, mine: true }), box.remove())],
      ["Use what is there", () => (queue.settle(field, { value: theirs, theirSeq }), form.show(field, theirs), box.remove(), form.count())],
    ],
  );
});
queue.addEventListener("elsewhere", () => {
  notice("notice-elsewhere", "Another device holds this sitting", [
    "It was taken along for work without a network, so nothing changes here. What you entered here is kept on this page.",
  ], [["Take it back", root.dataset.takeBack]]);
});
queue.addEventListener("refused", ({ detail }) => {
  const why = detail.fault === "too_long" ? "It is longer than 1000 characters." : "The server does not know this entry.";
  notice(`notice-${detail.field}`, `${detail.field} could not be saved`, [why]);
});
queue.addEventListener("closed", () => {
  const late = queue.waiting.map(([field, entry]) => `${field}: ${form.words(field, entry.value)}`);
  readOnly();
  notice("notice-closed", "This sitting is closed", ["These entries came too late and are not in the record:", ...late]);
});

async function flush() {
  form.saveTyping();
  queue.kick();
  const until = Date.now() + LONGEST_FLUSH;
  while (queue.waiting.length && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 100));
  return !queue.waiting.length;
}

document.querySelector("[data-finish]").addEventListener("click", async (event) => {
  event.preventDefault();
  const target = event.currentTarget.href;
  if (await flush()) location.assign(target);
  else {
    const count = queue.waiting.length;
    notice("notice-finish", "Not everything has reached the server", [
      `${count} ${count === 1 ? "entry is" : "entries are"} kept on this device and sent again by itself. Then check and sign.`,
    ]).scrollIntoView({ block: "center" });
  }
});
document.querySelector("[data-next]").addEventListener("click", (event) => form.goToNext(event));
for (const name of ["online", "pageshow", "focus"]) addEventListener(name, () => queue.kick());
addEventListener("pagehide", () => form.saveTyping());
document.addEventListener("visibilitychange", () => {
  if (document.hidden) form.saveTyping();
  else queue.kick();
});

/* ---- one page at a time ---- */

const lockName = `practical:${root.dataset.sitting}`;
const STEAL = `${lockName}:here`;
const forever = () => new Promise(() => {});

async function takeTheLock() {
  if (!navigator.locks) return queue.start();
  let held = false;
  const hold = () => ((held = true), queue.start(), forever());
  const steal = sessionStorage.getItem(STEAL);
  sessionStorage.removeItem(STEAL);
  try {
    await navigator.locks.request(lockName, steal ? { steal: true } : { signal: AbortSignal.timeout(1000) }, hold);
  } catch {
    readOnly();
    const title = held ? "This checklist goes on in another tab" : "This checklist is open in another tab";
    notice("notice-tab", title, ["So that no entry is lost, only one page at a time can change it."], [
      ["Continue here", () => (sessionStorage.setItem(STEAL, "1"), location.reload())],
    ]);
  }
  return undefined;
}

/* ---- start ---- */

document.documentElement.classList.add("js");
const early = [...boxes].map(([field, box]) => ({ field, value: form.valueOf(box) }));
const rows = [...boxes].map(([field, box]) => ({ field, seq: Number(box.dataset.seq), value: servedValue(box) }));
const restored = queue.seed(rows);
for (const { field, value } of restored) form.show(field, value);
for (const { field, value } of early) {
  if (!restored.some((row) => row.field === field) && value !== servedValue(boxes.get(field))) queue.put(field, value);
}
form.begin();
document.querySelector("[data-focus]")?.focus();
showState();
takeTheLock();
