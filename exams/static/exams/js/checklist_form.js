/**
 * The checklist as a form: what is rated, what is counted, what a tap and a word do. Where values go is the caller's
 * business: the page that saves each tap at once, and the app that works without a network, both use it.
 */

const TYPING_PAUSE = 600;
const BOUNCE = 500;

export class ChecklistForm {
  /**
   * @param {HTMLElement} root holds the boxes of the fields
   * @param {{counter: HTMLElement, phrases: string[], put: (field: string, value: string) => void}} parts
   */
  constructor(root, { counter, phrases, put }) {
    this.root = root;
    this.counter = counter;
    this.phrases = phrases;
    this.put = put;
    this.boxes = new Map([...root.querySelectorAll("[data-field]")].map((box) => [box.dataset.field, box]));
    this.chosen = new Map();
    this.typing = new Map();
    this.tapped = new Map();
    this.last = null;
    root.addEventListener("click", (event) => this.clicked(event));
    root.addEventListener("input", (event) => this.typed(event));
    root.addEventListener("focusout", (event) => {
      const box = event.target.closest("textarea")?.closest("[data-field]");
      if (box && this.typing.has(box)) this.saveText(box);
    });
    const offer = (event) => {
      if (event.target.matches("[data-comment]") && event.target.open) this.offerPhrases(event.target);
    };
    root.addEventListener("toggle", offer, true);
  }

  /** Take up what the boxes show now, after values were restored. */
  begin() {
    for (const [field, box] of this.boxes) if (!box.querySelector("textarea")) this.chosen.set(field, this.valueOf(box));
    for (const fold of this.root.querySelectorAll("[data-comment][open]")) this.offerPhrases(fold);
    this.count();
  }

  valueOf(box) {
    const text = box.querySelector("textarea");
    return text ? text.value.trim() : (box.querySelector("input:checked")?.value ?? "");
  }

  show(field, value) {
    const box = this.boxes.get(field);
    const text = box.querySelector("textarea");
    if (text) {
      text.value = value;
      const fold = box.closest("details");
      if (fold && value) fold.open = true;
    } else {
      for (const input of box.querySelectorAll("input")) input.checked = input.value === value;
      this.chosen.set(field, value);
    }
  }

  words(field, value) {
    const box = this.boxes.get(field);
    const input = [...box.querySelectorAll("input")].find((candidate) => candidate.value === value);
    return input ? input.closest("label").textContent.trim() : value || "nothing";
  }

  unrated() {
    return [...this.root.querySelectorAll("[data-required]")].filter((box) => !this.valueOf(box));
  }

  count() {
    const all = [...this.root.querySelectorAll("[data-required]")];
    this.counter.textContent = `${all.length - this.unrated().length} of ${all.length} rated`;
    for (const station of this.root.querySelectorAll("[data-station]")) {
      const required = [...station.querySelectorAll("[data-required]")];
      const rated = required.filter((box) => this.valueOf(box)).length;
      station.querySelector("[data-station-count]").textContent = `${rated} of ${required.length} rated`;
      const link = this.root.querySelector(`[data-index="${station.dataset.station}"]`);
      link.querySelector("span").textContent = `${rated}/${required.length}`;
      link.classList.toggle("is-done", rated === required.length);
    }
  }

  goToNext(event) {
    event.preventDefault();
    const open = this.unrated();
    const after = this.last && open.find((box) => this.last.compareDocumentPosition(box) & Node.DOCUMENT_POSITION_FOLLOWING);
    const target = after ?? open[0] ?? this.boxes.get("outcome");
    target.scrollIntoView({ block: "center" });
    target.querySelector("input").focus({ preventScroll: true });
    this.last = target;
  }

  warn(field, found) {
    const line = this.boxes.get(field)?.querySelector("[data-warning]");
    if (!line) return;
    line.hidden = !found.length;
    line.textContent = `This looks like ${found.join(" and ")}. Take it out if it belongs to a patient.`;
  }

  disable() {
    for (const input of this.root.querySelectorAll("input, textarea")) input.disabled = true;
  }

  saveText(box) {
    clearTimeout(this.typing.get(box));
    this.typing.delete(box);
    this.put(box.dataset.field, this.valueOf(box));
  }

  /** Hand over what is being typed, without waiting for a pause. */
  saveTyping() {
    for (const box of [...this.typing.keys()]) this.saveText(box);
  }

  openComment(box) {
    const fold = box.closest(".criterion")?.querySelector("[data-comment]");
    if (fold) fold.open = true;
  }

  clicked(event) {
    const input = event.target.closest("input[type=radio]");
    if (!input || input.disabled) return;
    const box = input.closest("[data-field]");
    if (!box || !this.root.contains(box)) return;
    const field = box.dataset.field;
    // A finger in a glove bounces: a second tap so soon after the first is not meant to clear.
    if (this.chosen.get(field) === input.value) {
      if (event.timeStamp - (this.tapped.get(field) ?? 0) < BOUNCE) return;
      input.checked = false;
    }
    this.tapped.set(field, event.timeStamp);
    this.chosen.set(field, this.valueOf(box));
    this.last = box;
    if (this.valueOf(box) === "not_done") this.openComment(box);
    this.put(field, this.valueOf(box));
    this.count();
  }

  typed(event) {
    const box = event.target.closest("textarea")?.closest("[data-field]");
    if (!box) return;
    clearTimeout(this.typing.get(box));
    this.typing.set(box, setTimeout(() => this.saveText(box), TYPING_PAUSE));
  }

  offerPhrases(fold) {
    if (fold.querySelector(".phrases")) return;
    const row = document.createElement("div");
    row.className = "phrases";
    for (const phrase of this.phrases) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "phrase";
      button.textContent = phrase;
      button.addEventListener("click", () => {
        const text = fold.querySelector("textarea");
        text.value = text.value.trim() ? `${text.value.trim()}. ${phrase}` : phrase;
        this.saveText(text.closest("[data-field]"));
      });
      row.append(button);
    }
    fold.append(row);
  }
}
