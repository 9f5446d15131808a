/** The form of a rubric draft saves itself after a pause in typing, and shows faults and preview. Buttons work without. */

const form = document.querySelector("[data-rubric-form]");
const state = form.querySelector("[data-state]");
const preview = document.querySelector("[data-preview]");
const PAUSE = 900; // milliseconds
let waiting;
let saving = Promise.resolve();
let stopped = false;
let busy = false;

function say(words) {
  state.textContent = words;
}

/** Put the fault of each field beside it, and take away those that are mended. */
function showFaults(faults) {
  for (const field of form.querySelectorAll("[data-editor-field]")) {
    const note = field.querySelector(":scope > [data-fault]");
    const words = faults[field.dataset.editorField] ?? "";
    field.classList.toggle("field--invalid", Boolean(words));
    if (!note) continue;
    note.textContent = words;
    note.hidden = !words;
    const input = document.getElementById(field.dataset.editorField);
    if (!input?.matches("input, textarea")) continue;
    if (words) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
}

function showPreview(html) {
  const open = [...preview.querySelectorAll("details")].map((one) => one.open);
  const page = new DOMParser().parseFromString(html, "text/html");
  preview.replaceChildren(...page.body.childNodes);
  preview.querySelectorAll("details").forEach((one, place) => (one.open = open[place] ?? false));
}

async function save() {
  busy = true;
  await sendQuietly();
  busy = false;
}

async function sendQuietly() {
  const body = new FormData(form);
  body.set("act", "autosave");
  say("Saving …");
  const headers = { Accept: "application/json" };
  const answer = await fetch(location.pathname, { method: "POST", body, headers, credentials: "same-origin" }).catch(() => null);
  const said = await answer?.json().catch(() => null);
  if (answer?.ok && said) {
    form.elements.seen.value = said.seen;
    showFaults(said.faults);
    if (preview) showPreview(said.preview);
    say("All changes are saved");
    return;
  }
  stopped = answer?.status === 409; // somebody else was faster, or the draft waits: only the person can decide
  say(said?.detail ?? "Not saved yet: the site cannot be reached. Press Save to try again.");
}

function saveSoon() {
  clearTimeout(waiting);
  if (stopped) return;
  say("Not saved yet");
  waiting = setTimeout(() => (saving = saving.then(save)), PAUSE);
}

form.addEventListener("input", saveSoon);
/** A button sends the form: never while a save is under way, or its digest would be that of before. */
let sent = false;
form.addEventListener("submit", async (event) => {
  clearTimeout(waiting);
  if (!busy) {
    sent = true;
    return;
  }
  const { submitter } = event;
  event.preventDefault();
  await saving;
  setTimeout(() => form.requestSubmit(submitter)); // the form refuses a second submission inside the first
});
/** Going away with something unsaved asks first. */
addEventListener("beforeunload", (event) => {
  if (!sent && state.textContent.startsWith("Not saved")) event.preventDefault();
});
