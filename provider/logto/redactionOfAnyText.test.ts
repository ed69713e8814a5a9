import * as fc from "fast-check";
import { json, form, base64, unicode, html } from "../../test/encodings";
import { redactor } from "./redaction";

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
    // Half an escape takes five characters at most. Less than four that are left could be of anything.
    minLength: 9,
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
