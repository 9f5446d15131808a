/**
 * A picture to be pointed at: by mouse, pen or finger, by arrow keys, by pixels, or from a list of labels.
 *
 * A point is "x,y" in pixels of the stored drawing, never of the screen: zoom and width of the page do not matter.
 */

import { addressOf } from "./figures.js";
import { element } from "./parts.js";

const SVG = "http://www.w3.org/2000/svg";
const CROSS = "M-26 0H-5M5 0H26M0-26V-5M0 5V26";
const STEPS = [1, 5, 20];
const SHIFT_STEP = 20;
const WAYS = { ArrowLeft: [-1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowRight: [1, 0] };
const BUTTONS = { ArrowLeft: ["left", "←"], ArrowUp: ["up", "↑"], ArrowDown: ["down", "↓"], ArrowRight: ["right", "→"] };

let step = 5; // chosen once, kept from question to question

/** The answer that boxes and labels under `root` hold, or "". Labels count where the pixels were left as they came. */
export function pointIn(root) {
  const [x, y] = ["point-x", "point-y"].map((name) => root.querySelector(`[name="${name}"]`));
  const typed = x.value || y.value ? `${x.value.trim()},${y.value.trim()}` : "";
  const changed = x.value !== x.defaultValue || y.value !== y.defaultValue;
  return typed && changed ? typed : (root.querySelector('[name="region"]:checked')?.value ?? typed);
}

/** An answer in words: exams/rules/answer_words.py. */
export function pointInWords(item, point) {
  const label = item.regions.find((region) => region.point === point)?.label;
  const [x, y] = point.split(",");
  return label ?? `${x || "?"} from the left, ${y || "?"} from the top`;
}

/** Make picture, tools, boxes and list of an item, showing the answer `value`. */
export function hotspotRow(item, value) {
  return new Hotspot(item, value?.[0] ?? "").root;
}

class Hotspot {
  constructor(item, point) {
    this.item = item;
    this.width = item.figure.width;
    this.height = item.figure.height;
    this.root = element("div", "hotspot");
    this.said = element("p", "hotspot__said");
    this.said.id = "hotspot-said";
    this.said.setAttribute("role", "status");
    this.root.append(this.picture(), this.tools(), this.said, this.numbers(), ...this.list());
    [this.x.value, this.y.value] = point ? point.split(",") : ["", ""];
    this.show();
  }

  get locked() {
    return this.root.closest("fieldset[disabled]") !== null;
  }

  picture() {
    const { figure } = this.item;
    const whole = element("figure", "exam-figure hotspot__figure");
    const image = element("img");
    Object.assign(image, { src: addressOf(figure), alt: figure.alt, width: this.width, height: this.height });
    this.mark = document.createElementNS(SVG, "svg");
    for (const [name, text] of [["class", "hotspot__mark"], ["viewBox", `0 0 ${this.width} ${this.height}`], ["aria-hidden", "true"]]) {
      this.mark.setAttribute(name, text);
    }
    this.frame = element("div", "hotspot__frame");
    this.frame.append(image, this.mark, this.surface());
    const scroll = element("div", "hotspot__scroll");
    scroll.append(this.frame);
    whole.append(scroll);
    if (figure.caption) whole.append(element("figcaption", "", figure.caption));
    return whole;
  }

  /** What takes pointer and keys. It lies exactly on the picture, so its box is the picture's. */
  surface() {
    const surface = element("div", "hotspot__surface");
    surface.tabIndex = 0;
    surface.setAttribute("role", "application");
    surface.setAttribute("aria-label", "Picture. Move your point with the arrow keys.");
    surface.setAttribute("aria-describedby", this.said.id);
    surface.addEventListener("click", (event) => {
      const box = surface.getBoundingClientRect();
      this.put((event.clientX - box.left) * (this.width / box.width), (event.clientY - box.top) * (this.height / box.height));
      this.tell("change");
    });
    surface.addEventListener("keydown", (event) => this.press(event));
    return surface;
  }

  press(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const way = WAYS[event.key];
    if (!way && event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    if (way) this.move(way, event.shiftKey ? SHIFT_STEP : step);
    else if (!this.point) this.move([0, 0], 0);
  }

  /** Move the point; the first move starts in the middle of the picture. */
  move([across, down], length) {
    const [x, y] = this.point ?? [this.width / 2, this.height / 2];
    this.put(x + across * length, y + down * length);
    this.tell("input");
  }

  tools() {
    const tools = element("div", "hotspot__tools hotspot__tools--live");
    const steps = element("div", "hotspot__steps");
    steps.setAttribute("role", "group");
    steps.setAttribute("aria-label", "Step in pixels");
    const sizes = STEPS.map((size) => [size, button(`${size} px`, () => choose(size))]);
    const choose = (size) => {
      step = size;
      for (const [other, made] of sizes) made.setAttribute("aria-pressed", String(other === step));
    };
    choose(step);
    steps.append(element("span", "hotspot__steps-word", "Step"), ...sizes.map(([, made]) => made));
    const arrows = element("div", "hotspot__arrows");
    for (const [key, way] of Object.entries(WAYS)) {
      const made = button(BUTTONS[key][1], () => this.move(way, step));
      made.setAttribute("aria-label", `Move the point ${BUTTONS[key][0]}`);
      arrows.append(made);
    }
    const larger = button("Larger picture", () => {
      larger.setAttribute("aria-pressed", String(this.frame.classList.toggle("hotspot__frame--large")));
    });
    larger.setAttribute("aria-pressed", "false");
    tools.append(steps, arrows, larger);
    return tools;
  }

  numbers() {
    const group = element("fieldset", "hotspot__numbers");
    group.append(element("legend", "", `Your point in pixels; the picture is ${this.width} wide and ${this.height} high`));
    [this.x, this.y] = [["point-x", "From the left"], ["point-y", "From the top"]].map(([name, words]) => {
      const label = element("label", "", `${words} `);
      const input = element("input", "input");
      Object.assign(input, { name, inputMode: "decimal", maxLength: 8, autocomplete: "off" });
      input.addEventListener("input", () => this.show());
      label.append(input);
      group.append(label);
      return input;
    });
    return group;
  }

  list() {
    if (!this.item.regions.length) return [];
    const list = element("details", "hotspot__list");
    list.append(element("summary", "", "Choose from a list instead"));
    this.labels = this.item.regions.map((region) => {
      const row = element("label", "choice");
      const input = element("input");
      Object.assign(input, { type: "radio", name: "region", value: region.point });
      input.addEventListener("change", () => {
        [this.x.value, this.y.value] = region.point.split(",");
        this.show();
      });
      row.append(input, element("span", "", region.label));
      list.append(row);
      return input;
    });
    return [list];
  }

  /** The point as two numbers, or null while there is none that lies in the picture. */
  get point() {
    const numbers = [this.x, this.y].map((input) => (/^[0-9]{1,5}(\.[0-9]{1,2})?$/.test(input.value.trim()) ? Number(input.value) : NaN));
    return numbers[0] <= this.width && numbers[1] <= this.height ? numbers : null;
  }

  put(x, y) {
    if (this.locked) return;
    const within = (number, most) => String(Math.round(Math.min(most, Math.max(0, number))));
    this.x.value = within(x, this.width);
    this.y.value = within(y, this.height);
    this.show();
  }

  /** Tell the question that the answer is another one: "input" while it still moves, "change" when it is there. */
  tell(kind) {
    if (!this.locked) this.x.dispatchEvent(new Event(kind, { bubbles: true }));
  }

  show() {
    const typed = this.x.value || this.y.value ? `${this.x.value.trim()},${this.y.value.trim()}` : "";
    const { point } = this;
    this.mark.replaceChildren(...(point ? [crosshair(point)] : []));
    for (const label of this.labels ?? []) label.checked = label.value === typed;
    if (!typed) this.said.textContent = "No point marked yet.";
    else this.said.textContent = point ? `Your point: ${pointInWords(this.item, typed)}.` : "This is not a point in the picture.";
  }
}

function crosshair([x, y]) {
  const group = document.createElementNS(SVG, "g");
  group.setAttribute("transform", `translate(${x} ${y})`);
  for (const name of ["hotspot__halo", "hotspot__cross"]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("class", name);
    path.setAttribute("d", CROSS);
    group.append(path);
  }
  return group;
}

function button(words, act) {
  const made = element("button", "button button--quiet", words);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}
