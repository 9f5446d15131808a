/** What the app shows: the list, who is here, the checklist, the check before sealing, and leaving the device. */

import { ChecklistForm } from "../checklist_form.js";
import { cleanText, shortForm, timestamp } from "./canonical.js";
import * as store from "./device_store.js";
import { clock, counted, fragment, h } from "./dom.js";
import { askPasskey, draftRecord, seal, valuesOf } from "./records.js";
import { LONGEST_COMMENT, missing } from "./rules.js";

const OUTCOMES = { competent: "Competent", needs_remediation: "Needs remediation", could_not_assess: "Could not assess" };
const MARKS = { done: "Done", partly: "Partly", not_done: "Not done", not_applicable: "Not applicable" };
const SEAL_STATES = {
  signed: "Signed",
  needs_reauth: "Sealed, not yet signed",
  review: "Kept, waits for the registrar",
  replaced: "Replaced by a later seal",
  refused: "Refused, kept at the server",
  set_aside: "Set aside by the registrar",
};

const main = document.querySelector("#main");
const bar = document.querySelector("#bar");
const announcer = document.querySelector("#announcer");

/** Put a screen up; its heading takes the focus, so that screen readers say where one is. */
export function put(title, barParts, ...parts) {
  document.title = `${title} – Threshold`;
  bar.replaceChildren(...barParts);
  main.replaceChildren(...parts.flat().filter(Boolean));
  scrollTo(0, 0);
  const heading = main.querySelector("h1");
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

export function say(words) {
  announcer.textContent = words;
}

export function notice(title, lines, ...actions) {
  return h("div", { className: "notice notice--attention", role: "alert" },
    h("p", { className: "notice__title" }, title),
    lines.map((line) => h("p", {}, line)),
    actions.length ? h("p", { className: "cluster" }, actions) : null);
}

export function button(words, act, look = "button") {
  return h("button", { type: "button", className: look, onclick: act }, words);
}

function link(words, href, look = "button button--quiet") {
  return h("a", { className: look, href, target: "_blank", rel: "noopener" }, words);
}

const back = (words, hash) => h("a", { className: "bar__back", href: hash }, words);

/** "Last contact 14:03. 3 changes waiting on this device." */
export async function stateLine() {
  const [contact, waiting] = await Promise.all([store.fact("contact"), store.waiting()]);
  const parts = [contact ? `Last contact ${clock(contact.at)}` : "No contact yet"];
  if (waiting.seals) parts.push(`${counted(waiting.seals, "sealed record", "sealed records")} to send`);
  parts.push(waiting.changes ? `${counted(waiting.changes, "change", "changes")} waiting on this device` : "Nothing waits on this device");
  return h("p", { className: `field-state${waiting.total ? " is-waiting" : ""}`, data: { deviceState: "" } }, `${parts.join(". ")}.`);
}

/* ---- the list ---- */

function sealOf(seals, id) {
  return seals.filter((row) => row.sitting === id && !row.replaced && row.state !== "replaced").at(-1);
}

async function sittingRow(row, seals) {
  const kept = sealOf(seals, row.id);
  const own = (await store.draftsOf(row.id)).some((draft) => draft.local) || row.identity;
  let tag = h("span", { className: "tag tag--neutral" }, "Not started");
  if (kept && !kept.receipt) tag = h("span", { className: "tag tag--attention" }, "Sealed, waits on this device");
  else if (!row.held) tag = h("span", { className: "tag tag--attention" }, "Taken from this device");
  else if (own || row.opened) tag = h("span", { className: "tag tag--attention" }, "In progress");
  return h("li", { className: "sittings__row sittings__row--plain" },
    h("div", { className: "sittings__words" },
      h("a", { className: "sittings__name", href: `#sitting/${row.id}` }, row.trainee),
      h("span", { className: "sittings__facts" }, [row.programme, row.day, row.starts].filter(Boolean).join(", ")),
      h("span", { className: "sittings__facts" }, `${row.place}, ${row.device}`)),
    tag);
}

function sealRow(row) {
  const words = row.receipt ? SEAL_STATES[row.state] ?? row.state : "Sealed, waits on this device";
  return h("li", { className: "sittings__row sittings__row--plain", data: { seal: row.number } },
    h("div", { className: "sittings__words" },
      h("span", { className: "sittings__name" }, row.trainee),
      h("span", { className: "sittings__facts" }, `Seal ${row.number}, ${shortForm(row.digest)}${row.receipt ? ", receipt kept" : ""}`),
      row.sentence ? h("span", { className: "sittings__facts" }, row.sentence) : ""),
    row.state === "needs_reauth" ? link("Sign it now", row.page) : h("span", {}, words));
}

function elsewhereRow(row, takeOver) {
  const reason = h("input", { className: "input", id: `reason-${row.id}`, maxLength: 500 });
  const trouble = h("p", { className: "field__error", role: "alert", hidden: true });
  const act = async () => {
    try {
      await takeOver(row.id, reason.value);
    } catch (error) {
      trouble.textContent = error.code ? error.message : "The server cannot be reached. Taking over needs the network.";
      trouble.hidden = false;
    }
  };
  return h("li", { className: "sittings__row sittings__row--plain" },
    h("div", { className: "sittings__words" },
      h("span", { className: "sittings__name" }, row.trainee),
      h("span", { className: "sittings__facts" }, `${row.day}. Held by ${row.device}. What that device sends after a take-over is kept, but does not count.`),
      h("label", { htmlFor: `reason-${row.id}` }, "Why do you take it over?"), reason, trouble),
    button("Take over", act, "button button--quiet"));
}

export async function showList(sending, { update }) {
  const [list, rows, seals] = await Promise.all([store.fact("list"), store.sittings(), store.seals()]);
  const open = [...rows].sort((one, other) => (one.date + one.starts < other.date + other.starts ? -1 : 1));
  const waiting = await store.waiting();
  put("Your sittings", [
    h("p", { className: "bar__who" }, list?.name ?? "At the chair"),
    button("Send and refresh", () => sending.kick(), "button button--quiet bar__next"),
    h("a", { className: "bar__back", href: "#leave" }, "Sign out"),
  ],
    h("div", { className: "page-head" }, h("h1", {}, "Your sittings on this device"), await stateLine()),
    connection(sending),
    update && !waiting.total ? notice("A new version is here", ["It is used after a reload."], button("Reload", update)) : null,
    h("ul", { className: "sittings" }, await Promise.all(open.map((row) => sittingRow(row, seals)))),
    open.length ? null : h("p", {}, "No sitting lies on this device. With a network, “Send and refresh” fetches those of the next seven days."),
    list?.elsewhere?.length ? h("h2", {}, "On another device of yours") : null,
    list?.elsewhere?.length ? h("ul", { className: "sittings" }, list.elsewhere.map((row) => elsewhereRow(row, (id, why) => sending.takeOver(id, why)))) : null,
    seals.length ? h("h2", {}, "Sealed on this device") : null,
    seals.length ? h("ul", { className: "sittings" }, [...seals].reverse().map(sealRow)) : null);
}

function connection(sending) {
  if (sending.state === "signed-out") return notice("You are signed out", ["Nothing is lost. Sign in again in a new tab, then come back here."], link("Sign in", sending.addresses.login));
  if (sending.state === "unreachable") return h("p", { className: "notice", role: "status" }, "The server cannot be reached. Go on working: everything is kept on this device and sent later.");
  return null;
}

/* ---- who is here ---- */

function choice(input, words) {
  return h("label", { className: "choice" }, input, h("span", {}, words));
}

export function showIdentity(row, opened) {
  const trainee = h("input", { type: "checkbox", id: "trainee" });
  const assessor = h("input", { type: "checkbox", id: "assessor" });
  const bases = row.bases.map((one) => [one, h("input", { type: "radio", name: "basis", value: one.value })]);
  const trouble = h("div", {});
  const act = async () => {
    const basis = bases.find(([, input]) => input.checked)?.[0];
    const lines = [
      trainee.checked ? "" : "Confirm that this is the person you assess.",
      assessor.checked ? "" : "Confirm that you are the assessor.",
      basis ? "" : "Choose what entitles you to assess.",
    ].filter(Boolean);
    if (lines.length) return trouble.replaceChildren(notice("Before the first entry", lines));
    const identity = { confirmedAt: timestamp(Date.now()), qualification: basis.value, qualifiedBy: basis.qualified_by };
    await store.keepSitting({ ...row, identity });
    return opened();
  };
  const facts = [["Trainee", row.trainee], ["Assessor", row.assessor], ["Practical", row.programme], ["Day and place", `${[row.day, row.starts, row.place].filter(Boolean).join(", ")}`], ["Device", row.device], ["How it is done", row.simulated ? "Simulation with an actor or manikin" : "Supervised session with a patient"]];
  put("Who is here", [back("Your sittings", "#")],
    h("div", { className: "page-head" }, h("h1", {}, "Who is here"), h("p", { className: "page-head__lead" }, "Before the first entry: the right trainee, and the right assessor.")),
    trouble,
    h("dl", { className: "summary-list narrow" }, facts.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)))),
    h("div", { className: "form" },
      choice(trainee, `The person in front of me is ${row.trainee}`),
      choice(assessor, `I am ${row.assessor}`),
      h("fieldset", { className: "field" }, h("legend", {}, "You assess as"), h("div", { className: "choices" }, bases.map(([one, input]) => choice(input, one.label)))),
      row.bases.length ? null : notice("You cannot assess this", [row.lacking]),
      h("div", { className: "cluster" }, button("Open the checklist", act, "button button--large"))));
}

