/* The app is switched off: this worker removes what an earlier one kept, and itself. Unsent work is left alone. */
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(remove()));

async function remove() {
  for (const name of await caches.keys()) if (name.startsWith("threshold-field-")) await caches.delete(name);
  await self.registration.unregister();
}
