import * as fc from "fast-check";
import type { ReportedFinding } from "./finding";
import { applyIgnoreRules, parseIgnoreRules } from "./ignoreRules";

const finding = (name: string): ReportedFinding => ({
  class: "changed",
  severity: "error",
  message: "",
  remedy: "",
  connector: { name, id: "id1", urn: null },
  tenant: "https://acme.logto.app",
});
const checkedAt = "2026-12-02T00:00:00.000Z";
const isIgnored = (pattern: string, name: string) =>
  applyIgnoreRules([finding(name)], [{ reason: "known", connector: pattern }], checkedAt).ignored.length ===
  1;

test.each([
  ["acme", "acme", true],
  ["acme", "acme2", false],
  ["acme*", "acme", true],
  ["*acme", "an acme", true],
  ["a*a", "a", false],
  ["a*b*c", "a-b-b-c", true],
  ["a*bc*c", "abc", false],
  ["*", "", true],
  ["**", "x\ny", true],
  ["a.c", "abc", false],
  ["*$&(", "x$&(", true],
])("%j matches %j: %p", (pattern, name, matches) => {
  expect(isIgnored(pattern, name)).toBe(matches);
});

test("a pattern matches what a regular expression would match", () => {
  const text = (...characters: string[]) =>
    fc.string({ unit: fc.constantFrom(...characters), maxLength: 12 });
  fc.assert(
    fc.property(text("a", "b", "*"), text("a", "b"), (pattern, name) => {
      expect(isIgnored(pattern, name)).toBe(new RegExp(`^${pattern.replaceAll("*", ".*")}$`).test(name));
    }),
    { numRuns: 2000 },
  );
});

test("no pattern takes long", () => {
  expect(isIgnored(`${"*x".repeat(5000)}*y`, "x".repeat(100_000))).toBe(false);
});

test.each([
  [{ rules: [{ class: "changed" }] }, "rule 1 has no reason"],
  [{ rules: [{ reason: " ", class: "changed" }] }, "rule 1 has no reason"],
  [{ rules: [{ reason: "x", class: "chnaged" }] }, 'rule 1 has an unknown class "chnaged"'],
  [{ rules: [{ reason: "x" }] }, "rule 1 matches every finding"],
  [{ rules: [{ reason: "x", connector: 5 }] }, "the connector of rule 1 is not a string"],
  [{ rules: [{ reason: "x", class: "changed", path: 5 }] }, "the path of rule 1 is not a string"],
  ...["2026-02-30", "2026-12", "tomorrow", "", 5].map((until): [object, string] => [
    { rules: [{ reason: "x", class: "changed", until }] },
    'the until of rule 1 is not a day, such as "2026-12-31"',
  ]),
  [{ rules: [{ reason: "x", name: "a" }] }, 'rule 1 has an unknown key "name"'],
  [{ rules: [null] }, "rule 1 is not an object"],
  [[], "it has no list of rules"],
])("%j is rejected", (content, problem) => {
  expect(() => parseIgnoreRules(JSON.stringify(content), "ignore.json")).toThrow(
    `ignore.json is invalid: ${problem}`,
  );
});

test.each([
  ["2026-12-02", []],
  ["2026-12-01", ["acme differs. It was ignored until 2026-12-01: known."]],
])("a rule that applies until %s, on 2026-12-02", (until, messages) => {
  const acme = { ...finding("acme"), message: "acme differs." };
  const rules = [{ reason: "known", connector: "acme", until }];
  const result = applyIgnoreRules([acme], rules, checkedAt);
  expect(result.findings.map(({ message }) => message)).toEqual(messages);
  expect([result.ignored.length, result.unusedRules]).toEqual([1 - messages.length, []]);
  // Another rule may still apply.
  const both = applyIgnoreRules([acme], [...rules, { reason: "also known", connector: "a*" }], checkedAt);
  expect(both.findings).toEqual([]);
});

test("a file that is not JSON is rejected", () => {
  expect(() => parseIgnoreRules("rules:", "ignore.json")).toThrow(
    "ignore.json is invalid: it is not valid JSON",
  );
});
