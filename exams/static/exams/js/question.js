/** The one question on the page: shows another one, reads the answer, strikes options out. */

import { enlarge } from "../../lms/js/enlarge.js";
import { element, figureOf, lettered, placeRow, placed } from "./parts.js";

export class QuestionView {
  /** @param {HTMLFormElement} form the server's form; its parts are reused for every question. */
  constructor(form, { onAnswer }) {
    this.form = form;
    this.onAnswer = onAnswer;
    this.heading = form.querySelector("#question-stem");
    this.rest = form.querySelector("#question-rest");
    this.hint = form.querySelector("#question-hint");
    this.options = form.querySelector("[data-options]");
    this.figure = form.querySelector("[data-figure]");
    this.flagButton = form.querySelector("[data-flag]");
    this.fieldset = form.querySelector("fieldset");
    this.struck = new Map();
    // Before the first item is shown the page is still the server's; the room adopts what was answered on it.
    this.options.addEventListener("change", () => this.item && this.answer());
    this.options.addEventListener("input", (event) => this.item && event.target.name === "number" && this.answerSoon());
  }

  /** Show a question; moves the focus to it unless told otherwise. */
  show(item, { value, flagged, focus = true }) {
    this.item = item;
    this.heading.innerHTML = item.lead || `Question ${item.number}`;
    this.rest.innerHTML = item.rest;
    this.rest.hidden = !item.rest;
    this.showFigure(item.figure);
    this.options.replaceChildren(...this.rows(item, value));
    this.showHint(item, value);
    this.showFlag(flagged);
    this.form.querySelector('[name="item"]').value = item.number; // elements.item would be the collection's own method
    if (focus) this.heading.focus();
  }

  showFigure(figure) {
    this.figure.replaceChildren(...(figure ? [figureOf(figure)] : []));
    this.figure.hidden = !figure;
    this.figure.querySelectorAll("[data-zoom]").forEach(enlarge);
  }

  showHint(item, value) {
    const texts = {
      numeric: "Type a number, with a point for decimals.",
      multiple_response: "You can choose more than one answer.",
      ordering: "Give each position one option. Every option has one position.",
      matching: "Give each line one option. An option may fit several lines or none.",
    };
    const problem = this.problem(item, value);
    this.hint.textContent = problem || (texts[item.kind] ?? "");
    this.hint.classList.toggle("exam-question__hint--problem", Boolean(problem));
    this.hint.hidden = !this.hint.textContent;
  }

  /** What is wrong with an answer as it stands, in a sentence; empty when nothing is. */
  problem(item, value) {
    if (item.kind === "numeric" && value && !isNumber(value, item.unit)) {
      return `“${value}” is not read as a number. Write it like 56.4.`;
    }
    if (item.kind !== "ordering" || !value) return "";
    const chosen = [...placed(value).values()];
    const twice = item.options.filter(({ id }) => chosen.indexOf(id) !== chosen.lastIndexOf(id));
    return twice.length ? `Option ${twice[0].letter} stands at two positions. Every option has one position.` : "";
  }

  showFlag(flagged) {
    this.flagButton.setAttribute("aria-pressed", String(flagged));
    this.flagButton.textContent = flagged ? "Flagged" : "Flag for review";
  }

  rows(item, value) {
    if (item.kind === "numeric") return [numberRow(item, value)];
    if (item.places.length) {
      const chosen = placed(value);
      return [lettered(item.options), ...item.places.map((place) => placeRow(place, item.options, chosen.get(place.id)))];
    }
    return item.options.map((option) => this.optionRow(item, option, Array.isArray(value) && value.includes(option.id)));
  }

  optionRow(item, option, checked) {
    const row = element("div", "option");
    const label = element("label", "choice");
    const input = element("input");
    input.type = item.kind === "single_choice" ? "radio" : "checkbox";
    input.name = "choice";
    input.value = option.id;
    input.checked = checked;
    const words = element("span", "option__words");
    words.append(element("span", "option__letter", option.letter), " ", element("span", "", option.text));
    label.append(input, words);
    row.append(label, this.strikeButton(item, option, row));
    return row;
  }

