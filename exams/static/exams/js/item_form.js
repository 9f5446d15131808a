/** The form of item authors: rows added and taken away in place, a preview beside the form. All of it works without. */

const form = document.querySelector("[data-item-form]");
const preview = document.querySelector("[data-preview]");

/** Show rows and preview as the server makes them from what is typed; the form on the page keeps focus and text. */
async function ask(url, go) {
  const body = new FormData(form);
  body.set("go", go);
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
  const ids = ["options", "prompts"];
  const fresh = ids.map((id) => [document.getElementById(id), page?.getElementById(id)]);
  if (!page || !fresh[0][1]) return false;
  for (const [old, next] of fresh) if (old && next) old.replaceWith(document.adoptNode(next));
  return true;
}

form.addEventListener("submit", async (event) => {
  const go = event.submitter?.value ?? "save";
  if (go === "save") return;
  event.preventDefault();
  const done = go === "preview" ? await showPreview() : await changeRows(go);
  if (!done) {
    const hidden = document.createElement("input");
    Object.assign(hidden, { type: "hidden", name: "go", value: go });
    form.append(hidden);
    form.submit();
    return;
  }
  if (go.startsWith("add_")) {
    const rows = document.querySelectorAll(`[data-rows="${go.slice(4)}"] [data-row]`);
    rows[rows.length - 1]?.querySelector("input:not([type=hidden])")?.focus();
  } else if (go.startsWith("remove_")) {
    document.querySelector(`[data-add="${go.slice(7).split(":")[0]}"]`)?.focus();
  }
});

/** A pause in typing shows the item as it now is. */
let waiting;
form.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(showPreview, 900);
});
showPreview();
