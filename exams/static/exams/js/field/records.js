/** Builds the record of a sitting from what lies on the device, seals it, and asks a passkey for its answer. */

import { bytesOf, digestBytes, fromBase64url, hex, recordText, timestamp, toBase64url } from "./canonical.js";
import * as store from "./device_store.js";
import { judgements } from "./rules.js";

const FIRST_PREVIOUS = "0".repeat(64);
const PASSKEY_TIME = 120000;
const SEAL = { name: "ECDSA", hash: "SHA-256" };

/** The values of a sitting by field, empty ones left out. */
export async function valuesOf(id) {
  return Object.fromEntries((await store.draftsOf(id)).filter((row) => row.value).map((row) => [row.field, row.value]));
}

/** How long ago the server last answered, by the page's own clock where that page heard it. */
function sinceContact(contact, now) {
  if (!contact) return 0;
  const passed = contact.page === performance.timeOrigin ? performance.now() - contact.ticks : now - contact.at;
  return Math.max(0, Math.round(passed));
}

/** Make the record as it would be sealed now: its text, its digest, and the number of its seal. */
export async function draftRecord(row) {
  const [enrolment, contact, seals] = await Promise.all([store.fact("enrolment"), store.fact("contact"), store.seals()]);
  const entries = (await store.draftsOf(row.id)).filter((one) => one.value);
  const values = Object.fromEntries(entries.map((one) => [one.field, one.value]));
  const last = seals.reduce((newest, one) => (one.number > (newest?.number ?? 0) ? one : newest), null);
  const number = (last?.number ?? 0) + 1;
  const now = Date.now();
  const { identity } = row;
  const record = {
    ...row.base,
    ...(row.opened ? {} : { identity_confirmed_at: identity.confirmedAt }),
    assessor: row.opened
      ? row.base.assessor
      : { ...row.base.assessor, qualification: identity.qualification, qualified_by: identity.qualifiedBy },
    entries: entries
      .sort((one, other) => (one.field < other.field ? -1 : 1))
      .map(({ field, value, seq, savedAt }) => ({ field, value, seq, saved_at: savedAt })),
    judgements: judgements(row.plan, values),
    outcome: values.outcome,
    sealed: {
      device: enrolment.id,
      checkout: row.checkout,
      number,
      previous: last?.digest ?? FIRST_PREVIOUS,
      sealed_at: timestamp(now),
      since_contact_ms: sinceContact(contact, now),
    },
  };
  const text = recordText(record);
  const digest = hex(await digestBytes(text));
  return { sitting: row.id, trainee: row.trainee, number, text, digest, sealedAt: now, values, record };
}

/** Seal exactly the text that was shown, and keep it; an earlier unsent seal of the same sitting is replaced by it. */
export async function seal(draft, passkey) {
  const { key } = await store.fact("enrolment");
  const signature = toBase64url(await crypto.subtle.sign(SEAL, key, bytesOf(draft.text)));
  const { sitting, trainee, number, text, digest, sealedAt } = draft;
  for (const row of await store.seals()) {
    if (row.sitting === sitting && !row.receipt) await store.keepSeal({ ...row, replaced: true });
  }
  const row = { sitting, trainee, number, text, digest, sealedAt, signature, passkey, replaced: false, receipt: null };
  await store.addSeal(row);
  return row;
}

/** Ask the passkey of this person to answer to the digest; it needs no network. Throws what the browser throws. */
export async function askPasskey(list, digest) {
  const challenge = Uint8Array.from(digest.match(/../g), (pair) => parseInt(pair, 16));
  const allowCredentials = list.passkey.allowCredentials.map((row) => ({ ...row, id: fromBase64url(row.id) }));
  const publicKey = { challenge, allowCredentials, rpId: list.passkey.rpId, userVerification: "required", timeout: PASSKEY_TIME };
  const answer = await navigator.credentials.get({ publicKey });
  const { clientDataJSON, authenticatorData, signature, userHandle } = answer.response;
  return JSON.stringify({
    id: answer.id,
    rawId: toBase64url(answer.rawId),
    type: answer.type,
    response: {
      clientDataJSON: toBase64url(clientDataJSON),
      authenticatorData: toBase64url(authenticatorData),
      signature: toBase64url(signature),
      userHandle: userHandle ? toBase64url(userHandle) : null,
    },
  });
}

/** Whether a receipt says, under the key that the server named at the last contact, that this digest was received. */
export async function receiptHolds(text, digest) {
  try {
    const { body, signature } = JSON.parse(text);
    const enrolment = await store.fact("enrolment");
    const kind = { name: "ECDSA", namedCurve: "P-256" };
    const key = await crypto.subtle.importKey("spki", fromBase64url(enrolment.receiptKey), kind, false, ["verify"]);
    const facts = JSON.parse(body.slice(body.indexOf("\n") + 1));
    return facts.digest === digest && (await crypto.subtle.verify(SEAL, key, fromBase64url(signature), bytesOf(body)));
  } catch {
    return false;
  }
}
