/** The assessor's app: starts the service worker, holds the one page that may work on this device, and shows screens. */

import * as store from "./device_store.js";
import * as screens from "./screens.js";
import { Sending } from "./sending.js";

const addresses = JSON.parse(document.querySelector("#addresses").textContent);
const sending = new Sending(addresses);
let update = null;
let leaveScreen = null;
let drawn = 0;

/** Take the new version into use when asked to; never while it could take modules from under an open page. */
async function keepShell() {
  if (!navigator.serviceWorker) return;
  const registration = await navigator.serviceWorker.register(addresses.worker, { scope: addresses.scope, updateViaCache: "none" });
  const offer = () => {
    if (!registration.waiting || !navigator.serviceWorker.controller) return;
    update = () => {
      navigator.serviceWorker.addEventListener("controllerchange", () => location.reload());
      registration.waiting.postMessage("update");
    };
    changed();
  };
  registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", offer));
  offer();
  await navigator.serviceWorker.ready;
  document.documentElement.dataset.offlineReady = "yes";
}

/** Draw what the address says. A newer call wins over one that still reads. */
async function draw() {
  const turn = (drawn += 1);
  leaveScreen?.();
  leaveScreen = null;
  const enrolment = await store.fact("enrolment");
  if (turn !== drawn) return;
  if (!enrolment) return screens.showNotEnrolled(sending, sending.state === "revoked");
  if (sending.state === "other-person") return screens.showStranger(sending);
  const [name, id, focus] = location.hash.slice(1).split("/");
  if (name === "leave") return screens.showLeave(sending, () => location.assign("/"));
  const row = id ? await store.sitting(id) : null;
  if (!row) return screens.showList(sending, { update });
  return drawSitting(name, row, focus, turn);
}

async function drawSitting(name, row, focus, turn) {
  const seals = await store.seals();
  const sealed = seals.find((one) => one.sitting === row.id && !one.replaced && !one.receipt);
  if (turn !== drawn) return undefined;
  if (name === "check") return screens.showCheck(row, () => show(`#sealed/${row.id}`));
  if (sealed && name !== "change") return screens.showSealed(row, seals, () => show(`#change/${row.id}`));
  if (!row.opened && !row.identity) return screens.showIdentity(row, draw);
  leaveScreen = await screens.showChecklist(row, focus);
  return undefined;
}

/** Move within the app; the same address is drawn again. */
function show(hash) {
  if (location.hash === hash) draw();
  else location.hash = hash;
  sending.kick();
}

/** News of the server or of the worker: screens in use stay, others are drawn again. */
function changed() {
  if (sending.leaving) return;
  const [name] = location.hash.slice(1).split("/");
  const locked = sending.state === "other-person" || sending.state === "revoked";
  if (locked || name === "" || name === "sealed" || (name === "leave" && !document.activeElement?.matches("input"))) {
    if (!document.activeElement?.matches("main input")) draw();
  }
}

/** One page at a time works on this device, so that no entry and no seal number is used twice. */
function holdDevice() {
  if (!navigator.locks) return begin();
  return navigator.locks.request("threshold-field", { ifAvailable: true }, (lock) => {
    if (lock) return begin().then(() => new Promise(() => {}));
    screens.put("Open in another tab", [], document.createElement("h1"));
    document.querySelector("h1").textContent = "The app is open in another tab";
    document.querySelector("#main").append(screens.notice("One page at a time", ["So that nothing is written twice, close the other tab."], screens.button("Try again", () => location.reload())));
    return undefined;
  });
}

async function begin() {
  await store.tidy(Date.now());
  sending.addEventListener("changed", changed);
  addEventListener("hashchange", draw);
  addEventListener("pagehide", () => sending.leaving || leaveScreen?.());
  await draw();
  sending.kick();
}

holdDevice();
keepShell();
