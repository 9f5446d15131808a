/** What stands in the room while the invigilator has paused the exam: no question, and a sentence that says so. */

export class PauseScreen {
  constructor(root) {
    this.screen = root.querySelector("[data-pause]");
    this.away = [...root.querySelectorAll("#answer, [data-places], [data-keys]")];
    this.isUp = false;
  }

  /** Hide the questions and read the sentence out. */
  put() {
    this.isUp = true;
    this.wereHidden = this.away.filter((node) => node.hidden);
    for (const node of this.away) node.hidden = true;
    this.screen.hidden = false;
    this.screen.querySelector("h1").focus();
    scrollTo({ top: 0 });
  }

  /** Show the questions again. */
  take() {
    if (!this.isUp) return;
    this.isUp = false;
    this.screen.hidden = true;
    for (const node of this.away) node.hidden = this.wereHidden.includes(node);
  }
}
