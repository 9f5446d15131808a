/* The checklist with scripts: each tap is saved at once, a second tap clears, nothing is lost while offline. */

import { SaveQueue } from "./checklist_queue.js";

const root = document.querySelector("[data-checklist]");
const state = document.querySelector("[data-save-state]");
const counter = document.querySelector("[data-counter]");
const notices = document.querySelector("[data-notices]");
const phrases = [...document.querySelectorAll("#quick-phrases option")].map((option) => option.value);
const TYPING_PAUSE = 600;
const BOUNCE = 500;
const LONGEST_FLUSH = 6000;

const boxes = new Map([...root.querySelectorAll("[data-field]")].map((box) => [box.dataset.field, box]));
const chosen = new Map();
const typing = new Map();
const tapped = new Map();
let last = null;

const queue = new SaveQueue({
  key: `threshold:practical:${root.dataset.person}:${root.dataset.sitting}`,
  url: root.dataset.url,
});

function valueOf(box) {
  const text = box.querySelector("textarea");
  return text ? text.value.trim() : (box.querySelector("input:checked")?.value ?? "");
}

/* What the server wrote into the page, whatever was tapped before this script ran. */
function servedValue(box) {
  const text = box.querySelector("textarea");
  if (text) return text.defaultValue.trim();
  return [...box.querySelectorAll("input")].find((input) => input.defaultChecked)?.value ?? "";
}

function show(field, value) {
  const box = boxes.get(field);
  const text = box.querySelector("textarea");
  if (text) {
    text.value = value;
    const fold = box.closest("details");
    if (fold && value) fold.open = true;
  } else {
    for (const input of box.querySelectorAll("input")) input.checked = input.value === value;
    chosen.set(field, value);
  }
}

function words(field, value) {
  const box = boxes.get(field);
  const input = [...box.querySelectorAll("input")].find((candidate) => candidate.value === value);
  return input ? input.closest("label").textContent.trim() : value || "nothing";
}

/* ---- counting ---- */

function unrated() {
  return [...root.querySelectorAll("[data-required]")].filter((box) => !valueOf(box));
}

function count() {
  const all = [...root.querySelectorAll("[data-required]")];
  counter.textContent = `${all.length - unrated().length} of ${all.length} rated`;
  for (const station of root.querySelectorAll("[data-station]")) {
    const required = [...station.querySelectorAll("[data-required]")];
    const rated = required.filter((box) => valueOf(box)).length;
    station.querySelector("[data-station-count]").textContent = `${rated} of ${required.length} rated`;
    const link = root.querySelector(`[data-index="${station.dataset.station}"]`);
    link.querySelector("span").textContent = `${rated}/${required.length}`;
    link.classList.toggle("is-done", rated === required.length);
  }
}

function goToNext(event) {
  event.preventDefault();
  const open = unrated();
  const after = last && open.find((box) => last.compareDocumentPosition(box) & Node.DOCUMENT_POSITION_FOLLOWING);
  const target = after ?? open[0] ?? boxes.get("outcome");
  target.scrollIntoView({ block: "center" });
  target.querySelector("input").focus({ preventScroll: true });
  last = target;
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
  for (const input of root.querySelectorAll("input, textarea")) input.disabled = true;
}

queue.addEventListener("state", showState);
queue.addEventListener("answer", ({ detail }) => {
  document.getElementById("notice-login")?.remove();
  for (const rev of root.querySelectorAll("[name=rev]")) rev.value = detail.rev;
  for (const reply of detail.replies) warn(reply.field, reply.warnings ?? []);
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
    [`Here: ${words(field, mine)}. There: ${words(field, theirs)}.`],
    [
      ["Keep what is here", () => (queue.settle(field, { value: mine, theirSeq, mine: true }), box.remove())],
      ["Use what is there", () => (queue.settle(field, { value: theirs, theirSeq }), show(field, theirs), box.remove(), count())],
    ],
  );
});
queue.addEventListener("refused", ({ detail }) => {
  const why = detail.fault === "too_long" ? "It is longer than 1000 characters." : "The server does not know this entry.";
  notice(`notice-${detail.field}`, `${detail.field} could not be saved`, [why]);
});
queue.addEventListener("closed", () => {
  const late = queue.waiting.map(([field, entry]) => `${field}: ${words(field, entry.value)}`);
  readOnly();
  notice("notice-closed", "This sitting is closed", ["These entries came too late and are not in the record:", ...late]);
});

