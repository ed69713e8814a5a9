import { inSeconds, isTooDeep } from "./values";

test.each([
  [0, "0 s"],
  [0.4, "0.0004 s"],
  [200, "0.2 s"],
  [4000 / 3, "1.3 s"],
  [2500, "2.5 s"],
  [9999, "10 s"],
  [30_000, "30 s"],
  [100_000 / 3, "33 s"],
  [3_599_900, "3600 s"],
])("%d ms", (milliseconds, expected) => {
  expect(inSeconds(milliseconds)).toBe(expected);
});

test("a value that contains itself is nested too deeply, but not an object of a class that does", () => {
  const nested = (levels: number): unknown => (levels === 0 ? 1 : { a: [nested(levels - 1)] });
  const self: Record<string, unknown> = { a: 1 };
  self.self = self;
  class Cyclic {
    readonly self = this;
  }
  expect(
    [nested(50), nested(51), self, [self], new Cyclic(), { a: new Cyclic() }].map((one) => isTooDeep(one)),
  ).toEqual([false, true, true, true, false, false]);
});
