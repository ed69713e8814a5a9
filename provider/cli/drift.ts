/** `logto-sso drift`: what is not as the code says. It only reads. */
import { readFileSync, writeFileSync } from "node:fs";
import { CommandError } from "./errors";
import { check, type CheckOptions } from "./drift/check";
import { type FindingClass, findingClassNames } from "./drift/findings";
import { asJunit } from "./drift/formats/junit";
import { asMarkdown } from "./drift/formats/markdown";
import { asSarif } from "./drift/formats/sarif";
import { asText } from "./drift/formats/text";
import { type IgnoreRule, parseIgnoreRules } from "./drift/ignore";
import type { Report } from "./drift/report";
import { watch } from "./drift/watch";
import { print } from "./output";
import { withProgress } from "./progress";

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
  readonly metrics?: string;
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
    await watch(() => check(checkOptions), { everySeconds: options.watch, metrics: options.metrics });
    return 0;
  }
  if (options.metrics !== undefined) throw new CommandError("--metrics goes with --watch.");
  const begun = Date.now();
  const report = await withProgress(
    () => "Comparing",
    () => check(checkOptions),
  );
  for (const { format, file } of outputs.length > 0
    ? outputs
    : [{ format: "text" as const, file: undefined }]) {
    const text = formatted(report, format, {
      version,
      seconds: (Date.now() - begun) / 1000,
      colours: file === undefined && process.stdout.isTTY && process.env.NO_COLOR === undefined,
    });
    if (file === undefined) print(text.trimEnd());
    else writeFileSync(file, text);
  }
  return report.failed ? 2 : 0;
}

function formatted(
  report: Report,
  format: Format,
  { version, seconds, colours }: { version: string; seconds: number; colours: boolean },
): string {
  switch (format) {
    case "text":
      return asText(report, colours);
    case "json":
      return JSON.stringify(report, undefined, 2);
    case "markdown":
      return asMarkdown(report);
    case "sarif":
      return asSarif(report, version);
    case "junit":
      return asJunit(report, seconds);
  }
}

function readRules(file: string): IgnoreRule[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new CommandError(`Could not read the rules to ignore: ${(error as Error).message}.`);
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
