/** Time left, by the server's clock: the device's own clock is never asked what time it is. */

const WARNINGS = [30, 15, 5];
const MINUTE = 60000;

export class Clock extends EventTarget {
  /**
   * @param {HTMLElement} node shows the time; it is not a live region, so it does not speak every second.
   * @param {string} deadline when time is up, ISO 8601
   * @param {string} serverTime what the server's clock said when it answered, ISO 8601
   */
  constructor(node, deadline, serverTime) {
    super();
    this.node = node;
    this.deadline = Date.parse(deadline);
    this.hidden = false;
    this.over = false;
    this.resync(serverTime);
    this.due = WARNINGS.filter((minutes) => this.left > minutes * MINUTE);
    this.run();
  }

  run() {
    this.timer = setInterval(() => this.tick(), 1000);
    this.tick();
  }

  /** Take the server's time from an answer, and the end when somebody has moved it. True when there is more time. */
  resync(serverTime, deadline) {
    if (serverTime) this.offset = Date.parse(serverTime) - performance.now();
    const ends = deadline ? Date.parse(deadline) : this.deadline;
    const more = ends - this.deadline;
    this.deadline = ends;
    if (more > 0) this.due = WARNINGS.filter((minutes) => this.left > minutes * MINUTE);
    if (this.over && this.left) {
      this.over = false;
      this.run();
    }
    return more >= 1000;
  }

  get left() {
    return Math.max(0, this.deadline - (this.offset + performance.now()));
  }

  /** The last five minutes cannot be hidden. */
  get mustShow() {
    return this.left <= 5 * MINUTE;
  }

  tick() {
    const left = this.left;
    this.node.textContent = this.hidden && !this.mustShow ? "Time hidden" : this.words(left);
    while (this.due.length && left <= this.due[0] * MINUTE) {
      this.dispatchEvent(new CustomEvent("warning", { detail: { minutes: this.due.shift() } }));
    }
    if (!left && !this.over) {
      this.over = true;
      clearInterval(this.timer);
      this.dispatchEvent(new Event("over"));
    }
  }

  words(left) {
    const seconds = Math.ceil(left / 1000);
    const two = (number) => String(number).padStart(2, "0");
    const hours = Math.floor(seconds / 3600);
    const rest = `${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;
    return `${hours ? `${hours}:` : ""}${rest} left`;
  }
}
