/** Encodings in which servers quote what was sent. */
export const json = (value: string) => JSON.stringify(value);
export const form = (value: string) => new URLSearchParams({ value }).toString().slice("value=".length);
export const lowerHex = (value: string) => value.replace(/%../g, (code) => code.toLowerCase());
export const base64 = (value: string, encoding: BufferEncoding = "base64") =>
  Buffer.from(value).toString(encoding);
export const unicode = (value: string) =>
  Array.from({ length: value.length }, (_, index) => {
    return `\\u${value.charCodeAt(index).toString(16).padStart(4, "0")}`;
  }).join("");
export const html = (value: string) =>
  value
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
