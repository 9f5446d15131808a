/* Keeps the shell of the app, and nothing else: no answer of the server with data is ever stored here. */
const { cache: CACHE, shell: SHELL, files: FILES } = SETTINGS; // the line before, written by the view

async function fill() {
  const cache = await caches.open(CACHE);
  for (const address of [SHELL, ...FILES]) {
    const answer = await fetch(address, { credentials: "omit", cache: "reload", redirect: "manual" });
    const said = answer.headers.get("Cache-Control") || "";
    if (answer.status !== 200 || answer.redirected || said.includes("no-store")) throw new Error(`not kept: ${address}`);
    await cache.put(address, answer);
  }
}

async function clear() {
  for (const name of await caches.keys()) {
    if (name.startsWith("threshold-field-") && name !== CACHE) await caches.delete(name);
  }
}

self.addEventListener("install", (event) => event.waitUntil(fill()));
self.addEventListener("activate", (event) => event.waitUntil(clear().then(() => self.clients.claim())));
self.addEventListener("message", (event) => {
  if (event.data === "update") self.skipWaiting();
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  const kept = request.mode === "navigate" ? SHELL : address.pathname;
  if (kept !== SHELL && !FILES.includes(kept)) return;
  event.respondWith(caches.open(CACHE).then((cache) => cache.match(kept)).then((answer) => answer || fetch(request)));
});
