/** Enrols this browser: makes a key that cannot be taken out by a page, and tells the server its public half. */

import { toBase64url } from "./canonical.js";
import * as store from "./device_store.js";

const form = document.querySelector("[data-enrol]");
const trouble = document.querySelector("[data-trouble]");

function tell(words) {
  trouble.textContent = words;
  trouble.hidden = false;
  trouble.focus();
}

/** Why this device cannot be enrolled now, or an empty text. */
async function objection() {
  if (!globalThis.crypto?.subtle || !navigator.serviceWorker) return "This browser cannot work without a network here. It needs https and a current version.";
  const apple = /iPad|iPhone/.test(navigator.userAgent) || (navigator.platform === "MacIntel" && navigator.maxTouchPoints > 1);
  if (apple && !matchMedia("(display-mode: standalone)").matches) return "On an iPad, add the app to the Home Screen first, open it from there, and enrol it there: Safari deletes what a page keeps.";
  const before = await store.fact("enrolment");
  const waiting = await store.waiting();
  if (before && before.person !== form.dataset.person && waiting.total) return "Work of another assessor waits on this device. They have to send it first.";
  if (waiting.total) return "Work of yours waits on this device. Open the app and send it before you enrol the device anew.";
  return "";
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  trouble.hidden = true;
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    await enrol();
  } catch (error) {
    tell(`The device was not enrolled (${error.message}). Load this page again, and try once more.`);
  } finally {
    button.disabled = false;
  }
});

async function enrol() {
  const against = await objection();
  if (against) return tell(against);
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
  const publicKey = toBase64url(await crypto.subtle.exportKey("spki", pair.publicKey));
  const answer = await fetch(form.action, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
    body: JSON.stringify({ label: form.elements.label.value, public_key: publicKey }),
    cache: "no-store",
    redirect: "error",
  });
  const found = await answer.json();
  if (!answer.ok) return tell(found.detail);
  await store.forgetAll();
  const { device, person, receipt_key: receiptKey } = found;
  const persistent = (await navigator.storage?.persist?.()) ?? false;
  await store.keepFact("enrolment", { ...device, person, receiptKey, key: pair.privateKey, persistent });
  location.assign(form.dataset.app);
  return undefined;
}
