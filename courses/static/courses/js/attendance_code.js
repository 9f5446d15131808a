/** Keeps the code on the wall fresh: asks for the same page again and shows its code in place of the old one. */

const TIMEOUT = 8000;
const shown = document.querySelector("[data-code]");
const every = Number(shown.dataset.every) * 1000;

async function renew() {
  const answer = await fetch(location.href, {
    credentials: "same-origin",
    cache: "no-store",
    redirect: "error",
    signal: AbortSignal.timeout(TIMEOUT),
  });
  if (!answer.ok) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-code]");
  if (!fresh) throw new Error("no code");
  shown.replaceChildren(...fresh.childNodes);
}

async function keep() {
  let wait = every;
  try {
    await renew();
  } catch {
    const words = shown.querySelector("[data-fresh]");
    if (words) words.textContent = "No connection. This code may be too old to count. Load the page again.";
    wait = 5000;
  }
  // A session that is over brings no code: then there is nothing left to keep.
  if (shown.querySelector("img")) setTimeout(keep, wait);
}

setTimeout(keep, every);
document.addEventListener("visibilitychange", () => document.hidden || renew().catch(() => {}));
