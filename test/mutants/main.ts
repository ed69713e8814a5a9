/** npm run mutants: breaks the package in many small ways, one after the other, and shows which of them no test notices. */
import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { parseArgs } from "node:util";
import type { MutantResult } from "@stryker-mutator/api/core";

const usage = `Usage: npm run mutants -- [--seed N] [--count N] [--in PATH]... [--since COMMIT] [--min PERCENT]

  --seed N         chooses the sample (default: 1)
  --count N        the number of mutants (default: 300, or all with --in or --since)
  --in PATH        a file or folder to mutate (default: the folders with rules that users rely on); may be repeated
  --since COMMIT   mutates what has changed since a commit
  --min PERCENT    the part that tests must notice (default: 94)`;

const repository = join(__dirname, "..", "..");
const folders = ["connector", "lifecycle", "logto", "engine"].map((name) => `provider/${name}`);

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seed: { type: "string", default: "1" },
      count: { type: "string" },
      in: { type: "string", multiple: true },
      since: { type: "string" },
      min: { type: "string", default: "94" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  process.chdir(repository);
  const mutate =
    values.since === undefined
      ? (values.in ?? folders).map(patternOf)
      : changedLines(values.since, values.in);
  if (mutate.length === 0) {
    console.log("Nothing to mutate.");
    return;
  }
  const isSample = values.since === undefined && values.in === undefined;
  const count = values.count ?? (isSample ? "300" : "1000000");
  const options = {
    configFile: ".config/stryker.mjs",
    mutate: [...mutate, "!**/*.test.ts"],
    sample: { seed: values.seed, count: Number(count) },
    // The tests of commands take a minute, and notice little of the rest.
    ...(mutate.some((path) => /^provider\/(cli|plugin)\b/.test(path)) && {
      jest: {
        config: { roots: ["provider", "test/provider", "test/command"].map((path) => `<rootDir>/${path}`) },
      },
    }),
  };
  const { Stryker } = await import("@stryker-mutator/core");
  const started = performance.now();
  const results = (await new Stryker(options).runMutationTest()).filter(isTested);
  const percent = print(results);
  const minutes = (performance.now() - started) / 60_000;
  console.log(`Seed ${values.seed}, ${minutes.toFixed(1)} minutes. Report: reports/mutants/report.html`);
  process.exitCode = percent < Number(values.min) ? 1 : 0;
}

const patternOf = (path: string): string => (statSync(path).isDirectory() ? `${path}/**/*.ts` : path);

/** Returns the lines that have changed since a commit, as Stryker's patterns. */
function changedLines(commit: string, paths = ["provider"]): string[] {
  const args = ["diff", "-U0", "--no-ext-diff", "--diff-filter=d", commit, "--", ...paths];
  const diff = execFileSync("git", args, { encoding: "utf8" });
  let file = "";
  const patterns: string[] = [];
  for (const line of diff.split("\n")) {
    file = /^\+\+\+ b\/(.*\.ts)$/.exec(line)?.[1] ?? (line.startsWith("+++ ") ? "" : file);
    const [, first, length = "1"] = /^@@ -\S+ \+(\d+)(?:,(\d+))? @@/.exec(line) ?? [];
    if (first === undefined || length === "0" || file === "" || file.endsWith(".test.ts")) continue;
    patterns.push(`${file}:${first}-${Number(first) + Number(length) - 1}`);
  }
  return patterns;
}

/** A mutant that keeps a module from being loaded fails every test of it, which Stryker counts as an error of its own. */
const noticed = ["Killed", "Timeout", "RuntimeError"];
const isTested = ({ status }: MutantResult): boolean =>
  [...noticed, "Survived", "NoCoverage"].includes(status);

/** Prints what was noticed, by folder. Returns the percentage. */
function print(results: readonly MutantResult[]): number {
  const folderOf = ({ fileName }: MutantResult) => dirname(relative(repository, fileName));
  const rows = [...new Set(results.map(folderOf))]
    .sort()
    .map((folder) => [folder, results.filter((result) => folderOf(result) === folder)] as const);
  const all = rowOf(results);
  console.table(Object.fromEntries([...rows.map(([folder, its]) => [folder, rowOf(its)]), ["all", all]]));
  return all.percent;
}

function rowOf(results: readonly MutantResult[]) {
  const number = (...statuses: readonly string[]) =>
    results.filter(({ status }) => statuses.includes(status)).length;
  return {
    mutants: results.length,
    noticed: number(...noticed),
    survived: number("Survived"),
    "no coverage": number("NoCoverage"),
    percent: Math.floor((1000 * number(...noticed)) / results.length) / 10,
    seconds: Math.round(results.reduce((sum, { duration = 0 }) => sum + duration, 0) / 1000),
  };
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
