/**
 * Says in time that the session will end, and lets one click keep it.
 *
 * The server decides (lms/accounts/sessions.py); this only asks it. Typing, clicking and scrolling are signs of life,
 * in every tab: whoever fills in a long form is never asked. Two minutes before the end a dialog comes up in all tabs.
 *
 * Signing in makes a new token for forms. Pages that were open before get it too, so that what was typed can be sent:
 * but only if the same person signed in. On a shared computer nothing goes out under the name of somebody else.
 */

import { leadSignOut } from "./sign_out.js";

const WARN_AT = 120; // seconds before the end; WCAG 2.2.1 asks for 20
const SIGN_EVERY = 4 * 60 * 1000;
const script = document.querySelector("script[data-session-left]");
const { url, login, csrfCookie, person, app } = script.dataset;
const channel = "BroadcastChannel" in window ? new BroadcastChannel("threshold-session") : null;

let endsAt = 0;
let timer = 0;
let signedAt = performance.now();
let dialog = null;

function lasts(seconds) {
  endsAt = performance.now() + seconds * 1000;
  clearTimeout(timer);
  timer = setTimeout(look, Math.max(0, (seconds - WARN_AT) * 1000) + 50);
}

/** Another tab may have been used meanwhile: ask before saying anything. */
async function look() {
  const left = await ask("GET");
  if (left === null) return retry();
  if (left > WARN_AT) return alive(left);
  if (left > 0) warn(left);
  else over();
}

/** Without an answer of the server nothing is known: try again, and say nothing wrong. */
function retry() {
  clearTimeout(timer);
  timer = setTimeout(look, 5000);
}

/** Seconds left; 0 when the person of this page is signed out; null when the server could not be asked. */
async function ask(method) {
  const headers = { Accept: "application/json" };
  if (method === "POST") headers["X-CSRFToken"] = csrfToken();
  const answer = await fetch(url, { method, headers, cache: "no-store", redirect: "error" }).catch(() => null);
  if (answer?.status === 401) return 0;
  if (!answer?.ok) return null;
  const found = await answer.json();
  return found.person === person ? found.left : 0;
}

function csrfToken() {
  const found = document.cookie.split("; ").find((part) => part.startsWith(`${csrfCookie}=`));
  return found ? decodeURIComponent(found.slice(csrfCookie.length + 1)) : "";
}

/** The person of this page is signed in; perhaps anew, in another tab, so the forms take the token of now. */
function alive(left) {
  lasts(left);
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = csrfToken();
  dialog?.close();
}

async function stay() {
  const left = await ask("POST");
  if (left === null) return retry();
  if (!left) return over();
  signedAt = performance.now();
  alive(left);
  tell(left);
}

function warn(left) {
  lasts(left);
  clearTimeout(timer);
  timer = setTimeout(look, left * 1000 + 500);
  if (dialog?.dataset.state === "warn") return;
  const at = new Date(Date.now() + left * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
  show("warn", "Are you still there?", `You will be signed out at ${at}, because nothing has happened for a while. What you have typed stays on the page if you stay signed in.`, [
    button("Stay signed in", stay),
  ]);
}

function over(why = "Nothing had happened for a while.") {
  clearTimeout(timer);
  const link = Object.assign(document.createElement("a"), { href: login, target: "_blank", className: "button", textContent: "Sign in in a new tab" });
  show("over", "You are signed out", `${why} What you have typed is still on this page. Sign in in a new tab, then come back to this one.`, [
    link,
    button("I have signed in again", back, "button button--quiet"),
  ]);
}

/** After signing in again this page goes on. */
async function back() {
  const left = await ask("GET");
  if (!left) {
    dialog.querySelector("[data-words]").textContent = "You are not signed in yet. Sign in in a new tab with your own account, then come back to this one.";
    return;
  }
  alive(left);
}

function button(text, act, className = "button") {
  const node = Object.assign(document.createElement("button"), { type: "button", className, textContent: text });
  node.addEventListener("click", act);
  return node;
}

/** A modal dialog: the browser moves the focus in and gives it back, and its name and words are read once. */
function show(state, title, words, actions) {
  dialog?.remove();
  dialog = Object.assign(document.createElement("dialog"), { className: `session-dialog session-dialog--${state}` });
  dialog.dataset.state = state;
  dialog.setAttribute("role", "alertdialog");
  dialog.setAttribute("aria-labelledby", "session-title");
  dialog.setAttribute("aria-describedby", "session-words");
  const heading = Object.assign(document.createElement("h2"), { id: "session-title", textContent: title });
  const text = Object.assign(document.createElement("p"), { id: "session-words", textContent: words });
  text.dataset.words = "";
  const row = Object.assign(document.createElement("p"), { className: "cluster" });
  row.append(...actions);
  dialog.append(heading, text, row);
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault(); // Escape is the same as the button
    if (state === "warn") stay();
  });
  dialog.addEventListener("close", ({ target }) => {
    target.remove();
    if (dialog === target) dialog = null;
  });
  document.body.append(dialog);
  dialog.showModal();
}

function tell(left) {
  channel?.postMessage({ left, person });
}

/** Another tab says who is signed in, and for how long. */
function told(news) {
  if (news.person === person) alive(news.left);
  else over("Somebody else has signed in in this browser.");
}

function signOfLife() {
  if (dialog || performance.now() - signedAt < SIGN_EVERY) return;
  stay();
}

for (const event of ["keydown", "pointerdown", "scroll"]) addEventListener(event, signOfLife, { passive: true, capture: true });
// A page that slept, or came back from the history, does not know the time.
addEventListener("pageshow", ({ persisted }) => persisted && look());
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  if (dialog?.dataset.state === "over") back();
  else if (dialog || performance.now() > endsAt - WARN_AT * 1000) look();
});
channel?.addEventListener("message", ({ data }) => told(data));
lasts(Number(script.dataset.sessionLeft));
tell(Number(script.dataset.sessionLeft));
leadSignOut(person, app);