/* ---- the checklist ---- */

export async function showChecklist(row, focus) {
  const list = await store.fact("list");
  const counter = h("p", { className: "bar__count", data: { counter: "" } });
  const state = h("p", { className: "bar__state", role: "status", data: { saveState: "" } });
  const next = h("a", { className: "button button--quiet bar__next", href: "#outcome" }, "Next unrated");
  const root = h("div", { data: { checklist: "" } }, fragment(row.html));
  const trouble = h("div", {});
  let writing = Promise.resolve();
  const write = async (field, value) => {
    const clean = cleanText(value).slice(0, LONGEST_COMMENT);
    form.warn(field, found(list.patterns, clean));
    try {
      await store.keepDraft(row.id, field, clean, timestamp(Date.now()));
      state.textContent = `Kept on this device ${clock(Date.now())}`;
    } catch (error) {
      trouble.replaceChildren(notice("This entry could not be kept", [`${field}: the storage of this device refused it (${error?.name ?? error}). Write it down, free some space, and enter it again.`]));
    }
  };
  const form = new ChecklistForm(root, {
    counter,
    phrases: row.phrases,
    put: (field, value) => {
      writing = writing.then(() => write(field, value));
    },
  });
  for (const draft of await store.draftsOf(row.id)) if (form.boxes.has(draft.field)) form.show(draft.field, draft.value);
  next.addEventListener("click", (event) => form.goToNext(event));
  // A link inside the page moves to its target: the address of the app stays what it is.
  root.addEventListener("click", (event) => {
    const target = event.target.closest("a[href^='#']");
    if (!target) return;
    event.preventDefault();
    document.getElementById(target.getAttribute("href").slice(1))?.scrollIntoView();
  });
  const finish = async () => {
    form.saveTyping();
    await writing;
    location.hash = `#check/${row.id}`;
  };
  put(`Checklist of ${row.trainee}`, [back("Your sittings", "#"), h("p", { className: "bar__who" }, row.trainee), state, counter, next],
    h("div", { className: "page-head" }, h("h1", {}, `Practical of ${row.trainee}`), h("p", {}, `${row.day}, ${row.place}, ${row.device}. ${row.simulated ? "Simulation" : "Supervised session"}. Assessor: ${row.assessor}.`)),
    row.held ? null : notice("Taken from this device", ["Another device holds this sitting now. What you seal here is kept at the server, and the registrar decides."]),
    trouble,
    h("p", { className: "notice" }, "No patient details belong in this record. A tap answers, a second tap on the same answer clears it. Every entry is kept on this device at once."),
    root,
    h("p", { className: "cluster" }, button("Check and seal", finish, "button button--large")));
  form.begin();
  const target = focus && document.getElementById(focus);
  if (target) {
    target.closest("details")?.setAttribute("open", "");
    target.scrollIntoView({ block: "center" });
    target.focus({ preventScroll: true });
  }
  return () => form.saveTyping();
}

