// Plugins of Stryker: a checker that leaves all mutants but a sample untested, and a reporter that leaves them out of the report, and
// prints each mutant that is not noticed.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, relative } from "node:path";
import { commonTokens, declareClassPlugin, PluginKind, tokens } from "@stryker-mutator/api/plugin";

export class SampleChecker {
  static inject = tokens(commonTokens.options);

  constructor({ sample }) {
    this.sample = sample;
  }

  init() {
    return Promise.resolve();
  }

  /** Makes one group of all, since `check` compares them with one another. */
  group(mutants) {
    return Promise.resolve([mutants.map(({ id }) => id)]);
  }

  check(mutants) {
    const chosen = new Set(sampleOf(mutants, this.sample));
    const verdict = (mutant) =>
      chosen.has(mutant) ? { status: "passed" } : { status: "compileError", reason: "not in the sample" };
    return Promise.resolve(Object.fromEntries(mutants.map((mutant) => [mutant.id, verdict(mutant)])));
  }
}

/** Chooses mutants by a seed, of each folder in proportion to what it has. */
function sampleOf(mutants, { seed, count }) {
  const hash = ({ fileName, location, replacement }) =>
    createHash("sha256")
      .update(JSON.stringify([seed, fileName.split(/[\\/]provider[\\/]/).at(-1), location, replacement]))
      .digest("hex");
  const folders = new Map();
  for (const mutant of mutants) {
    const folder = dirname(mutant.fileName);
    folders.set(folder, [...(folders.get(folder) ?? []), { mutant, hash: hash(mutant) }]);
  }
  return [...folders.values()]
    .flatMap((folder) =>
      folder
        .sort((one, other) => (one.hash < other.hash ? -1 : 1))
        .map(({ mutant }, index) => ({ mutant, place: (index + 0.5) / folder.length })),
    )
    .sort((one, other) => one.place - other.place)
    .slice(0, count)
    .map(({ mutant }) => mutant);
}

/** Must be the first reporter: the others get the report as it leaves it. */
export class SampleReporter {
  #before;

  onMutationTestingPlanReady() {
    this.#before = performance.now();
  }

  /** Mutants are tested at the same time: what each is charged with is the time since the result of another one. */
  onMutantTested(result) {
    const now = performance.now();
    result.duration = Math.round(now - this.#before);
    this.#before = now;
    if (result.status !== "Survived" && result.status !== "NoCoverage") return;
    const { fileName, location, replacement, status } = result;
    const { line, column } = location.start;
    console.log(`${relative(process.cwd(), fileName)}:${line}:${column} ${status}`);
    console.log(`  - ${oneLine(textAt(fileName, location))}\n  + ${oneLine(replacement)}`);
  }

  onMutationTestReportReady({ files }) {
    for (const [name, file] of Object.entries(files)) {
      file.mutants = file.mutants.filter(({ status }) => status !== "CompileError" && status !== "Ignored");
      if (file.mutants.length === 0) Reflect.deleteProperty(files, name);
    }
  }
}

/** Stryker counts lines and columns from 1. */
function textAt(file, { start, end }) {
  const lines = readFileSync(file, "utf8")
    .split("\n")
    .slice(start.line - 1, end.line);
  lines.push(lines.pop().slice(0, end.column - 1));
  return lines.join("\n").slice(start.column - 1);
}

const oneLine = (code) => code.replace(/\s+/g, " ").slice(0, 150);

export const strykerPlugins = [
  declareClassPlugin(PluginKind.Checker, "sample", SampleChecker),
  declareClassPlugin(PluginKind.Reporter, "sample", SampleReporter),
];
