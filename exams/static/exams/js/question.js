/** The one question on the page: shows another one, reads the answer, strikes options out. */

import { enlarge } from "../../lms/js/enlarge.js";
import { essayRows, numberRow, problemOfNumber, textRow } from "./boxes.js";
import { hotspotRow, pointIn } from "./hotspot.js";
import { element, figureOf, lettered, placeRow, placed } from "./parts.js";

const SOON = 800; // milliseconds after the last key
const ESSAY_SOON = 2000;
const ESSAY_LONGEST = 15000; // who writes without a pause is saved all the same

/** Text as it can be stored: pasted pages bring control characters and halves of characters along. See exams/forms.py. */
const readable = (text) => text.replace(/[\u0000-\u0008\u000b-\u001f\p{Cs}]/gu, " ");

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
    this.options.addEventListener("change", () => {
      this.touched = true;
      if (this.item) this.answer();
    });
    this.options.addEventListener("input", (event) => {
      if (this.item && event.target.matches('[name="number"], [name="text"], [name^="point-"]')) this.answerSoon();
    });
  }

  /** Show a question; moves the focus to it unless told otherwise. */
  show(item, { value, flagged, focus = true }) {
    this.item = item;
    this.touched = value !== null;
    this.heading.innerHTML = item.lead || `Question ${item.number}`;
    this.rest.innerHTML = item.rest;
    this.rest.hidden = !item.rest;
    this.showFigure(item.kind === "hotspot" ? null : item.figure);
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
    const problem = this.problem(item, value);
    this.hint.textContent = problem || item.hint;
    this.hint.classList.toggle("exam-question__hint--problem", Boolean(problem));
    this.hint.hidden = !this.hint.textContent;
  }

  /** What is wrong with an answer as it stands, in a sentence; empty when nothing is. */
  problem(item, value) {
    if (item.kind === "numeric" && value) return problemOfNumber(item, value);
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
    if (item.kind === "short_text") return [textRow(value)];
    if (item.kind === "essay") return essayRows(item, value);
    if (item.kind === "hotspot") return [hotspotRow(item, value)];
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
    this.touched = this.partsDiffer();
    return this.touched;
  }

  partsDiffer() {
    const parts = [...this.options.querySelectorAll("input, select, textarea")];
    return parts.some((part) => {
      if (part.matches("select")) return part.value !== (part.querySelector("option[selected]")?.value ?? "");
      return Boolean(part.checked) !== Boolean(part.defaultChecked) || part.value !== part.defaultValue;
    });
  }

  /** The answer on the page. */
  get value() {
    return this.valueOf(this.item);
  }

  /** The answer to an item as it stands on the page: option ids, a point, what was typed, or null. */
  valueOf(item) {
    if (item.kind === "numeric" || item.kind === "short_text") return readable(this.options.querySelector("input").value).trim() || null;
    if (item.kind === "essay") return this.written();
    if (item.kind === "hotspot") return pointIn(this.options) ? [pointIn(this.options)] : null;
    if (item.places.length) {
      const pairs = [...this.options.querySelectorAll("select")].filter((select) => select.value);
      return pairs.length ? pairs.map((select) => `${select.name.replace("place-", "")}:${select.value}`).sort() : null;
    }
    const chosen = [...this.options.querySelectorAll("input:checked")].map((input) => input.value).sort();
    // Boxes that were ticked and are empty again are an answer, none of them; "Clear answer" takes it back.
    return chosen.length || (item.kind === "multiple_response" && this.touched) ? chosen : null;
  }

  written() {
    const value = readable(this.options.querySelector("textarea").value);
    return value.trim() ? value : null;
  }

  answer() {
    clearTimeout(this.typing);
    this.typingSince = 0;
    this.showHint(this.item, this.value);
    this.onAnswer(this.item, this.value);
  }

  answerSoon() {
    clearTimeout(this.typing);
    this.typingSince ||= performance.now();
    const left = this.typingSince + ESSAY_LONGEST - performance.now();
    this.typing = setTimeout(() => this.answer(), this.item.kind === "essay" ? Math.max(0, Math.min(ESSAY_SOON, left)) : SOON);
  }

  /** Take the answer back. */
  clear() {
    this.options.replaceChildren(...this.rows(this.item, null));
    this.touched = false;
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
