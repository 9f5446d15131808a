/** The list of all questions: their states, flags, and which of them are shown. */

const WORDS = { answered: "Complete", omitted: "Incomplete", not_reached: "Unseen" };

export class Places {
  constructor(root) {
    this.root = root;
    this.cells = new Map([...root.querySelectorAll("[data-place-number]")].map((cell) => [Number(cell.dataset.placeNumber), cell]));
    this.states = new Map();
    this.filter = "all";
    root.querySelector("[data-filters]").hidden = false;
    for (const button of root.querySelectorAll("[data-filter]")) {
      button.addEventListener("click", () => this.show(button.dataset.filter));
    }
  }

  /** Set state ("answered", "omitted", "not_reached") and flag of one question. */
  set(number, state, flagged) {
    this.states.set(number, { state, flagged });
    const cell = this.cells.get(number);
    cell.className = `place place--${state}${flagged ? " place--flagged" : ""}`;
    cell.querySelector(".place__state").textContent = WORDS[state];
    cell.querySelector(".place__flag").textContent = flagged ? "Flagged" : "";
    this.root.querySelector("[data-answered]").textContent = this.answered;
    this.narrow();
  }

  get answered() {
    return [...this.states.values()].filter(({ state }) => state === "answered").length;
  }

  /** Mark the question that is on the page. */
  at(number) {
    for (const [other, cell] of this.cells) {
      if (other === number) cell.setAttribute("aria-current", "true");
      else cell.removeAttribute("aria-current");
    }
  }

  show(filter) {
    this.filter = filter;
    for (const button of this.root.querySelectorAll("[data-filter]")) {
      button.setAttribute("aria-pressed", String(button.dataset.filter === filter));
    }
    this.narrow();
  }

  narrow() {
    let shown = 0;
    for (const [number, cell] of this.cells) {
      const { state, flagged } = this.states.get(number) ?? {};
      const fits = this.filter === "all" || (this.filter === "flagged" ? flagged : state !== "answered");
      cell.parentElement.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    this.root.querySelector("[data-none]").hidden = shown > 0;
  }
}
