/** `logto-sso drift`: what is not as the code says. It only reads. */
import { readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { CommandError, systemReason } from "./errors";
import { check, type CheckOptions } from "./drift/check";
import { type FindingClass, findingClassNames } from "./drift/findings";
import { asJunit } from "./drift/formats/junit";
import { asMarkdown } from "./drift/formats/markdown";
import { asSarif, type Project } from "./drift/formats/sarif";
import { asText } from "./drift/formats/text";
import { type IgnoreRule, parseIgnoreRules } from "./drift/ignore";
import type { ListenAddress } from "./drift/metrics";
import type { Report } from "./drift/report";
import { pathInRepository } from "./drift/repository";
import { Clients } from "./drift/tenants";
import { watch } from "./drift/watch";
import { json, print, printColoured } from "./output";
import { assertWritable, writeOutput } from "./outputFile";
import { withProgress } from "./progress";
import { projectFile } from "./workspace";

export const formats = ["text", "json", "markdown", "sarif", "junit"] as const;
export type Format = (typeof formats)[number];

/** A format, and the file that it goes to: standard output where there is none. */
export interface Output {
  readonly format: Format;
  file?: string;
}

export interface DriftOptions {
  readonly stack?: string;
  readonly state?: string;
  readonly expiryDays: number;
  readonly failOn: readonly FindingClass[];
  readonly ignore?: string;
  readonly watch?: number;
  readonly metrics?: ListenAddress;
}

export const defaultFailOn: readonly FindingClass[] = ["changed", "missing", "unusable"];

/** @returns the exit code: 0 for nothing that fails, 2 for findings that do */
export async function drift(
  options: DriftOptions,
  outputs: readonly Output[],
  version: string,
): Promise<number> {
  const checkOptions: CheckOptions = {
    stack: options.stack,
    state: options.state,
    expiryDays: options.expiryDays,
    failOn: options.failOn,
    rules: options.ignore === undefined ? [] : readRules(options.ignore),
  };
  if (options.watch !== undefined) {
    if (options.state === "-")
      throw new CommandError("--watch can't read standard input again: name a stack or a file.");
    const clients = new Clients();
    return watch(() => check(checkOptions, clients), {
      everySeconds: options.watch,
      metrics: options.metrics,
    });
  }
  if (options.metrics !== undefined) throw new CommandError("--metrics goes with --watch.");
  // A check can take long.
  for (const { file } of outputs) if (file !== undefined) assertWritable(file);
  const begun = Date.now();
  const report = await withProgress(
    () => "Comparing",
    () => check(checkOptions),
  );
  const seconds = (Date.now() - begun) / 1000;
  for (const { format, file } of outputs.length > 0
    ? outputs
    : [{ format: "text" as const, file: undefined }]) {
    if (file !== undefined) writeOutput(file, formatted(report, format, { version, seconds }));
    else if (format === "text" && process.stdout.isTTY && process.env.NO_COLOR === undefined)
      printColoured(asText(report, true).trimEnd());
    else print(formatted(report, format, { version, seconds }).trimEnd());
  }
  return report.failed ? 2 : 0;
}

function formatted(
  report: Report,
  format: Format,
  { version, seconds }: { version: string; seconds: number },
): string {
  switch (format) {
    case "text":
      return asText(report, false);
    case "json":
      return json(report);
    case "markdown":
      return asMarkdown(report);
    case "sarif":
      return asSarif(report, version, projectOf(process.cwd()));
    case "junit":
      return asJunit(report, seconds);
  }
}

function projectOf(folder: string): Project {
  const file = projectFile(folder);
  return file === undefined
    ? { path: pathInRepository(folder), file: "Pulumi.yaml" }
    : { path: pathInRepository(dirname(file)), file: basename(file) };
}

function readRules(file: string): IgnoreRule[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new CommandError(`Could not read the rules to ignore from ${file}: ${systemReason(error)}.`);
  }
  return parseIgnoreRules(text, file);
}

/** @throws CommandError naming the classes that there are */
export function parseClasses(list: string): FindingClass[] {
  const classes = list
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  const wrong = classes.filter((name) => !findingClassNames.includes(name as FindingClass));
  if (wrong.length === 0) return classes as FindingClass[];
  throw new CommandError(`There is no class ${wrong.join(", ")}, only ${findingClassNames.join(", ")}.`);
}
