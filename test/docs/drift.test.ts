/** docs/drift.md and docs/drift-reference.md: they have what the command has, and no more. */
import { join } from "node:path";
import { defaultFailOn, formats } from "../../provider/cli/drift/command";
import { findingClasses, findingClassNames } from "../../provider/cli/health/findingClasses";
import { run } from "../engine";
import { read } from "../schemas";

const reference = read("docs/drift-reference.md");
const all = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, one]) => one);

test("the guide says what to do about every finding", () => {
  expect(all(read("docs/drift.md"), /^### (.*)$/gm)).toEqual(findingClassNames);
});

test("the reference has every class, its severity, and whether it fails the check", () => {
  const rows = [
    ...reference.matchAll(/^\| \[`([a-z-]+)`\]\(drift\.md#\1\) +\| (\w+) +\| (\w+) +\| (.*?) +\|$/gm),
  ];
  const expected = findingClassNames.map((name) => [
    name,
    findingClasses[name].severity,
    defaultFailOn.includes(name) ? "yes" : "no",
    findingClasses[name].title,
  ]);
  expect(rows.map(([, ...cells]) => cells.map((cell) => cell.replace(" (`--probe`)", "")))).toEqual(expected);
});

test("the reference has every option, with the name of its value", async () => {
  const main = join(__dirname, "..", "..", "dist", "cli", "main.js");
  const { stdout } = await run(process.execPath, [main, "drift", "--help"]);
  const options = all(stdout, /^ {2}(--[a-z-]+(?: <[A-Z]+>)?)/gm).map((flags) => flags?.replace(/[<>]/g, ""));
  expect(all(reference, /^\| `(--[a-z-]+(?: [A-Z]+)?)` /gm)).toEqual(options);
});

test("the reference has every format and metric", () => {
  expect(all(reference, /^- \*\*`([a-z]+)`/gm)).toEqual(formats);
  const metrics = all(read("provider/cli/drift/metrics.ts"), /"(logto_sso_drift_\w+)"/g);
  expect(all(reference, /^\| `(logto_sso_drift_\w+)/gm)).toEqual(metrics);
});
