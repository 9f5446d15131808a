/** Areas and labels of a hotspot as rows of numbers. The rows are what is saved; a picture only shows and changes them. */

const [MOST_AREAS, MOST_LABELS] = [10, 12]; // exams/editors/hotspot.py

/** One area. Measures are pixels of the stored picture; a polygon has corners, the others x, y and their size. */
export class Area {
  constructor(node) {
    this.node = node;
    this.key = node.dataset.area;
    this.shape = this.field("shape").value;
  }

  field(name) {
    return this.node.querySelector(`[name="area_${name}"]`);
  }

  number(name) {
    return Number.parseFloat(this.field(name).value);
  }

  get isFull() {
    return this.number("score") === 1;
  }

  get corners() {
    return this.field("points").value.trim().split(/\s+/).map((pair) => pair.split(",").map(Number));
  }

  /** Left, top, right, bottom; numbers that are not there yet are NaN. */
  get bounds() {
    if (this.shape === "polygon") {
      const [across, down] = [0, 1].map((index) => this.corners.map((corner) => corner[index]));
      return [Math.min(...across), Math.min(...down), Math.max(...across), Math.max(...down)];
    }
    const [x, y] = [this.number("x"), this.number("y")];
    if (this.shape === "rect") return [x, y, x + this.number("width"), y + this.number("height")];
    const radius = this.number("radius");
    return [x - radius, y - radius, x + radius, y + radius];
  }

  get isWhole() {
    return this.bounds.every(Number.isFinite);
  }

  holds([x, y]) {
    const [left, top, right, bottom] = this.bounds;
    if (this.shape === "circle") return Math.hypot(x - (left + right) / 2, y - (top + bottom) / 2) <= (right - left) / 2;
    return x >= left && x <= right && y >= top && y <= bottom;
  }

  /** Points to take hold of, each with what a move of it does. */
  get handles() {
    if (this.shape === "circle") {
      const [x, y] = [this.number("x"), this.number("y")];
      return [[[x + this.number("radius"), y], ([toX, toY]) => this.set({ radius: Math.max(1, Math.hypot(toX - x, toY - y)) })]];
    }
    if (this.shape === "rect") {
      const [left, top, right, bottom] = this.bounds;
      return [[[right, bottom], ([x, y]) => this.set({ width: Math.max(1, x - left), height: Math.max(1, y - top) })]];
    }
    return this.corners.map((corner, index) => [corner, (to) => this.set({ corners: this.corners.with(index, to) })]);
  }

  /** Write whole pixels into the row, and let form and picture know. */
  set({ corners, ...measures }) {
    if (corners) this.field("points").value = corners.map((corner) => corner.map(Math.round).join(",")).join(" ");
    for (const [name, value] of Object.entries(measures)) this.field(name).value = String(Math.round(value));
    this.field("score").dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** Move by whole pixels, as far as the picture goes. */
  move([across, down], [width, height]) {
    const [left, top, right, bottom] = this.bounds;
    const x = Math.round(Math.min(Math.max(across, -left), width - right));
    const y = Math.round(Math.min(Math.max(down, -top), height - bottom));
    if (this.shape === "polygon") this.set({ corners: this.corners.map(([cornerX, cornerY]) => [cornerX + x, cornerY + y]) });
    else this.set({ x: this.number("x") + x, y: this.number("y") + y });
  }

  /** Make it larger or smaller by whole pixels to every side. */
  grow(by) {
    const [left, top, right, bottom] = this.bounds;
    if (right - left + 2 * by < 2 || bottom - top + 2 * by < 2) return;
    if (this.shape === "circle") this.set({ radius: this.number("radius") + by });
    else if (this.shape === "rect") {
      const [x, y] = [Math.max(0, left - by), Math.max(0, top - by)];
      this.set({ x, y, width: right + by - x, height: bottom + by - y });
    } else {
      const [x, y, share] = [(left + right) / 2, (top + bottom) / 2, 1 + (2 * by) / (right - left)];
      this.set({ corners: this.corners.map(([cornerX, cornerY]) => [x + (cornerX - x) * share, y + (cornerY - y) * share]) });
    }
  }

  get words() {
    const [left, top, right, bottom] = this.bounds.map(Math.round);
    const size = this.shape === "circle" ? `radius ${this.number("radius")}` : `${right - left} wide, ${bottom - top} high`;
    const place = this.shape === "circle" ? [this.number("x"), this.number("y")] : [left, top];
    return `Area ${numberOf(this.node)}, ${this.shape}: ${place[0]} from the left, ${place[1]} from the top, ${size}, worth ${this.field("score").value || "?"}.`;
  }
}

/** One labelled point. */
export class Label {
  constructor(node) {
    this.node = node;
    [this.x, this.y] = ["x", "y"].map((name) => node.querySelector(`[name="region_${name}"]`));
  }

  get point() {
    return [Number.parseFloat(this.x.value), Number.parseFloat(this.y.value)];
  }

  get isWhole() {
    return this.point.every(Number.isFinite);
  }

  move([across, down], [width, height]) {
    const [x, y] = this.point;
    this.put([Math.min(Math.max(0, x + across), width), Math.min(Math.max(0, y + down), height)]);
  }

  put([x, y]) {
    [this.x.value, this.y.value] = [String(Math.round(x)), String(Math.round(y))];
    this.x.dispatchEvent(new Event("input", { bubbles: true }));
  }

  get words() {
    return `Label ${numberOf(this.node)}: ${this.x.value} from the left, ${this.y.value} from the top.`;
  }
}

const numberOf = (node) => node.querySelector("legend [data-number]").textContent;
const list = (name) => document.querySelector(`[data-rows="${name}"]`);

export const areas = () => [...list("area").querySelectorAll("[data-area]")].map((node) => new Area(node));
export const takesLabels = () => list("region") !== null;
export const labels = () => [...(list("region")?.querySelectorAll("[data-region]") ?? [])].map((node) => new Label(node));

/** Add a row for a new area and return it, or null when there are as many as may be. */
export function addArea(shape, measures) {
  const before = areas();
  const node = before.length < MOST_AREAS && copy(document.querySelector(`[data-new-area="${shape}"]`), list("area"), before.map(({ key }) => key));
  if (!node) return null;
  const area = new Area(node);
  area.field("score").value = before.some(({ isFull }) => isFull) ? "0.5" : "1";
  area.set(measures);
  return area;
}

/** Add a row for a new label and return it, or null when there are as many as may be. */
export function addLabel(point) {
  const before = labels();
  const keys = before.map(({ node }) => node.dataset.region);
  const node = before.length < MOST_LABELS && copy(document.querySelector("[data-new-region]"), list("region"), keys);
  if (!node) return null;
  const label = new Label(node);
  label.put(point);
  return label;
}

function copy(template, place, keys) {
  const key = String(Math.max(-1, ...keys.map(Number)) + 1);
  const node = template.content.cloneNode(true).firstElementChild;
  for (const part of [node, ...node.querySelectorAll("*")]) {
    for (const attribute of part.attributes) attribute.value = attribute.value.replaceAll("NEW", key);
  }
  place.append(node);
  for (const number of node.querySelectorAll("[data-number]")) number.textContent = String(keys.length + 1);
  return node;
}
