// A lesson: answers checked in place, figures enlarged, the place kept for Continue. All of it works without this file.

import { enlarge } from "../../lms/js/enlarge.js";

const page = document.querySelector("[data-lesson]");

function checkInPlace(form) {
  const result = form.querySelector("[data-result]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const address = `${form.getAttribute("action")}?${new URLSearchParams(new FormData(form))}`;
    try {
      const answer = await fetch(address, { headers: { "X-Requested-With": "fetch" }, credentials: "same-origin" });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      result.innerHTML = await answer.text();
      result.hidden = false;
    } catch {
      // The ordinary way still works, and says what is wrong if it does not.
      window.location.assign(address);
    }
  });
}

/** The outline scrolls by itself beside a lesson: bring the lesson that is open into its view. */
function showWhereInTheOutline() {
  const side = document.querySelector(".beside__side");
  const here = side?.querySelector('[aria-current="page"]');
  if (!here || side.scrollHeight <= side.clientHeight) return;
  const middle = here.getBoundingClientRect().top - side.getBoundingClientRect().top - side.clientHeight / 2;
  side.scrollTop += middle;
}

function keepPlace() {
  const form = document.querySelector("form[data-opened]");
  if (!form) return;
  const token = new FormData(form);
  fetch(form.dataset.opened, { method: "POST", body: token, credentials: "same-origin", keepalive: true }).catch(() => {});
}

page.querySelectorAll("form[data-check]").forEach(checkInPlace);
page.querySelectorAll("a[data-zoom]").forEach(enlarge);
keepPlace();
showWhereInTheOutline();
