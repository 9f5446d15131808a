/** What pages that keep themselves up to date have in common. */

const TIMEOUT = 8000;

/** Asks our own server for news as JSON; with a version it answers 304 while nothing is new. */
export function askForNews(url, version = "") {
  return fetch(url, {
    headers: { Accept: "application/json", ...(version && { "If-None-Match": version }) },
    credentials: "same-origin",
    cache: "no-store",
    redirect: "error",
    signal: AbortSignal.timeout(TIMEOUT),
  });
}

/** Writes a text or a number only where it differs, so that screen readers do not say it again. */
export function setText(node, value) {
  const text = String(value);
  if (node.textContent !== text) node.textContent = text;
}
