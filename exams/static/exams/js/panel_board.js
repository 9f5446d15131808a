/** Keeps the list of judges up to date while a round is open. Rows never move. */

import { askForNews, setText } from "./polling.js";

const EVERY = 5000;

const board = document.querySelector("[data-board]");
const rows = new Map([...board.querySelectorAll("[data-row]")].map((row) => [Number(row.dataset.row), row]));
const freshness = board.querySelector("[data-freshness]");
let version = board.dataset.version;
let timer = 0;

async function fetchRows() {
  const answer = await askForNews(board.dataset.rowsUrl, version);
  if (answer.status === 304) return "Kept up to date.";
  if (answer.status !== 200) return "No answer. What you see may be old.";
  const { round, rows: news } = await answer.json();
  version = answer.headers.get("ETag");
  if (String(round) !== board.dataset.round) return "The round was closed. Load the page again.";
  for (const { id, progress, last, done } of news) {
    const cell = (name) => rows.get(id).querySelector(`[data-cell="${name}"]`);
    setText(cell("progress"), progress);
    setText(cell("last"), last);
    setText(cell("state"), done ? "Done" : "Under way");
  }
  return "Kept up to date.";
}

async function ask() {
  clearTimeout(timer);
  setText(freshness, await fetchRows().catch(() => "No connection. What you see may be old."));
  timer = setTimeout(ask, EVERY);
}

setText(freshness, "Kept up to date.");
timer = setTimeout(ask, EVERY);
document.addEventListener("visibilitychange", () => document.hidden || ask());
