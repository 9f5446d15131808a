/** Shows a page anew once what it waits for is there: a page that still waits says so with `data-waiting`. */

const EVERY = 3000;
const TIMEOUT = 8000;

async function stillWaits() {
  const answer = await fetch(location.href, {
    credentials: "same-origin",
    cache: "no-store",
    redirect: "error",
    signal: AbortSignal.timeout(TIMEOUT),
  });
  return !answer.ok || (await answer.text()).includes("data-waiting");
}

async function ask() {
  // Without a network it goes on asking; the link in the page does the same by hand.
  const waits = document.hidden || (await stillWaits().catch(() => true));
  if (waits) setTimeout(ask, EVERY);
  else location.replace(location.href);
}

if (document.querySelector("[data-waiting]")) setTimeout(ask, EVERY);
