import { json, form, lowerHex, base64, unicode, html } from "../../test/encodings";
import { redactor } from "./redaction";

const secret = 'canary "quoted" \\ back/slash+plus é😀 &<x>\'';

test.each([
  ["in clear", (value: string) => value],
  ["in JSON", json],
  ["percent-encoded", encodeURIComponent],
  ["base64", base64],
])("a secret is removed that is all of a text, or its end, %s", (_encoding, encode) => {
  const redact = redactor([secret]);
  expect(redact(encode(secret)).replaceAll('"', "")).toBe("[secret]");
  const text = `a${encodeURIComponent("é")} ${encode(secret)}`;
  expect(redact(text).replaceAll('"', "")).toBe(`a${encodeURIComponent("é")} [secret]`);
});

test("of two secrets that begin alike, the longer one is removed whole, in whichever order they are given", () => {
  for (const secrets of [
    ["canary-key", "canary-key-of-acme"],
    ["canary-key-of-acme", "canary-key"],
  ]) {
    expect(redactor(secrets)("a canary-key-of-acme b canary-key c")).toBe("a [secret] b [secret] c");
  }
});

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

test("the longer of two secrets is removed first", () => {
  expect(redactor(["canary", "canary-2"])("canary-2 canary")).toBe("[secret] [secret]");
});

test("a short secret is removed only where it is a word", () => {
  expect(redactor(["ab"])("about ab, 'ab' and grab, ab1")).toBe("about [secret], '[secret]' and grab, ab1");
  expect(redactor([""])("about")).toBe("about");
});

test("of a secret of less than 12 characters, a part is not removed", () => {
  expect(redactor(["canary-2026"])("canary-202 and anary-2026")).toBe("canary-202 and anary-2026");
  expect(redactor(["canary-20261"])("the canary-20261")).toBe("the [secret]");
});

test("a secret that the server has cut is removed", () => {
  const redact = redactor(["secret-of-m2m-canary-2026"]);
  expect(redact('invalid client (got "secret-of-m2m-can…")')).toBe('invalid client (got "[secret]…")');
  expect(redact("invalid client (…of-m2m-canary-2026)")).toBe("invalid client (…[secret])");
});

const everyKind = `a\u00e9\u6f22\u{1f600}/"'\\\b\f\n\r\t&<>\u007f\u0800\u{10ffff}z`;
const characters = (encode: (character: string, code: number) => string) =>
  Array.from(everyKind, (character) => encode(character, character.codePointAt(0) ?? 0)).join("");
const hex = (code: number, length = 0) => code.toString(16).padStart(length, "0");
const short: Readonly<Record<string, string>> = { "\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t" };
const named: Readonly<Record<string, string>> = {
  "&": "amp",
  "<": "lt",
  ">": "gt",
  '"': "quot",
  "'": "apos",
};

test.each([
  ["two digits", characters((one, code) => (code < 0x100 ? `\\x${hex(code, 2)}` : one))],
  [
    "two digits in upper case",
    characters((one, code) => (code < 0x100 ? `\\x${hex(code, 2).toUpperCase()}` : one)),
  ],
  ["four digits", unicode(everyKind)],
  [
    "a letter, or a backslash",
    characters((one) => (one in short ? `\\${short[one]}` : /["'\\/]/.test(one) ? `\\${one}` : one)),
  ],
  ["the bytes of UTF-8", encodeURIComponent(everyKind)],
  ["every byte", Array.from(Buffer.from(everyKind), (byte) => `%${hex(byte, 2)}`).join("")],
  ["decimal references", characters((_one, code) => `&#${code};`)],
  ["hexadecimal references", characters((_one, code) => `&#x${hex(code)};`)],
  ["references in upper case", characters((_one, code) => `&#X${hex(code).toUpperCase()};`)],
  ["names", characters((one) => (one in named ? `&${named[one]};` : one))],
])("an escape is undone: %s", (_form, encoded) => {
  expect(redactor([everyKind])(`(${encoded})`)).toBe("([secret])");
});

test("what is no escape is left", () => {
  const redact = redactor(["A&B-canary"]);
  for (const text of [
    "\\u004&B-canary",
    "\\x4&B-canary",
    "%4&B-canary",
    "&#65B-canary",
    "&#x110000; B-canary",
    "&none;B-canary",
  ])
    expect(redact(text)).toBe(text);
});

test.each(["", "x", "xy"])("the padding of base64 is removed as well: canary-2026-secret%s", (more) => {
  const value = `canary-2026-secret${more}`;
  const encoded = base64(`m2m:${value}`);
  expect(redactor([value])(`Basic ${encoded}, after`)).toMatch(/^Basic bTJt\w{0,2}\[secret\], after$/);
  expect(redactor([value])(`${encoded}===`)).toMatch(/\[secret\]=+$/);
});

test("a short secret is no word next to a letter or a digit, also of two code units", () => {
  const redact = redactor(["ab"]);
  for (const text of ["\u{1d4b3}ab", "ab\u{1d4b3}", "1ab", "ab1", "\u00e9ab"])
    expect(redact(text)).toBe(text);
  expect(redact("\u{1f600}ab\u{1f600} _ab_")).toBe("\u{1f600}[secret]\u{1f600} _[secret]_");
});

test("secrets that overlap, or that follow one another, are removed as one or as two", () => {
  expect(redactor(["abab"])("xabababx")).toBe("x[secret]x");
  expect(redactor(["abab"])("xababababx")).toBe("x[secret]x");
  expect(redactor(["canary-1", "1-canary"])("x canary-1-canary x")).toBe("x [secret] x");
  expect(redactor(["canary"])("canary canarycanary")).toBe("[secret] [secret][secret]");
});
