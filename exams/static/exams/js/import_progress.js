/** Says how far a worker is with a file, and shows the page anew when it is done. */

import { askForNews, setText } from "./polling.js";

const EVERY = 2000;

const board = document.querySelector("[data-import]");
const progress = board?.querySelector("[data-progress]");
let timer = 0;

const say = (text) => setText(progress, text);

async function look() {
  const answer = await askForNews(board.dataset.url);
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
