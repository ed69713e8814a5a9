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

/** Secrets that look like what decoders undo, or of which there is much. */
const hardSecrets = [
  "\\".repeat(100),
  "%41%41%41%41",
  "&amp;&amp;&amp;",
  '\\u0041\\u0041\\n\\"',
  '{"type": "service_account", "key": "a\\nb"}',
  `-----BEGIN PRIVATE KEY-----\n${"MIIEvQIBADANBg\n".repeat(40)}-----END PRIVATE KEY-----\n`,
  "😀😁😀😁😀😁😀",
  "\ud83d\ud83d\ude00\ude00\ud83d\ud83d\ud83d\ude00\ud83d\ud83d\ud83d\ud83d",
  "aaaaaaaaaaaaaaaa",
  `${"a".repeat(2000)}b`,
  "[^$.|?*+(){}]--\\/",
  "+ + + + + + + + ",
];

/** Secrets of 8 code units and more. */
const anySecret = fc.oneof(
  fc.constantFrom(...hardSecrets),
  ...['01aAfFn%\\u"&#;/', "a", "ab", " +-_=/", "é😀\ud83d\ude00"].map((alphabet) =>
    fc.string({ unit: fc.constantFrom(...alphabet.split("")), minLength: 8, maxLength: 60 }),
  ),
  fc.string({ unit: "grapheme", minLength: 8 }).filter((text) => text.length >= 8),
);
const longSecret = fc
  .tuple(fc.string({ unit: "binary", minLength: 1, maxLength: 300 }), fc.integer({ min: 1000, max: 100_000 }))
  .map(([part, length]) => part.repeat(length).slice(0, length));
const anyText = fc.string({ unit: "binary" });

const utf8 = (value: string) => Buffer.from(value).toString();
const percent = (value: string) => encodeURIComponent(utf8(value));
const escaped = (value: string) => json(value).slice(1, -1);
/** By name. The first code units of a text and its last ones are encoded as they are in the whole. */
const encodings: Readonly<Record<string, (value: string) => string>> = {
  plain: (value) => value,
  JSON: escaped,
  "JSON in JSON": (value) => escaped(escaped(value)),
  percent,
  "percent twice": (value) => percent(percent(value)),
  form: (value) => form(utf8(value)),
  "JSON, percent": (value) => percent(escaped(value)),
  "percent in JSON": (value) => escaped(percent(value)),
  HTML: html,
  "JSON in HTML": (value) => html(escaped(value)),
};

test("half an escape before an encoded secret does not hide it", () => {
  const shortSecret = fc.string({
    unit: fc.constantFrom(...'nbu0123ab"/\\&% canary'.split("")),
    minLength: 8,
    maxLength: 20,
  });
  fc.assert(
    fc.property(
      fc.constantFrom("\\", "%", "\\u", "\\u0", "\\u00", "%2"),
      shortSecret,
      fc.constantFrom(escaped, percent),
      (before, value, encode) => {
        const encoded = encode(value);
        expect(redactor([value])(`x${before}${encoded} y`)).not.toContain(encoded);
      },
    ),
    {
      numRuns: 3000,
      examples: [
        ["\\", 'n"canary', escaped],
        ["%", "ab&canary", percent],
      ],
    },
  );
});

test.each(Object.entries(encodings))("any secret is removed, also where it is cut (%s)", (_name, encode) => {
  const isRemoved = (value: string, before: string, after: string, seed: number) => {
    const redact = redactor([value]);
    const expectRemoved = (text: string) => {
      expect(redact(`${before}"${text}"${after}`)).not.toContain(text);
    };
    expectRemoved(encode(value));
    if (value.length < 12) return;
    const kept = 12 + (seed % (value.length - 11));
    // Half a character is encoded otherwise than a whole one.
    const isWhole = (part: string) => !utf8(part).includes("\ufffd");
    for (const part of [value.slice(0, kept), value.slice(-kept)].filter(isWhole))
      expectRemoved(encode(part));
    const beginning = value.slice(0, 12);
    // In the middle of an escape.
    if (isWhole(beginning)) expectRemoved(encode(value).slice(0, encode(beginning).length + (seed % 8)));
  };
  fc.assert(fc.property(anySecret, anyText, anyText, fc.nat(), isRemoved), { numRuns: 60 });
  fc.assert(fc.property(longSecret, anyText, anyText, fc.nat(), isRemoved), { numRuns: 1 });
});

test("any secret is removed from base64, also where it is cut", () => {
  fc.assert(
    fc.property(
      anySecret.filter((value) => Buffer.byteLength(value) >= 12),
      fc.constantFrom("", "a", "ab", "m2m:"),
      fc.constantFrom<BufferEncoding>("base64", "base64url"),
      (value, before, encoding) => {
        const redact = redactor([value]);
        const whole = base64(before + value, encoding);
        // At either end may be a character that consists in part of something else.
        const first = Math.ceil((before.length * 4) / 3);
        const [begins, ends] = [whole.slice(first, first + 16), whole.replace(/=*$/, "").slice(-17, -1)];
        for (const text of [whole, whole.slice(0, first + 20), whole.slice(-24)]) {
          const safe = redact(`Basic ${text}, after`);
          expect(safe).not.toContain(text);
          if (text !== whole.slice(-24)) expect(safe).not.toContain(begins);
          if (text !== whole.slice(0, first + 20)) expect(safe).not.toContain(ends);
        }
      },
    ),
  );
});

test("text without a secret is not changed", () => {
  const units = Array.from(" \n.,:;()\"'\\/%&#<>[]{}+-_=…é😀abcdef01234");
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(..."xyz789XYZ!?".split("")), minLength: 4, maxLength: 5000 }),
      fc.string({ unit: fc.constantFrom(...units), size: "large" }),
      (value, text) => {
        expect(redactor([value, `${value}\n`])(text)).toBe(text);
      },
    ),
  );
  const text = 'POST /api/sso-connectors failed: 422: The name "100% R&D &amp; more\\n" is in use.';
  expect(redactor(hardSecrets)(text)).toBe(text);
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
