/** Holds the drawings of an attempt in memory, so that they survive a lost network and lie in no cache. */

const held = new Map();

/** Fetch the drawings of all items, one after the other; what cannot be fetched is asked for when it is shown. */
export async function holdFigures(items) {
  for (const { figure } of items) {
    if (!figure || held.has(figure.address)) continue;
    const answer = await fetch(figure.address, { credentials: "same-origin" }).catch(() => null);
    if (answer?.ok) held.set(figure.address, URL.createObjectURL(await answer.blob()));
  }
}

/** The address to show a drawing from: memory when it is held there. */
export function addressOf(figure) {
  return held.get(figure.address) ?? figure.address;
}
