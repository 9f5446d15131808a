/** The page of a pause that was met on loading: goes on by itself. */

import { Pulse } from "./pulse.js";

const root = document.querySelector("[data-paused]");
if (root) {
  root.querySelector("[data-by-itself]").hidden = false;
  new Pulse(root.dataset).addEventListener("standing", ({ detail }) => {
    if (detail.state !== "paused") location.assign(root.querySelector("[data-room-link]").href);
  });
}
