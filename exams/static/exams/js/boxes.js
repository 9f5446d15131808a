/** Boxes to type into: a number, a short text, an essay. The same as exams/_answer.html has them. */

import { element } from "./parts.js";

export const LONGEST_ESSAY = 12000; // characters; exams/forms.py, LONGEST_ANSWER

export function numberRow(item, value) {
  const label = element("label", "number-answer");
  const unit = item.unit ? ` in ${item.unit}` : item.answer_form.unit ? " with its unit" : "";
  label.append(element("span", "visually-hidden", `Your answer${unit}`));
  const input = element("input", "input");
  Object.assign(input, { name: "number", maxLength: 40, spellcheck: false, autocomplete: "off" });
  if (!item.answer_form.unit) input.inputMode = "decimal";
  input.value = typeof value === "string" ? value : "";
  const shown = element("span", "", item.unit);
  shown.setAttribute("aria-hidden", "true");
  label.append(input, shown);
  return label;
}

export function textRow(value) {
  const input = element("input", "input");
  Object.assign(input, { name: "text", maxLength: 200, spellcheck: false, autocomplete: "off", autocapitalize: "off" });
  input.value = typeof value === "string" ? value : "";
  return labelled(input);
}

/** The box of an essay and, below it, its words counted while one writes. */
export function essayRows(item, value) {
  const box = element("textarea", "input");
  Object.assign(box, { name: "text", rows: 12, maxLength: LONGEST_ESSAY });
  box.value = typeof value === "string" ? value : "";
  const count = element("p", "text-answer__count");
  const tell = () => {
    const words = wordCount(box.value);
    const about = item.answer_form.words ? ` of about ${item.answer_form.words}` : "";
    count.textContent = `${words} ${words === 1 ? "word" : "words"}${about}`;
  };
  box.addEventListener("input", tell);
  tell();
  return [labelled(box), count];
}

function labelled(box) {
  const label = element("label", "text-answer");
  label.append(element("span", "", "Your answer"), box);
  return label;
}

/** Words as people count them: exams/rules/scoring/answers.py, word_count. */
export function wordCount(text) {
  return text.split(/\s+/).filter(Boolean).length;
}

/** What is wrong with a number as typed, in a sentence; empty when nothing is. */
export function problemOfNumber(item, typed) {
  const comma = item.answer_form.decimals === "comma";
  const found = splitNumber(typed, comma);
  const like = comma ? "56,4" : "56.4";
  if (item.answer_form.unit) {
    if (!found) return `“${typed}” does not begin with a number. Write it like ${like} mT.`;
    return found.unit ? "" : "The unit is missing. It is part of the answer.";
  }
  if (found && ["", plain(item.unit)].includes(found.unit)) return "";
  return `“${typed}” is not read as a number. Write it like ${like}.`;
}

const plain = (text) => text.trim().split(/\s+/).join(" ").toLowerCase();

/** Read a number as the scorer will: exams/rules/scoring/answers.py, split_number. */
function splitNumber(typed, comma) {
  let text = typed.trim();
  if (comma) text = text.replace(/^([+-]?[0-9]*),([0-9]+)(?![0-9.,])/, "$1.$2");
  const found = /^([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?)\s*(.*)$/s.exec(text);
  return found && { unit: plain(found[2]) };
}
