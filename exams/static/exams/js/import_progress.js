/** Says how far a worker is with a file, and shows the page anew when it is done. */

const EVERY = 2000;
const TIMEOUT = 8000;

const board = document.querySelector("[data-import]");
const progress = board?.querySelector("[data-progress]");
let timer = 0;

function say(text) {
  if (progress.textContent !== text) progress.textContent = text;
}

async function look() {
  const answer = await fetch(board.dataset.url, {
    headers: { Accept: "application/json" },
    credentials: "same-origin",
    cache: "no-store",
    redirect: "error",
    signal: AbortSignal.timeout(TIMEOUT),
  });
  if (answer.status !== 200) {
    say("No answer. Load this page again.");
    return;
  }
  const { state, progress: words } = await answer.json();
  if (state !== board.dataset.state) location.reload();
  else say(words || "Waiting for a worker");
}

async function ask() {
  clearTimeout(timer);
  await look().catch(() => say("No connection. It goes on without you."));
  timer = setTimeout(ask, EVERY);
}

if (board) timer = setTimeout(ask, EVERY);