function found(patterns, text) {
  const names = patterns.filter((one) => new RegExp(one.source, one.flags).test(text)).map((one) => one.name);
  return [...new Set(names)];
}

/* ---- the check, and the seal ---- */

function gaps(row, list) {
  return h("div", { className: "error-summary", role: "alert", tabIndex: -1 },
    h("h2", {}, `${counted(list.length, "entry is", "entries are")} missing`),
    h("ul", {}, list.map((gap) => h("li", {}, h("a", { href: `#sitting/${row.id}/${gap.field}` }, gap.sentence)))));
}

/** What was seen of the critical failures of a station: the one chosen, and every critical step that was not done. */
function failuresOf(station, values) {
  const chosen = station.failures.filter((failure) => failure.code === values[station.critical]).map((failure) => failure.text);
  const steps = station.criteria.filter((step) => step.critical && values[step.code] === "not_done");
  return [...chosen, ...steps.map((step) => `Not done: ${step.text}`)];
}

function stationSummary(station, values, judged, levels) {
  const level = values[station.level];
  const failures = failuresOf(station, values);
  const one = judged.find((candidate) => candidate.station === station.code);
  const rows = station.criteria.map((step) => h("tr", {},
    h("td", {}, h("span", { className: "code" }, step.code), ` ${step.text}${step.critical ? " (critical step)" : ""}`, values[step.comment] ? h("span", { className: "typed record__comment" }, values[step.comment]) : ""),
    h("td", { className: "record__mark" }, MARKS[values[step.code]] ?? "Not rated")));
  return h("section", { className: "record__station" },
    h("div", { className: "record__head" }, h("h3", {}, h("span", { className: "code" }, station.code), ` ${station.title}`), h("span", {}, one ? (one.met ? "Met" : "Not met") : "Not assessed")),
    h("p", {}, `Level: ${level ? `${level} ${levels[level]}` : "Not given"}.${failures.length ? "" : " No critical failure."}`),
    failures.map((text) => h("p", { className: "record__critical" }, h("strong", {}, "Critical failure."), ` ${text}`)),
    values[station.comment] ? h("p", { className: "typed" }, values[station.comment]) : null,
    h("table", { className: "data-table record__table" }, h("tbody", {}, rows)));
}

