/** Keeps the progress of a study up to date, and shows the study once it is there. */

import { askForNews, setText } from "./polling.js";

const EVERY = 2000;
const ENDED = "It has ended.";

const page = document.querySelector("[data-study]");
const words = page.querySelector("[data-words]");
const bar = page.querySelector("progress");
const freshness = page.querySelector("[data-freshness]");

async function look() {
  const answer = await askForNews(page.dataset.stateUrl);
  if (answer.status !== 200) return "No answer. What you see may be old.";
  const state = await answer.json();
  if (!state.open) {
    location.reload();
    return ENDED;
  }
  setText(words, state.words);
  if (state.share === null) bar.removeAttribute("value");
  else bar.value = state.share;
  return "Kept up to date. You may leave this page; the study goes on.";
}

async function ask() {
  const news = await look().catch(() => "No connection. What you see may be old.");
  setText(freshness, news);
  if (news !== ENDED) setTimeout(ask, EVERY);
}

ask();
