import * as fc from "fast-check";
import { redactor } from "./redaction";

const secret = 'canary "quoted" \\ back/slash+plus é😀 &<x>\'';
const json = (value: string) => JSON.stringify(value);
const form = (value: string) => new URLSearchParams({ value }).toString().slice("value=".length);
const lowerHex = (value: string) => value.replace(/%../g, (code) => code.toLowerCase());
const base64 = (value: string, encoding: BufferEncoding = "base64") => Buffer.from(value).toString(encoding);
const unicode = (value: string) =>
  Array.from({ length: value.length }, (_, index) => {
    return `\\u${value.charCodeAt(index).toString(16).padStart(4, "0")}`;
  }).join("");
const html = (value: string) =>
  value
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");

test.each<[string, (value: string) => string]>([
  ["in clear", (value) => value],
  ["in JSON", json],
  ["in JSON within JSON", (value) => json(json(value))],
  ["in JSON with escaped slashes, as PHP writes it", (value) => json(value).replaceAll("/", "\\/")],
  ["in JSON with escaped entities, as Go writes it", (value) => json(value).replaceAll("&", "\\u0026")],
  ["as JSON escapes", unicode],
  ["as upper-case JSON escapes", (value) => unicode(value).toUpperCase().replaceAll("\\U", "\\u")],
  ["percent-encoded", encodeURIComponent],
  ["percent-encoded in lower case", (value) => lowerHex(encodeURIComponent(value))],
  ["percent-encoded as a whole URL", encodeURI],
  ["percent-encoded twice", (value) => encodeURIComponent(encodeURIComponent(value))],
  ["in a form", form],
  ["in a form in lower case", (value) => lowerHex(form(value))],
  ["as HTML", html],
  [
    "as hexadecimal entities",
    (value) => value.replace(/[^]/gu, (c) => `&#x${(c.codePointAt(0) ?? 0).toString(16)};`),
  ],
  ["base64", base64],
  ["base64url", (value) => base64(value, "base64url")],
  ["base64, percent-encoded", (value) => encodeURIComponent(base64(value))],
  ["base64 of a user and a password", (value) => base64(`m2m:${value}`)],
  ["base64 of something longer", (value) => base64(`ab${value} and so on`)],
])("a secret is removed %s", (_encoding, encode) => {
  const redact = redactor([secret]);
  const text = `before ${encode(secret)}, after`;
  const safe = redact(text);
  expect(safe).toContain("[secret]");
  for (const part of ["canary", "quoted", "back", "slash", "plus", base64("canary").slice(0, 6)]) {
    expect(safe).not.toContain(part);
  }
  expect(safe).toMatch(/^before .*, after$/);
});

test("any secret is removed in any encoding", () => {
  const encodings = [json, encodeURI, encodeURIComponent, form, html, unicode];
  fc.assert(
    fc.property(
      fc
        .string({ unit: "grapheme", minLength: 4, maxLength: 40 })
        .filter((text) => Buffer.from(text).toString() === text),
      fc.constantFrom(...encodings),
      (value, encode) => {
        expect(redactor([value])(`(${encode(value)})`).replace(/^\("?|"?\)$/g, "")).toBe("[secret]");
      },
    ),
    // Encodings that begin with the character itself.
    {
      examples: [
        ["acme%", encodeURIComponent],
        ["acme&", html],
        ["acme\\", json],
      ],
    },
  );
});

test("the longer of two secrets is removed first", () => {
  expect(redactor(["canary", "canary-2"])("canary-2 canary")).toBe("[secret] [secret]");
});

test("a short secret is removed only where it is a word", () => {
  expect(redactor(["ab"])("about ab, 'ab' and grab, ab1")).toBe("about [secret], '[secret]' and grab, ab1");
  expect(redactor([""])("about")).toBe("about");
});

test("text that resembles a secret takes linear time", () => {
  const text = "%25\\".repeat(200_000);
  expect(redactor(["%25".repeat(50), "\\".repeat(40), `${"\\/".repeat(30)}!`])(text).length).toBeGreaterThan(
    0,
  );
});
