import * as fc from "fast-check";
import { anyText } from "../../../test/anyText";
import { printable } from "../../untrustedText";
import { beginningOf, excerptsOfValues, wholeOf } from "./excerpts";

const max = 80;
const apart = (value: unknown, other: unknown) => excerptsOfValues(value, other, max).map(wholeOf);
const long = (begin: string, end = "") => begin + "x".repeat(3000) + end;

test("what fits is shown as it is", () => {
  expect(apart("https://a.acme.com", ["b"])).toEqual(['"https://a.acme.com"', '["b"]']);
  expect(beginningOf(true, max)).toBe("true");
});

test.each<[string, unknown, unknown, string, string]>([
  ["in the middle", long("", "a") + long(""), long("", "b") + long(""), "xa", "xb"],
  ["at the end", long("", "a"), long("", "b"), 'xa"', 'xb"'],
  ["at the beginning", long("a"), long("b"), '"ax', '"bx'],
  ["by their length", long(""), long("", "x"), 'xx"', 'xxx"'],
  ["by what the longer one ends with", long(""), long("", " and more"), 'xx"', 'xx and more"'],
  ["in a megabyte of digits", "1".repeat(2 ** 20), `${"1".repeat(2 ** 20)}2`, '11"', '12"'],
  ["behind many escapes", long("\\".repeat(3000), "a"), long("\\".repeat(3000), "b"), 'xa"', 'xb"'],
  ["among many escapes", '"'.repeat(3000), `${'"'.repeat(3000)}b`, '\\""', '\\"b"'],
  ["by a line break", long("", "\na"), long("", "\r\na"), 'x\\na"', 'x\\r\\na"'],
  ["by an invisible character", long("", "a"), long("", "\u200ba"), 'xa"', 'x\\u200ba"'],
  ["by how many spaces there are", long("", "a b"), long("", "a  b"), 'xa b"', 'xa \\u0020b"'],
  ["by how an accent is encoded", long("", "\u00e9"), long("", "e\u0301"), 'x\\u00e9"', 'xe\\u0301"'],
  ["by one of two halves of a character", long("", "😀"), long("", "😁"), 'x😀"', 'x😁"'],
  ["by an item", [...hosts(50), "a"], [...hosts(50), "b"], '[…,"a"]', '[…,"b"]'],
  ["by one item more", hosts(50), [...hosts(25), "b", ...hosts(50).slice(25)], "[…]", '[…,"b",…]'],
  ["by the order of the items", [...hosts(50), "a", "b"], [...hosts(50), "b", "a"], '"a","b"]', '"b","a"]'],
  ["by the end of an item", [...hosts(50), long("")], [...hosts(50), long("", "y")], 'xxx"]', 'xxy"]'],
])("texts that differ %s are cut around the difference", (_how, first, second, inFirst, inSecond) => {
  const [one = "", other = ""] = apart(first, second);
  expect([one, other]).toEqual([expect.stringContaining(inFirst), expect.stringContaining(inSecond)]);
  expect(Math.max(one.length, other.length)).toBeLessThanOrEqual(max);
});

function hosts(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${index}.acme.com`);
}

test("the parts say what is the other text's as well", () => {
  const [before, after] = ["x".repeat(1000), "y".repeat(1000)];
  const [one, other] = excerptsOfValues(`${before}1${after}`, `${before}two${after}`, max);
  expect([one.own, other.own]).toEqual(["1", "two"]);
  expect(one.before).toBe(`…${"x".repeat(60)}`);
  expect(one.before).toBe(other.before);
  expect(one.after).toMatch(/^y+…$/);
});

test("no excerpt is longer than it may be, cuts a character, or is that of another text", () => {
  const part = fc.oneof(
    anyText,
    fc.constantFrom("a", "😀", "e\u0301", "\u200b", "  ", "\\", '"', "x".repeat(90)),
  );
  const value = fc.array(part, { maxLength: 8 }).map((parts) => parts.join(""));
  const pair = fc.tuple(value, value, value, value);
  fc.assert(
    fc.property(pair, ([start, one, other, end]) => {
      fc.pre(one !== other);
      for (const [a, b] of [
        [start + one + end, start + other + end],
        [
          [start, one, end],
          [start, other, end],
        ],
      ] as const) {
        const shown = apart(a, b);
        expect(shown[0]).not.toBe(shown[1]);
        for (const text of shown) {
          expect(text.length).toBeLessThanOrEqual(max);
          expect(printable(text)).toBe(text);
        }
      }
    }),
  );
});