  strikeButton(item, option, row) {
    const key = `${item.number}:${option.id}`;
    const button = element("button", "button button--quiet option__strike");
    button.type = "button";
    const words = element("span", "option__strike-words");
    button.append(words, element("span", "option__strike-letter", option.letter));
    const show = () => {
      const struck = this.struck.has(key);
      row.classList.toggle("option--struck", struck);
      words.textContent = struck ? "Restore" : "Strike out";
      button.setAttribute("aria-label", `${words.textContent} option ${option.letter}`);
    };
    button.addEventListener("click", () => {
      if (!this.struck.delete(key)) this.struck.set(key, true);
      show();
    });
    show();
    return button;
  }

  /** Whether somebody changed the answer since the server made the page. */
  wasTouched() {
    const parts = [...this.options.querySelectorAll("input, select")];
    return parts.some((part) => {
      if (part.matches("select")) return part.value !== (part.querySelector("option[selected]")?.value ?? "");
      return part.checked !== part.defaultChecked || part.value !== part.defaultValue;
    });
  }

  /** The answer on the page. */
  get value() {
    return this.valueOf(this.item);
  }

  /** The answer to an item as it stands on the page: option ids, a number as typed, or null. */
  valueOf(item) {
    if (item.kind === "numeric") return this.options.querySelector("input").value.trim() || null;
    if (item.places.length) {
      const pairs = [...this.options.querySelectorAll("select")].filter((select) => select.value);
      return pairs.length ? pairs.map((select) => `${select.name.replace("place-", "")}:${select.value}`).sort() : null;
    }
    const chosen = [...this.options.querySelectorAll("input:checked")].map((input) => input.value).sort();
    return chosen.length ? chosen : null;
  }

  answer() {
    clearTimeout(this.typing);
    this.showHint(this.item, this.value);
    this.onAnswer(this.item, this.value);
  }

  answerSoon() {
    clearTimeout(this.typing);
    this.typing = setTimeout(() => this.answer(), 800);
  }

  /** Take the answer back. */
  clear() {
    for (const input of this.options.querySelectorAll("input")) {
      input.checked = false;
      if (input.name === "number") input.value = "";
    }
    for (const select of this.options.querySelectorAll("select")) select.value = "";
    this.answer();
  }

  /** Choose the option with this letter, as a click would. */
  choose(letter) {
    const index = this.item.options.findIndex((option) => option.letter === letter);
    const input = this.options.querySelectorAll("input")[index];
    if (index >= 0 && input && !this.fieldset.disabled) input.click();
  }

  /** Make the page read-only. */
  lock() {
    this.fieldset.disabled = true;
    for (const button of this.form.querySelectorAll("[data-flag], [data-clear]")) button.hidden = true;
  }
}

function numberRow(item, value) {
  const label = element("label", "number-answer");
  label.append(element("span", "visually-hidden", `Your answer${item.unit ? ` in ${item.unit}` : ""}`));
  const input = element("input", "input");
  Object.assign(input, { name: "number", inputMode: "decimal", maxLength: 40, spellcheck: false, autocomplete: "off" });
  input.value = typeof value === "string" ? value : "";
  const unit = element("span", "", item.unit);
  unit.setAttribute("aria-hidden", "true");
  label.append(input, unit);
  return label;
}

/** Whether the scorer will read this as a number: exams/rules/scoring.py, parse_number. */
export function isNumber(typed, unit) {
  const found = /^([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?)\s*(.*)$/s.exec(typed.trim());
  const plain = (text) => text.trim().split(/\s+/).join(" ").toLowerCase();
  return Boolean(found) && ["", plain(unit)].includes(plain(found[2]));
}
