/**
 * Answers that the server has not acknowledged yet, kept on this device in IndexedDB and nowhere else.
 * A record: {attempt, item, seq, value, clientTime}. Questions and their texts are never stored.
 */

const NAME = "threshold-exam";
const STORE = "saves";

let opening = null;

function open() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: ["attempt", "item"] });
    request.onsuccess = () => {
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  });
  return opening;
}

/** Run one transaction; a handle that the browser closed in the background is opened again once. */
async function transact(mode, act, retry = true) {
  try {
    const database = await open();
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode, { durability: "strict" });
      const request = act(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  } catch (error) {
    opening = null;
    if (retry) return transact(mode, act, false);
    throw error;
  }
}

/** Keep one answer; resolves when it is safe on the device. */
export function keep(record) {
  return transact("readwrite", (store) => store.put(record));
}

/** Forget one answer, unless a newer one of the same question has been kept meanwhile. */
export async function forget(attempt, item, seq) {
  const kept = await transact("readonly", (store) => store.get([attempt, item]));
  if (kept && kept.seq <= seq) await transact("readwrite", (store) => store.delete([attempt, item]));
}

/** Return all answers of an attempt that wait on this device. */
export function waiting(attempt) {
  return transact("readonly", (store) => store.getAll(IDBKeyRange.bound([attempt, 0], [attempt, 100000])));
}

/** Forget everything about an attempt; for when it is closed and the server has said so. */
export function forgetAttempt(attempt) {
  return transact("readwrite", (store) => store.delete(IDBKeyRange.bound([attempt, 0], [attempt, 100000])));
}
