/**
 * A device that its person enrolled for work without a network signs out in the app there: it knows what was not sent,
 * and clears the device. On any other browser signing out is what it always was.
 */

const DATABASE = "threshold-field";

async function owner() {
  const known = (await indexedDB.databases?.()) ?? [];
  if (!known.some(({ name }) => name === DATABASE)) return "";
  const database = await new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  try {
    const request = database.transaction("facts").objectStore("facts").get("enrolment");
    return await new Promise((resolve) => {
      request.onsuccess = () => resolve(request.result?.value.person ?? "");
      request.onerror = () => resolve("");
    });
  } finally {
    database.close();
  }
}

/** Lead signing out to the app, when this browser works without a network for this person. */
export async function leadSignOut(person, app) {
  if ((await owner().catch(() => "")) !== person) return;
  document.addEventListener("submit", (event) => {
    if (!event.target.action.endsWith("/accounts/logout/")) return;
    event.preventDefault();
    location.assign(`${app}#leave`);
  });
}
