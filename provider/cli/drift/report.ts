/** The report of a check, which every format prints. */
import { unreadableNote } from "../idpHealth";
import type { StackName } from "../stateResource";
import { counted } from "../text";
import { type Finding, type FindingClass, findingClassNames, type ReportedFinding } from "./finding";
import type { IgnoreResult } from "./ignore";

export interface Report extends IgnoreResult {
  /** Version of the format, which `drift-report.schema.json` describes. */
  readonly version: 1;
  /** When the check was made: ISO 8601. */
  readonly checkedAt: string;
  /** `null` if the state is empty: it does not name the stack then. */
  readonly stack: StackName | null;
  readonly tenants: readonly {
    readonly endpoint: string;
    /** How many connectors of the tenant the stack manages. */
    readonly connectors: number;
    /** How many other resources of this package the stack manages there. */
    readonly otherResources: number;
    /** How many connectors of the tenant Logto cannot return, as their identity providers do not answer it. */
    readonly unreadable: number;
    /** Of how many connectors the identity providers were asked, if they were. */
    readonly probed?: number;
    /** Of how many of these nothing followed from the answers. */
    readonly undetermined?: number;
    /** How many requests the check sent to the tenant. */
    readonly requests: number;
  }[];
  /** Whether any finding fails the check. */
  readonly failed: boolean;
  readonly failOn: readonly FindingClass[];
}

/** The findings grouped by connector. */
export function byConnector({ findings }: Report): [Finding, ...Finding[]][] {
  const groups = new Map<string, [Finding, ...Finding[]]>();
  for (const finding of findings) {
    const group = groups.get(finding.connector.id);
    if (group === undefined) groups.set(finding.connector.id, [finding]);
    else group.push(finding);
  }
  return [...groups.values()];
}

/** When the check was made, for people: such as `2026-11-24, 12:00 UTC`. */
export function timeOf({ checkedAt }: Pick<Report, "checkedAt">): string {
  return `${checkedAt.slice(0, 10)}, ${checkedAt.slice(11, 16)} UTC`;
}

/** Whether a finding makes the check fail. */
export function failsCheck({ failOn }: Pick<Report, "failOn">, finding: Finding): boolean {
  return failOn.includes(finding.class);
}

/** How many of some findings make the check fail. */
export function failingOf(report: Report, findings: readonly Finding[]): number {
  return findings.filter((finding) => failsCheck(report, finding)).length;
}

export interface ClassFindings {
  readonly class: FindingClass;
  readonly findings: readonly ReportedFinding[];
  /** The worst of them. */
  readonly severity: Finding["severity"];
  /** How many of them fail the check. */
  readonly failing: number;
}

/**
 * The findings by class, the worst first: classes that fail the check before those that do not, then errors before warnings,
 * then in the order of the documentation. Within a class: errors first, then by connector and field.
 */
export function byClass(report: Report): ClassFindings[] {
  const groups = findingClassNames.flatMap((name): ClassFindings[] => {
    const findings = report.findings.filter((finding) => finding.class === name).sort(inOrder);
    const [worst] = findings;
    if (worst === undefined) return [];
    return [{ class: name, findings, severity: worst.severity, failing: failingOf(report, findings) }];
  });
  const rank = ({ severity, failing }: ClassFindings) =>
    (failing > 0 ? 0 : 2) + (severity === "error" ? 0 : 1);
  return groups.sort((a, b) => rank(a) - rank(b));
}

function inOrder(a: Finding, b: Finding): number {
  const keys = ({ severity, connector, path = "" }: Finding) => [
    severity,
    connector.name,
    connector.id,
    path,
  ];
  const [first, second] = [keys(a), keys(b)];
  const differing = first.findIndex((key, index) => key !== second[index]);
  return collator.compare(first[differing] ?? "", second[differing] ?? "");
}

/** Made once: `localeCompare` with a locale makes one for each comparison. */
const collator = new Intl.Collator("en");

/** Such as `3 findings, 2 of which fail the check, in 200 connectors of the stack.` */
export function summaryOf(report: Report): string {
  return [`${resultOf(report)} in ${comparedBy(report)}.`, ...notesOf(report)].join(" ");
}

/** Such as `3 findings, 2 of which fail the check,`. */
function resultOf(report: Report): string {
  const { findings } = report;
  if (findings.length === 0) return "Nothing found";
  const failing = failingOf(report, findings);
  return `${counted(findings.length, "finding")}, ${failing} of which ${failing === 1 ? "fails" : "fail"} the check,`;
}

/** Such as `200 connectors and 2 other resources of the stack`. */
export function comparedBy(report: Report): string {
  const others = sumOf(report, "otherResources");
  const connectors = counted(sumOf(report, "connectors"), "connector");
  return `${connectors}${others === 0 ? "" : ` and ${counted(others, "other resource")}`} of the stack`;
}

/** What the check could not find out. */
export function notesOf(report: Report): string[] {
  const notes = [
    unreadableNote(sumOf(report, "unreadable")),
    undeterminedNote(sumOf(report, "undetermined")),
  ];
  return notes.filter((note) => note !== "");
}

function sumOf(
  { tenants }: Report,
  key: "connectors" | "otherResources" | "unreadable" | "undetermined",
): number {
  return tenants.reduce((total, tenant) => total + (tenant[key] ?? 0), 0);
}

/** What the probes left open. Empty for 0. */
function undeterminedNote(count: number): string {
  if (count === 0) return "";
  return (
    `Whether ${counted(count, "connector")} ${count === 1 ? "has" : "have"} credentials that the identity provider accepts ` +
    "is not known: `logto-sso doctor --probe` says why."
  );
}
