// Shows a figure large enough to read: a dialog that can be scrolled, closed with its button, Escape or a click beside.

/** Let a link around an image open the image in a dialog; without this script the link opens the drawing itself. */
export function enlarge(link) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const dialog = document.createElement("dialog");
    dialog.className = "zoom";
    dialog.setAttribute("aria-label", "Figure, enlarged");
    const frame = document.createElement("div");
    Object.assign(frame, { className: "zoom__frame", tabIndex: 0 });
    frame.setAttribute("role", "region");
    frame.setAttribute("aria-label", "Figure, can be scrolled");
    const image = document.createElement("img");
    const small = link.querySelector("img");
    image.src = small.currentSrc || small.src; // there already, also without a network
    image.alt = small.alt;
    frame.append(image);
    const size = button("Fit to screen", () => {
      const fits = frame.classList.toggle("zoom__frame--fits");
      size.textContent = fits ? "Full size" : "Fit to screen";
    });
    const steps = document.createElement("p");
    steps.className = "zoom__steps";
    steps.append(button("Close", () => dialog.close()), size);
    dialog.addEventListener("click", (hit) => hit.target === dialog && dialog.close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      link.focus();
    });
    dialog.append(steps, frame);
    document.body.append(dialog);
    dialog.showModal();
  });
}

function button(words, act) {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", className: "button button--quiet", textContent: words });
  made.addEventListener("click", act);
  return made;
}
