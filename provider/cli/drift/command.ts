/** `logto-sso drift`: reports drift between Logto and the stack. Read-only. */
import { readBaseline } from "./baseline";
import { check, type CheckOptions } from "./check";
import { type FindingClass, findingClassNames, isFindingClass } from "../health/findingClasses";
import { asGithub } from "./formats/github";
import { asHtml } from "./formats/html";
import { asJunit } from "./formats/junit";
import { asMarkdown } from "./formats/markdown";
import { asSarif } from "./formats/sarif";
import { asText } from "./formats/text";
import { parseIgnoreRules } from "./ignoreRules";
import type { ListenAddress } from "./metrics";
import { currentLocation, type ProjectLocation } from "./projectLocation";
import type { DriftReport } from "./driftReport";
import { ClientCache } from "../tenant/tenants";
import { watch } from "./watch";
import { CommandError } from "../io/commandError";
import { assertWritable, repeatedOutput, readText, writeOutput } from "../io/files";
import { print, printAnnotations, printColored } from "../io/output";
import { withProgress } from "../io/progress";
import { type Terminal, terminalOf, terminalWith } from "../io/terminal";
import { json } from "../io/layout";

/** The facts that a format may need besides the report. */
interface FormatContext {
  readonly project: ProjectLocation;
  /** Of this package. */
  readonly version: string;
  /** How long the check took. */
  readonly seconds: number;
  /** Where text is printed. */
  readonly page: Terminal;
}

const formatters = {
  text: (report, { project, page }) => asText(report, project, page),
  json,
  markdown: (report, { project }) => asMarkdown(report, project),
  html: (report, { version, project }) => asHtml(report, project, version),
  sarif: (report, { version, project }) => asSarif(report, version, project),
  junit: (report, { seconds }) => asJunit(report, seconds),
  github: (report, { project }) => asGithub(report, project),
} as const satisfies Record<string, (report: DriftReport, context: FormatContext) => string>;

type ReportFormat = keyof typeof formatters;

/** Of formats of which more is left on standard output than plain text. */
const printers: Partial<Record<ReportFormat, (text: string) => void>> = {
  text: printColored,
  github: printAnnotations,
};

export const formats = Object.keys(formatters) as ReportFormat[];

export interface Output {
  readonly format: ReportFormat;
  /** `undefined` for standard output. */
  file?: string;
}

export interface DriftOptions extends Omit<CheckOptions, "rules" | "baseline"> {
  readonly ignore?: string;
  readonly baseline?: string;
  readonly watch?: number;
  readonly metrics?: ListenAddress;
}

/** The classes of what differs from the program, or stops people from signing in until somebody acts. */
export const defaultFailOn: readonly FindingClass[] = [
  "changed",
  "missing",
  "unusable",
  "not-served",
  "sso-disabled",
  "signing-key-expiring",
  "credentials-rejected",
  "redirect-not-registered",
  "sign-in-refused",
];

/** @returns the exit code: 0 if no finding fails the check, 2 if any does */
export async function drift(
  { ignore, baseline, metrics, watch: everySeconds, ...options }: DriftOptions,
  outputs: readonly Output[],
  version: string,
): Promise<number> {
  const checkOptions: CheckOptions = {
    ...options,
    rules: ignore === undefined ? [] : parseIgnoreRules(readText(ignore, "the ignore rules"), ignore),
    baseline: baseline === undefined ? undefined : readBaseline(baseline),
  };
  if (options.failOnNew === true && baseline === undefined) {
    throw new CommandError("--fail-on-new requires --baseline.");
  }
  if (everySeconds !== undefined) {
    if (options.state === "-") {
      throw new CommandError(
        "--watch cannot be used with --state -, as standard input can be read only once. Specify a stack or a file.",
      );
    }
    const clients = new ClientCache();
    return watch(() => check(checkOptions, clients), everySeconds, metrics);
  }
  if (metrics !== undefined) throw new CommandError("--metrics requires --watch.");
  // Before the check, which may take long.
  const files = outputs.flatMap(({ file }) => file ?? []);
  const repeated = repeatedOutput(files);
  if (repeated !== undefined)
    throw new CommandError(`Two --output are the file ${repeated}. Specify another file for each --format.`);
  for (const file of files) assertWritable(file);
  const startedAt = Date.now();
  const report = await withProgress("Comparing", () => check(checkOptions));
  const context = { project: currentLocation(), version, seconds: (Date.now() - startedAt) / 1000 };
  const requested: readonly Output[] = outputs.length > 0 ? outputs : [{ format: "text" }];
  for (const { format, file } of requested) {
    const page = await (file === undefined ? terminalOf(process.stdout) : terminalWith(undefined, false));
    const text = formatters[format](report, { ...context, page });
    if (file !== undefined) writeOutput(file, text);
    else (printers[format] ?? print)(text.trimEnd());
  }
  return report.failed ? 2 : 0;
}

/**
 * @param list classes separated by commas, or `none`
 * @throws CommandError listing the classes that exist
 */
export function parseClasses(list: string): FindingClass[] {
  const names = list.split(",").map((name) => name.trim());
  if (names.length === 1 && names[0] === "none") return [];
  const unknown = names.filter((name) => !isFindingClass(name));
  if (unknown.length === 0) return names.filter(isFindingClass);
  const shown = unknown.map((name) => (name === "" ? "(empty)" : name)).join(", ");
  throw new CommandError(
    `Unknown finding class: ${shown}. Allowed are ${findingClassNames.join(", ")}, separated by commas, or none alone.`,
  );
}
