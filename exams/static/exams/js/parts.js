/** Parts of a question: its figure, its lettered options, the boxes that give each place an option. */

import { addressOf } from "./figures.js";

export function element(tag, className = "", text = "") {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text) node.textContent = text;
  return node;
}

/** The figure as exams/_figure.html has it. */
export function figureOf(figure) {
  const whole = element("figure", "exam-figure");
  const link = element("a", "figure__zoom");
  Object.assign(link, { href: addressOf(figure), target: "_blank" });
  link.dataset.zoom = "";
  const image = element("img");
  Object.assign(image, { alt: figure.alt, src: addressOf(figure) });
  if (figure.width) Object.assign(image, { width: figure.width, height: figure.height });
  link.append(image, element("span", "visually-hidden", " (enlarge)"));
  whole.append(link);
  if (figure.caption) whole.append(element("figcaption", "", figure.caption));
  return whole;
}

export function lettered(options) {
  const list = element("ul", "lettered");
  for (const { letter, text } of options) {
    const row = element("li", "option__words");
    row.append(element("span", "option__letter", letter), " ", element("span", "", text));
    list.append(row);
  }
  return list;
}

export function placeRow(place, options, chosen = "") {
  const label = element("label", "placing");
  const select = element("select", "input placing__choice");
  select.name = `place-${place.id}`;
  select.append(new Option("Choose an option", ""));
  for (const { id, letter, text } of options) select.append(new Option(`${letter}. ${text}`, id));
  select.value = chosen;
  label.append(element("span", "placing__label", place.label), select);
  return label;
}

/** Place → option of an answer in pairs like "2:c". */
export function placed(value) {
  return new Map((Array.isArray(value) ? value : []).map((pair) => [pair.slice(0, pair.indexOf(":")), pair.slice(pair.indexOf(":") + 1)]));
}
