/** Makes elements: `h("p", { className: "hint" }, "words", node)`. Text is always text, never markup. */
export function h(name, properties = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "data") Object.assign(node.dataset, value);
    else if (key in node && key !== "role" && !key.startsWith("aria-")) node[key] = value;
    else node.setAttribute(key, value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== ""));
  return node;
}

/** The markup of a checklist, as the server made it, without running anything that it might hold. */
export function fragment(html) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  return [...parsed.body.childNodes].map((node) => document.adoptNode(node));
}

/** "1 change" or "3 changes". */
export function counted(count, one, many) {
  return `${count} ${count === 1 ? one : many}`;
}

/** The time of day as people here write it. */
export function clock(moment) {
  return new Date(moment).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}
