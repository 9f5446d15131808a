/** What the exam room says: quiet messages in the bar, loud ones above the question. */

const QUIET_PAUSE = 5000;

/** A polite line that changes at most every five seconds, so that screen readers can follow. */
export class StatusLine {
  constructor(node) {
    this.node = node;
    this.last = -QUIET_PAUSE;
    this.timer = 0;
  }

  say(text) {
    clearTimeout(this.timer);
    const wait = Math.max(0, this.last + QUIET_PAUSE - performance.now());
    this.timer = setTimeout(() => {
      if (this.node.textContent === text) return;
      this.last = performance.now();
      this.node.textContent = text;
    }, wait);
  }
}

/** Notices that stay until they are taken back, one for each key. */
export class Alerts {
  constructor(node) {
    this.node = node;
    this.shown = new Map();
  }

  /** Show a notice: a title, lines of text, and links or buttons. `tone` is attention or bad. */
  show(key, { title, lines = [], actions = [], tone = "attention", loud = true }) {
    this.hide(key);
    const notice = document.createElement("div");
    notice.className = `notice notice--${tone}`;
    notice.setAttribute("role", loud ? "alert" : "status");
    notice.append(paragraph(title, "notice__title"), ...lines.map((line) => paragraph(line)));
    if (actions.length) notice.append(row(actions));
    this.node.append(notice);
    this.shown.set(key, notice);
  }

  hide(key) {
    this.shown.get(key)?.remove();
    this.shown.delete(key);
  }

  has(key) {
    return this.shown.has(key);
  }
}

function paragraph(text, className = "") {
  const node = document.createElement("p");
  node.textContent = text;
  if (className) node.className = className;
  return node;
}

function row(actions) {
  const node = document.createElement("p");
  node.className = "cluster";
  node.append(...actions);
  return node;
}

/** A link that looks like a button. */
export function linkTo(url, text) {
  const node = document.createElement("a");
  node.className = "button button--quiet";
  node.href = url;
  node.textContent = text;
  return node;
}

/** A button that does something. */
export function buttonFor(text, act) {
  const node = document.createElement("button");
  node.className = "button button--quiet";
  node.type = "button";
  node.textContent = text;
  node.addEventListener("click", act);
  return node;
}

/** "1 answer", "2 answers". */
export function counted(number, noun) {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/**
 * Time of day of a moment, to the second, in the zone in which the site shows times to this person. A zone that this
 * browser does not know gives the time of its own clock's zone.
 */
export function timeOfDay(moment, zone) {
  const shown = { hour12: false };
  try {
    return new Date(moment).toLocaleTimeString("en-GB", { ...shown, timeZone: zone });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return new Date(moment).toLocaleTimeString("en-GB", shown);
  }
}