function warn(field, found) {
  const line = boxes.get(field)?.querySelector("[data-warning]");
  if (!line) return;
  line.hidden = !found.length;
  line.textContent = `This looks like ${found.join(" and ")}. Take it out if it belongs to a patient.`;
}

/* ---- input ---- */

function saveText(box) {
  clearTimeout(typing.get(box));
  typing.delete(box);
  queue.put(box.dataset.field, valueOf(box));
}

function openComment(box) {
  const fold = box.closest(".criterion")?.querySelector("[data-comment]");
  if (fold) fold.open = true;
}

root.addEventListener("click", (event) => {
  const input = event.target.closest("input[type=radio]");
  if (!input || input.disabled) return;
  const box = input.closest("[data-field]");
  const field = box.dataset.field;
  // A finger in a glove bounces: a second tap so soon after the first is not meant to clear.
  if (chosen.get(field) === input.value) {
    if (event.timeStamp - (tapped.get(field) ?? 0) < BOUNCE) return;
    input.checked = false;
  }
  tapped.set(field, event.timeStamp);
  chosen.set(field, valueOf(box));
  last = box;
  if (valueOf(box) === "not_done") openComment(box);
  queue.put(field, valueOf(box));
  count();
});
root.addEventListener("input", (event) => {
  const box = event.target.closest("textarea")?.closest("[data-field]");
  if (!box) return;
  clearTimeout(typing.get(box));
  typing.set(box, setTimeout(() => saveText(box), TYPING_PAUSE));
});
root.addEventListener("focusout", (event) => {
  const box = event.target.closest("textarea")?.closest("[data-field]");
  if (box && typing.has(box)) saveText(box);
});
root.addEventListener(
  "toggle",
  (event) => {
    if (event.target.matches("[data-comment]") && event.target.open) offerPhrases(event.target);
  },
  true,
);

function offerPhrases(fold) {
  if (fold.querySelector(".phrases")) return;
  const row = document.createElement("div");
  row.className = "phrases";
  for (const phrase of phrases) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "phrase";
    button.textContent = phrase;
    button.addEventListener("click", () => {
      const text = fold.querySelector("textarea");
      text.value = text.value.trim() ? `${text.value.trim()}. ${phrase}` : phrase;
      saveText(text.closest("[data-field]"));
    });
    row.append(button);
  }
  fold.append(row);
}

async function flush() {
  for (const box of [...typing.keys()]) saveText(box);
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
document.querySelector("[data-next]").addEventListener("click", goToNext);
for (const name of ["online", "pageshow", "focus"]) addEventListener(name, () => queue.kick());
addEventListener("pagehide", () => [...typing.keys()].forEach(saveText));
document.addEventListener("visibilitychange", () => {
  if (document.hidden) [...typing.keys()].forEach(saveText);
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
const early = [...boxes].map(([field, box]) => ({ field, value: valueOf(box) }));
const rows = [...boxes].map(([field, box]) => ({ field, seq: Number(box.dataset.seq), value: servedValue(box) }));
const restored = queue.seed(rows);
for (const { field, value } of restored) show(field, value);
for (const { field, value } of early) {
  if (!restored.some((row) => row.field === field) && value !== servedValue(boxes.get(field))) queue.put(field, value);
}
for (const [field, box] of boxes) if (!box.querySelector("textarea")) chosen.set(field, valueOf(box));
for (const fold of root.querySelectorAll("[data-comment][open]")) offerPhrases(fold);
document.querySelector("[data-focus]")?.focus();
count();
showState();
takeTheLock();
