/** What stands in the room while the invigilator has paused the exam: no question, and a sentence that says so. */

export class PauseScreen {
  constructor(root) {
    this.template = root.querySelector("[data-pause]");
    this.away = [...root.querySelectorAll("#answer, [data-places], [data-keys]")];
    this.screen = null;
  }

  get isUp() {
    return this.screen !== null;
  }

  /** Take the questions off the page and read the sentence out. */
  put() {
    this.places = this.away.map((node) => {
      const place = document.createComment("");
      node.replaceWith(place);
      return place;
    });
    this.screen = this.template.content.firstElementChild.cloneNode(true);
    this.template.after(this.screen);
    this.screen.querySelector("h1").focus();
    scrollTo({ top: 0 });
  }

  /** Put the questions back where they were. */
  take() {
    if (!this.isUp) return;
    this.places.forEach((place, index) => place.replaceWith(this.away[index]));
    this.screen.remove();
    this.screen = null;
  }
}
