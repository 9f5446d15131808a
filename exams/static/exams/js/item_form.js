/** The form of item authors: rows added and taken away in place, a preview beside the form. All of it works without. */

const form = document.querySelector("[data-item-form]");
const preview = document.querySelector("[data-preview]");
const WHOLE_PAGE = ["save", "upload", "show"]; // what needs a new page, with the file that was chosen
const LONGEST_NAME = 60; // characters of an option in a list; exams/templates/exams/authoring/_matching.html

/** Show rows and preview as the server makes them from what is typed; the form on the page keeps focus and text. */
async function ask(url, go) {
  const body = new FormData(form);
  body.set("go", go);
  body.delete("picture"); // megabytes that only "upload" and "save" need
  const answer = await fetch(url, { method: "POST", body, credentials: "same-origin" }).catch(() => null);
  return answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
}

async function showPreview() {
  const page = await ask(form.dataset.previewUrl, "preview");
  if (!page) return false;
  preview.replaceChildren(...page.body.childNodes);
  return true;
}

/** Put the rows of the answer into the page. Returns false when there was none, so that the form is sent instead. */
async function changeRows(go) {
  const page = await ask(location.href, go);
  const parts = [...document.querySelectorAll("[data-part]")].map((old) => [old, page?.getElementById(old.id)]);
  if (!parts.length || !parts.every(([, next]) => next)) return false;
  for (const [old, next] of parts) old.replaceWith(document.adoptNode(next));
  document.dispatchEvent(new Event("rows:changed"));
  return true;
}

form.addEventListener("submit", async (event) => {
  const go = event.submitter?.value ?? "save";
  if (WHOLE_PAGE.includes(go)) return;
  event.preventDefault();
  const done = go === "preview" ? await showPreview() : await changeRows(go);
  if (!done) {
    const hidden = document.createElement("input");
    Object.assign(hidden, { type: "hidden", name: "go", value: go });
    form.append(hidden);
    form.submit();
    return;
  }
  const [word, what] = go.split(":")[0].split("_");
  if (word === "add") {
    const rows = document.querySelectorAll(`${listOf(what)} [data-row]`);
    rows[rows.length - 1]?.querySelector("input:not([type=hidden])")?.focus();
  } else if (word === "remove") {
    document.querySelector(`[data-add="${what}"]`)?.focus();
  }
  if (go !== "preview") showPreview();
});

/** Areas are added by their shape. */
function listOf(what) {
  const found = document.querySelector(`[data-rows="${what}"]`) ? what : "area";
  return `[data-rows="${found}"]`;
}

/** The options are chosen by their words: a list of them never shows what they were called before. */
function nameChoices() {
  const words = new Map();
  for (const text of form.querySelectorAll('[name="option_text"]')) words.set(text.id.replace("option-", ""), text.value.trim());
  for (const choice of form.querySelectorAll('[name="prompt_option"] option')) {
    if (!words.has(choice.value)) continue;
    const text = words.get(choice.value);
    const shown = text.length > LONGEST_NAME ? `${text.slice(0, LONGEST_NAME - 1)}…` : text;
    choice.textContent = choice.textContent.replace(/^(\d+\. ).*$/s, (_, number) => number + (shown || "(empty)"));
  }
}

form.addEventListener("input", (event) => event.target.name === "option_text" && nameChoices());

/** A pause in typing shows the item as it now is. */
let waiting;
form.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(showPreview, 900);
});
showPreview();
