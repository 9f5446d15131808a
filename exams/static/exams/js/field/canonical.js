/**
 * Canonical JSON (RFC 8785, restricted), digests and base64url. The server makes the same bytes by another road and
 * compares them; tests hold both against each other.
 */

const RECORD_LINE = "tms-signoff/1\n";

/** Write a value in canonical form. Throws for what the restricted form does not have (offline.md 5.1). */
export function canonical(value) {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") {
    if (!value.isWellFormed() || value !== value.normalize("NFC")) throw new TypeError("a text is not in normal form");
    return JSON.stringify(value);
  }
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) throw new TypeError("a number is not a safe integer");
    return String(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object") throw new TypeError("a value has no canonical form");
  const rows = Object.keys(value).sort().map((key) => `${canonical(key)}:${canonical(value[key])}`);
  return `{${rows.join(",")}}`;
}

/** The text whose UTF-8 bytes are sealed and signed. */
export function recordText(record) {
  return RECORD_LINE + canonical(record);
}

export function bytesOf(text) {
  return new TextEncoder().encode(text);
}

/** The SHA-256 of a text's bytes. */
export async function digestBytes(text) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytesOf(text)));
}

export function hex(bytes) {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The first 16 digits in groups of four, as the server's pages write a digest. */
export function shortForm(digest) {
  return digest.slice(0, 16).match(/.{4}/g).join(" ");
}

export function toBase64url(buffer) {
  const text = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export function fromBase64url(text) {
  const padded = text.replaceAll("-", "+").replaceAll("_", "/").padEnd(Math.ceil(text.length / 4) * 4, "=");
  return Uint8Array.from(atob(padded), (sign) => sign.charCodeAt(0));
}

/** A moment as fixed-width UTC text with microseconds, of which a browser knows the first three digits. */
export function timestamp(milliseconds) {
  return new Date(milliseconds).toISOString().replace("Z", "000Z");
}

/** Bring typed text into the form that is stored and signed; exams/rules/practical_saves.py does the same. */
export function cleanText(text) {
  const plain = text.replaceAll("\r\n", "\n").replaceAll("\r", "\n").normalize("NFC");
  return plain.replace(/(?!\n)[\p{Cc}\p{Cs}]/gu, "").trim();
}