export async function showCheck(row, sealed) {
  const values = await valuesOf(row.id);
  const lacking = missing(row.plan, values);
  const head = [back("Checklist", `#sitting/${row.id}`), h("p", { className: "bar__who" }, row.trainee)];
  if (lacking.length) {
    put(`Error: check the record of ${row.trainee}`, head, h("div", { className: "page-head" }, h("h1", {}, "The record has gaps")), gaps(row, lacking));
    main.querySelector(".error-summary").focus();
    return;
  }
  const [list, draft] = await Promise.all([store.fact("list"), draftRecord(row)]);
  const trouble = h("div", {});
  const act = async (withPasskey) => {
    for (const one of main.querySelectorAll("button")) one.disabled = true;
    try {
      await seal(draft, withPasskey ? await askPasskey(list, draft.digest) : null);
      sealed();
    } catch (error) {
      trouble.replaceChildren(notice("Nothing was sealed", [passkeyTrouble(error)]));
      for (const one of main.querySelectorAll("button")) one.disabled = false;
    }
  };
  put(`Check the record of ${row.trainee}`, head,
    h("div", { className: "page-head" }, h("h1", {}, "Check the record"), h("p", { className: "page-head__lead" }, "Nothing is sealed yet. This is the record as it will be sealed.")),
    h("dl", { className: "summary-list record__facts" }, [["Trainee", row.trainee], ["Assessor", row.assessor], ["Day and place", `${row.day}, ${row.place}`], ["Device", row.device], ["Outcome", OUTCOMES[values.outcome]], ["Remark", values.remark ?? "None"]].map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", { className: "typed" }, value)))),
    h("h2", {}, "Stations"),
    row.plan.stations.map((station) => stationSummary(station, values, draft.record.judgements, row.plan.levels)),
    h("div", { className: "signature stack" },
      h("h2", {}, list.passkey ? "Sign" : "Seal"),
      h("p", {}, "Your signature means:"),
      h("blockquote", { className: "meaning" }, draft.record.meaning),
      h("dl", { className: "summary-list" },
        h("div", {}, h("dt", {}, "Signed by"), h("dd", {}, draft.record.assessor.name)),
        h("div", {}, h("dt", {}, "Record"), h("dd", {}, h("code", { data: { digest: draft.digest } }, shortForm(draft.digest))))),
      trouble,
      list.passkey ? h("p", { className: "hint" }, "Your device asks for your finger, your face or its PIN. The passkey signs the digest of this very record; it needs no network.") : null,
      h("p", { className: "cluster" },
        list.passkey ? button("Seal and sign with your passkey", () => act(true), "button button--large") : null,
        button(list.passkey ? "Seal without a passkey" : "Seal the record", () => act(false), `button button--large${list.passkey ? " button--quiet" : ""}`)),
      h("p", { className: "hint" }, "Without a passkey the record is sealed, but not yet signed: when it has reached the server, you sign it there with your password.")));
}

function passkeyTrouble(error) {
  if (error.name === "NotAllowedError") return "The passkey was not confirmed in time, or this device has none of yours. Try again, or seal without it.";
  if (error.name === "SecurityError") return "Passkeys do not work at this address. Seal without it, and sign at the server.";
  return `It could not be sealed (${error.message}). Try again; your entries are kept.`;
}

export function showSealed(row, seals, reopen) {
  const kept = sealOf(seals, row.id);
  put(`Sealed: ${row.trainee}`, [back("Your sittings", "#")],
    h("div", { className: "page-head" }, h("h1", {}, `The record of ${row.trainee} is sealed`), h("p", { className: "page-head__lead" }, kept.passkey ? "It carries your passkey’s signature." : "Sealed, not yet signed.")),
    h("dl", { className: "summary-list narrow" },
      h("div", {}, h("dt", {}, "Reference"), h("dd", {}, h("code", { data: { sealed: kept.digest } }, shortForm(kept.digest)))),
      h("div", {}, h("dt", {}, "Seal of this device"), h("dd", {}, String(kept.number)))),
    h("p", {}, "It waits on this device until the server has it. Nobody can change it; you can seal a new version as long as it was not sent."),
    h("p", { className: "cluster" }, h("a", { className: "button", href: "#" }, "Your sittings"), button("Change it and seal again", reopen, "button button--quiet")));
}

/* ---- leaving, and devices that are not this person's ---- */

export async function showLeave(sending, left) {
  const waiting = await store.waiting();
  const trouble = h("div", {});
  const word = h("input", { className: "input", id: "word", autocomplete: "off", autocapitalize: "none" });
  const act = async () => {
    try {
      await sending.leave(waiting.total, word.value);
      left();
    } catch (error) {
      trouble.replaceChildren(notice("You are still signed in", [error.code ? error.message : "The server cannot be reached. Signing out needs the network; without it, lock the device."]));
    }
  };
  const what = counted(waiting.total, "change", "changes");
  put("Sign out", [back("Your sittings", "#")],
    h("div", { className: "page-head" }, h("h1", {}, "Sign out of this device"), h("p", { className: "page-head__lead" }, waiting.total ? `${what} on this device ${waiting.total === 1 ? "has" : "have"} not reached the server.` : "Nothing on this device waits to be sent. The list and the key of the device are deleted.")),
    trouble,
    waiting.total
      ? [
        h("p", { className: "cluster" }, button("Send now", () => sending.kick()), h("a", { className: "button button--quiet", href: "#" }, "Stay signed in")),
        h("div", { className: "form" },
          h("label", { htmlFor: "word" }, `To delete ${what} for good, type the word discard`), word,
          h("div", { className: "cluster" }, button(`Discard ${what} and sign out`, act, "button button--quiet"))),
      ]
      : h("p", { className: "cluster" }, button("Sign out and clear this device", act), h("a", { className: "button button--quiet", href: "#" }, "Stay signed in")));
}

export async function showStranger(sending) {
  const waiting = await store.waiting();
  put("Work of somebody else", [], h("div", { className: "page-head" }, h("h1", {}, "Work of another assessor is on this device")),
    h("p", {}, waiting.total ? `${counted(waiting.total, "change of theirs waits", "changes of theirs wait")} to be sent. Nothing of it is shown to you.` : "Nothing of it is shown to you."),
    h("p", {}, "The other assessor has to sign in here to send it and to sign out."),
    h("p", { className: "cluster" }, link("Sign in as the other assessor", sending.addresses.login), button("Look again", () => sending.kick(), "button button--quiet")));
}

export function showNotEnrolled(sending, revoked) {
  put("Not enrolled", [], h("div", { className: "page-head" }, h("h1", {}, revoked ? "This device is not enrolled any more" : "This device is not enrolled")),
    h("p", {}, revoked ? "It was revoked, or its thirty days are over. What was sealed has been sent; the list on it is deleted." : "Enrol it on your account page: then it takes your sittings along and works without a network."),
    connection(sending),
    h("p", { className: "cluster" }, h("a", { className: "button", href: sending.addresses.devices }, "Enrol this device")));
}
