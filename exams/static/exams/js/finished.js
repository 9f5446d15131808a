/** The attempt is closed and the result is shown: nothing of it stays on this device. */

import { forgetAttempt } from "./store.js";

const root = document.querySelector("[data-finished]");
if (root) forgetAttempt(root.dataset.finished).catch(() => {});
