/**
 * What lies on this device, in IndexedDB and nowhere else (offline.md 2): the enrolment with its key, the assigned
 * list, drafts, sealed records until the server has them, and receipts.
 */

const NAME = "threshold-field";
const STORES = { facts: "name", sittings: "id", drafts: ["sitting", "field"], seals: "number" };
export const RECEIPTS_KEPT = 30 * 24 * 60 * 60 * 1000;

let opening = null;
let shut = false;

/** Open nothing any more: the browser has cleared the device, and an empty store must not come back. */
export function shutDown() {
  shut = true;
}

function open() {
  if (shut) return Promise.reject(new DOMException("the device was cleared", "AbortError"));
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      for (const [store, keyPath] of Object.entries(STORES)) request.result.createObjectStore(store, { keyPath });
    };
    request.onsuccess = () => {
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  });
  return opening;
}

/** Run one transaction over some stores; a handle that the browser closed in the background is opened again once. */
async function transact(stores, mode, act, retry = true) {
  try {
    const database = await open();
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(stores, mode, { durability: "strict" });
      const request = act(...stores.map((store) => transaction.objectStore(store)));
      transaction.oncomplete = () => resolve(request?.result);
      transaction.onabort = () => reject(transaction.error);
    });
  } catch (error) {
    opening = null;
    if (retry) return transact(stores, mode, act, false);
    throw error;
  }
}

const read = (store, act) => transact([store], "readonly", act);
const write = (store, act) => transact([store], "readwrite", act);

export async function fact(name) {
  return (await read("facts", (facts) => facts.get(name)))?.value ?? null;
}

export const keepFact = (name, value) => write("facts", (facts) => facts.put({ name, value }));
export const sittings = () => read("sittings", (rows) => rows.getAll());
export const sitting = (id) => read("sittings", (rows) => rows.get(id));
export const keepSitting = (row) => write("sittings", (rows) => rows.put(row));
export const drafts = () => read("drafts", (rows) => rows.getAll());
export const draftsOf = (id) => read("drafts", (rows) => rows.getAll(IDBKeyRange.bound([id, ""], [id, "\uffff"])));
export const seals = () => read("seals", (rows) => rows.getAll());
export const keepSeal = (row) => write("seals", (rows) => rows.put(row));

/** Keep one value of a field under the next number; resolves when it is safe on the device. */
export function keepDraft(sittingId, field, value, savedAt) {
  return write("drafts", (rows) => {
    const before = rows.get([sittingId, field]);
    before.onsuccess = () => {
      const seq = (before.result?.seq ?? 0) + 1;
      rows.put({ sitting: sittingId, field, value, seq, savedAt, local: true });
    };
  });
}

/** Put the list of the server in the place of the old one. Drafts, seals and confirmed identities stay. */
export async function keepList(rows) {
  const before = new Map((await sittings()).map((row) => [row.id, row]));
  const own = new Set((await drafts()).filter((row) => row.local).map((row) => row.sitting));
  const sealed = new Set((await seals()).filter((row) => !row.receipt).map((row) => row.sitting));
  return transact(["sittings", "drafts"], "readwrite", (store, draftStore) => {
    for (const row of rows) {
      store.put({ ...row, held: true, identity: before.get(row.id)?.identity ?? null });
      before.delete(row.id);
      if (own.has(row.id)) continue;
      for (const { field, value, seq, saved_at: savedAt } of row.entries) {
        draftStore.put({ sitting: row.id, field, value, seq, savedAt, local: false });
      }
    }
    for (const row of before.values()) {
      if (own.has(row.id) || sealed.has(row.id)) store.put({ ...row, held: false });
      else forgetIn(store, draftStore, row.id);
    }
  });
}

function forgetIn(store, draftStore, id) {
  store.delete(id);
  draftStore.delete(IDBKeyRange.bound([id, ""], [id, "\uffff"]));
}

/** Put a new seal down, under the number that was shown with it. */
export function addSeal(row) {
  return write("seals", (rows) => rows.add(row));
}

/** Keep the receipt in the place of the sealed bytes; with `done` the sitting and its drafts go too. */
export function keepReceipt(row, done) {
  const { number, sitting: id, trainee, digest, sealedAt, receipt, state, sentence, page } = row;
  const kept = { number, sitting: id, trainee, digest, sealedAt, receipt, state, sentence, page, keptAt: Date.now() };
  return transact(["seals", "sittings", "drafts"], "readwrite", (rows, store, draftStore) => {
    rows.put(kept);
    if (done) forgetIn(store, draftStore, id);
  });
}

/** Delete what has had its time: receipts after 30 days, and the list when it expired, but never unsent work. */
export async function tidy(now) {
  const list = await fact("list");
  const expired = list && Date.parse(list.expires_at) <= now;
  const own = new Set((await drafts()).filter((row) => row.local).map((row) => row.sitting));
  const old = (await seals()).filter((row) => row.receipt && row.keptAt < now - RECEIPTS_KEPT);
  // The newest stays: the next seal has to name it.
  const newest = Math.max(0, ...(await seals()).map((row) => row.number));
  await transact(["seals", "sittings", "drafts"], "readwrite", (rows, store, draftStore) => {
    for (const row of old) if (row.number !== newest) rows.delete(row.number);
    if (!expired) return;
    const all = store.getAllKeys();
    all.onsuccess = () => all.result.filter((id) => !own.has(id)).forEach((id) => forgetIn(store, draftStore, id));
  });
}

/** Delete the list, the drafts and the key of a device that was revoked; receipts stay. */
export function forgetWork() {
  return transact(["facts", "sittings", "drafts"], "readwrite", (facts, store, draftStore) => {
    for (const rows of [facts, store, draftStore]) rows.clear();
  });
}

/** Delete everything; for a device that is enrolled anew. */
export function forgetAll() {
  return transact(Object.keys(STORES), "readwrite", (...stores) => {
    for (const store of stores) store.clear();
  });
}

/** How much work has not reached the server: entries made here, and sealed records. */
export async function waiting() {
  const changes = (await drafts()).filter((row) => row.local).length;
  const unsent = (await seals()).filter((row) => !row.receipt).length;
  return { changes, seals: unsent, total: changes + unsent };
}
