import fc from "fast-check";
import { anyText } from "../test/anyText";
import { codeSpan, printable, printableLines, quote, stringLiteral, tableRow } from "./untrustedText";

test.each([
  ["\u001b[31mred\u001b[0m", "\\u001b[31mred\\u001b[0m"],
  ["\u009b31m", "\\u009b31m"],
  ["\u001b]8;;https://x\u0007", "\\u001b]8;;https://x\\u0007"],
  ["a\nb\r\tc", "a\\u000ab\\u000d\\u0009c"],
  ["exe.\u202egpj", "exe.\\u202egpj"],
  ["ac\u200bme\ufeff", "ac\\u200bme\\ufeff"],
  ["a\u2028b\u2029c", "a\\u2028b\\u2029c"],
  ["\ud800", "\\ud800"],
  ["\u{e0041}", "\\udb40\\udc41"],
  ["::error::x", "\\u003a:error::x"],
  ["  ::add-mask::x", "  \\u003a:add-mask::x"],
  ["a ##[error]x ##vso[task.complete]", "a \\u0023#[error]x \\u0023#vso[task.complete]"],
])("%j is printed as %j", (text, printed) => {
  expect(printable(text)).toBe(printed);
});

test.each([
  "Acme::Corp",
  "Ümläut & Söhne",
  "日本語 😀",
  "# 1",
  "urn:pulumi:dev::test::logto$x::a",
  "C:\\temp",
  "a `b` *c*",
])("%j is printed as it is", (text) => {
  expect(printable(text)).toBe(text);
});

test("any text becomes one line without control characters, and stays as it is when it is escaped again", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const printed = printable(text);
      expect(printed).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      expect(printable(printed)).toBe(printed);
      expect(JSON.parse(stringLiteral(text))).toBe(text);
      expect(stringLiteral(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    }),
  );
});

test("lines are kept, and each is escaped", () => {
  expect(printableLines("one\r\n::error::two\n\u001b[2Jthree")).toBe(
    "one\n\\u003a:error::two\n\\u001b[2Jthree",
  );
});

test("quoted names and code spans in Markdown show the whole text", () => {
  expect(quote('a"b\u009b')).toBe('"a\\"b\\u009b"');
  expect(codeSpan("@acme https://x #1 | y")).toBe("`@acme https://x #1 | y`");
  expect(codeSpan("a `b`` c")).toBe("``` a `b`` c ```");
  expect(codeSpan("`")).toBe("`` ` ``");
  expect(codeSpan(" a ")).toBe("`  a  `");
  expect(tableRow([codeSpan("a|b"), codeSpan("a\\|b")])).toBe("| `a\\|b` | `a\\\\u007cb` |");
});

test("a long text is cut, between characters", () => {
  expect(codeSpan("abcdef", 4)).toBe("`abc…`");
  expect(codeSpan("abcd", 4)).toBe("`abcd`");
  expect(codeSpan("ab😀def", 4)).toBe("`ab…`");
  expect(codeSpan("\u202e".repeat(1e6), 8)).toBe("`\\u202e\\…`");
});
