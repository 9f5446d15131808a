/**
 * The areas of a hotspot on their picture: drawn, moved and made larger by pointer or by keys.
 *
 * All that is changed here stands in the rows below, in pixels of the stored picture, never of the screen.
 */

import { addArea, addLabel, areas, labels, takesLabels } from "./area_rows.js";
import { element } from "./parts.js";

const SVG = "http://www.w3.org/2000/svg";
const WAYS = { ArrowLeft: [-1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowRight: [1, 0] };
const MODES = { choose: "Choose and move", circle: "Circle", rect: "Rectangle", polygon: "Polygon", label: "Label" };
const HELP = {
  choose: "Press an area to choose it, drag it to move it, drag its round handle to change its size.",
  circle: "Press the middle of the circle and drag outward.",
  rect: "Press one corner of the rectangle and drag to the other.",
  polygon: "Press each corner. Press the first one again, or Enter, to close the polygon.",
  label: "Press the place of the label, then write its words below.",
};
const KEYS = "Keys on the picture: arrows move the chosen area by 5 pixels, with Shift by 1; plus and minus change its size; n chooses the next.";
const FULL = "There are as many as there may be.";
const STEP = 5;
const REACH = 14; // CSS pixels within which a press takes hold of a handle
const LEAST = 4; // pixels of the screen that make a drag

class Canvas {
  constructor(root) {
    this.size = [Number(root.dataset.width), Number(root.dataset.height)];
    this.marks = root.querySelector("svg");
    this.said = root.querySelector("[data-said]");
    this.said.id = "areas-said";
    this.chosen = null; // the row's node, which outlives nothing but a reload of the rows
    this.corners = [];
    this.surface = this.makeSurface();
    root.querySelector("[data-frame]").append(this.surface);
    this.makeTools(root.querySelector("[data-tools]"));
    for (const id of ["areas", "regions"]) this.follow(id);
    document.addEventListener("rows:changed", () => {
      for (const id of ["areas", "regions"]) this.follow(id);
      this.show();
    });
    addEventListener("resize", () => this.show());
    this.change("choose");
  }

  /** Show what is typed into the rows, and choose the area whose row is worked on. */
  follow(id) {
    const rows = document.getElementById(id);
    if (!rows) return; // a key is corrected without its labels
    rows.addEventListener("input", () => this.show());
    rows.addEventListener("focusin", (event) => {
      this.chosen = event.target.closest("[data-area], [data-region]") ?? this.chosen;
      this.show();
    });
  }

  makeSurface() {
    const surface = element("div", "areas__surface");
    surface.tabIndex = 0;
    surface.setAttribute("role", "application");
    surface.setAttribute("aria-label", "Picture with areas");
    surface.setAttribute("aria-describedby", "areas-said areas-keys");
    surface.addEventListener("pointerdown", (event) => this.down(event));
    surface.addEventListener("pointermove", (event) => this.drag?.(this.at(event)));
    surface.addEventListener("pointerup", (event) => this.up(event));
    surface.addEventListener("pointercancel", () => this.change("choose"));
    surface.addEventListener("keydown", (event) => this.press(event));
    return surface;
  }

  makeTools(tools) {
    tools.hidden = false;
    const group = element("div", "areas__modes");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", "What pressing the picture does");
    const modes = Object.entries(MODES).filter(([mode]) => mode !== "label" || takesLabels());
    this.buttons = modes.map(([mode, words]) => {
      const made = element("button", "button button--quiet", words);
      made.type = "button";
      // A press of Enter or Space on the button draws at once, in the middle: nobody has to drag.
      made.addEventListener("click", (event) => (event.detail === 0 ? this.add(mode) : this.change(mode)));
      group.append(made);
      return [mode, made];
    });
    this.help = element("p", "small");
    const keys = element("p", "small muted", KEYS);
    keys.id = "areas-keys";
    tools.append(group, this.help, keys);
  }

  change(mode) {
    this.mode = mode;
    this.drag = null;
    this.draft = null;
    this.corners = [];
    this.help.textContent = HELP[mode];
    for (const [other, made] of this.buttons) made.setAttribute("aria-pressed", String(other === mode));
    this.show();
  }

  /** Add a shape in the middle of the picture, for keys to move from there. */
  add(mode) {
    const [across, down] = this.size.map((side) => side / 2);
    const reach = Math.max(1, Math.min(...this.size) / 10);
    const [left, top] = [across - reach, down - reach];
    this.change("choose");
    this.surface.focus();
    if (mode === "circle") this.keep("circle", { x: across, y: down, radius: reach });
    else if (mode === "rect") this.keep("rect", { x: left, y: top, width: 2 * reach, height: 2 * reach });
    else if (mode === "polygon") this.keep("polygon", { corners: [[left, down + reach], [across, top], [across + reach, down + reach]] });
    else if (mode === "label") this.choose(addLabel([across, down]));
  }

  keep(shape, measures) {
    this.choose(addArea(shape, measures));
  }

  choose(row) {
    if (row) this.chosen = row.node;
    this.change("choose");
    if (!row) this.said.textContent = FULL;
  }

  get row() {
    return [...areas(), ...labels()].find(({ node }) => node === this.chosen);
  }

  /** Pixels of the picture in one pixel of the screen. */
  get scale() {
    return this.size[0] / (this.surface.getBoundingClientRect().width || 1);
  }

  at(event) {
    const box = this.surface.getBoundingClientRect();
    const places = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    return places.map((share, index) => Math.min(Math.max(0, share), 1) * this.size[index]);
  }

  isNear([x, y], [otherX, otherY]) {
    return Math.hypot(x - otherX, y - otherY) <= REACH * this.scale;
  }

  down(event) {
    if (event.button !== 0) return;
    event.preventDefault();
    this.surface.focus();
    const from = this.at(event);
    if (this.mode === "polygon") this.corner(from);
    else if (this.mode === "label") this.choose(addLabel(from));
    else {
      this.surface.setPointerCapture(event.pointerId);
      this.drag = this.mode === "choose" ? this.grasp(from) : (to) => this.stretch(from, to);
    }
  }

  /** Take hold of what lies under the pointer: a handle of the chosen area, a label, the smallest area. */
  grasp(from) {
    const handle = this.row?.handles?.find(([place]) => this.isNear(place, from));
    if (handle) return handle[1];
    const bySize = areas().filter((area) => area.isWhole && area.holds(from)).sort((one, other) => one.bounds[2] - one.bounds[0] - other.bounds[2] + other.bounds[0]);
    const row = labels().find((label) => label.isWhole && this.isNear(label.point, from)) ?? bySize[0];
    this.chosen = row?.node ?? null;
    this.show();
    let last = from;
    return row && ((to) => {
      const by = to.map((place, index) => Math.round(place - last[index]));
      last = last.map((place, index) => place + by[index]);
      row.move(by, this.size);
    });
  }

  stretch(from, to) {
    const across = to[0] - from[0];
    const down = to[1] - from[1];
    const measures = this.mode === "circle"
      ? { x: from[0], y: from[1], radius: Math.min(Math.hypot(across, down), ...from, this.size[0] - from[0], this.size[1] - from[1]) }
      : { x: Math.min(from[0], to[0]), y: Math.min(from[1], to[1]), width: Math.abs(across), height: Math.abs(down) };
    this.draft = [this.mode, measures, Math.min(...Object.values(measures).slice(2))];
    this.show();
  }

  up(event) {
    this.drag?.(this.at(event));
    this.drag = null;
    if (!this.draft) return;
    const [shape, measures, least] = this.draft;
    if (least < LEAST * this.scale) this.change(this.mode);
    else this.keep(shape, measures);
  }

  corner(place) {
    if (this.corners.length > 2 && this.isNear(this.corners[0], place)) this.keep("polygon", { corners: this.corners });
    else {
      this.corners.push(place);
      this.show();
    }
  }

  press(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const act = this.actOf(event);
    if (!act) return;
    event.preventDefault();
    act();
  }

  actOf({ key, shiftKey }) {
    const step = shiftKey ? 1 : STEP;
    if (WAYS[key]) return () => (this.row ?? this.next())?.move(WAYS[key].map((way) => way * step), this.size);
    if (key === "n" || key === "N") return () => this.next();
    if (key === "+" || key === "=") return () => this.row?.grow?.(STEP);
    if (key === "-") return () => this.row?.grow?.(-STEP);
    if (key === "Escape") return () => this.change("choose");
    if (key === "Enter" && this.corners.length > 2) return () => this.keep("polygon", { corners: this.corners });
    return null;
  }

  next() {
    const rows = [...areas(), ...labels()].filter(({ isWhole }) => isWhole);
    const index = rows.findIndex(({ node }) => node === this.chosen);
    this.chosen = rows[(index + 1) % rows.length]?.node ?? null;
    this.show();
    return this.row;
  }

  show() {
    const whole = areas().filter(({ isWhole }) => isWhole);
    whole.sort((one, other) => other.bounds[2] - other.bounds[0] - one.bounds[2] + one.bounds[0]);
    const drawn = [...whole.map((area) => this.area(area)), ...labels().filter(({ isWhole }) => isWhole).map((label) => this.cross(label))];
    if (this.draft) drawn.push(shape("area area--draft", this.draft[0], this.draft[1]));
    if (this.corners.length) drawn.push(shape("area area--draft", "polyline", { corners: this.corners }));
    const { row } = this;
    for (const [place] of (row?.isWhole && row.handles) || []) drawn.push(shape("area-handle", "circle", { x: place[0], y: place[1], radius: 7 * this.scale }));
    this.marks.replaceChildren(...drawn);
    this.said.textContent = row?.isWhole ? row.words : "No area is chosen.";
  }

  area(area) {
    const [left, top, right] = area.bounds;
    const measures = Object.fromEntries(["x", "y", "radius", "width", "height"].map((name) => [name, area.number(name)]));
    const group = shape(`area${area.isFull ? " area--full" : ""}${area.node === this.chosen ? " area--chosen" : ""}`, area.shape, { ...measures, corners: area.corners });
    const text = make("text", { x: (left + right) / 2, y: top, "font-size": Math.max(8, Math.floor(this.size[0] / 26)) });
    text.textContent = area.node.querySelector("[data-number]").textContent;
    group.append(text);
    return group;
  }

  cross(label) {
    const arm = Math.max(4, Math.floor(this.size[0] / 60));
    const group = make("g", { class: `area-point${label.node === this.chosen ? " area-point--chosen" : ""}`, transform: `translate(${label.point.join(" ")})` });
    group.append(make("path", { d: `M-${arm} 0H${arm}M0-${arm}V${arm}` }));
    return group;
  }
}

function make(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  return made;
}

function shape(looks, kind, { x, y, radius, width, height, corners }) {
  const group = make("g", { class: looks });
  if (kind === "circle") group.append(make("circle", { cx: x, cy: y, r: radius }));
  else if (kind === "rect") group.append(make("rect", { x, y, width, height }));
  else group.append(make(kind, { points: corners.map((corner) => corner.join(",")).join(" ") }));
  return group;
}

const root = document.querySelector("[data-areas]");
if (root) new Canvas(root);
