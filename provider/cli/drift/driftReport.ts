/** The report of a check, which every format prints. */
import { unreadableNote } from "../health/idpHealth";
import type { StackName } from "../stack/stateResource";
import { inLanguage, type ProgramLanguage } from "../../engine/programLanguage";
import { groupedBy } from "../../values";
import { counted } from "../io/layout";
import { type Finding, ownRemedy, type ReportedFinding } from "./finding";
import { type FindingClass, findingClasses, findingClassNames } from "../health/findingClasses";
import type { IgnoreResult } from "./ignoreRules";

/** Version of the format, which `drift-report.schema.json` describes. */
export const reportVersion = 1 as const;

export interface DriftReport extends IgnoreResult {
  readonly version: typeof reportVersion;
  /** When the check was made: ISO 8601. */
  readonly checkedAt: string;
  /** `null` if the state is empty: it does not name the stack then. */
  readonly stack: StackName | null;
  /** The language of the program, as which remedies write keys and code: `typescript` with the npm package, `nodejs` with the SDK of the plugin. */
  readonly language: ProgramLanguage;
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
  readonly baseline?: BaselineComparison;
}

/** How the check compares with an earlier one. */
export interface BaselineComparison {
  /** When the earlier check was made: ISO 8601. */
  readonly checkedAt: string;
  /** Whether only new findings fail the check. */
  readonly failOnNew: boolean;
  /** The findings of then that are no longer found. */
  readonly resolved: readonly ReportedFinding[];
  /** The findings of then that may or may not be gone, because something could not be read. */
  readonly unconfirmed: readonly ReportedFinding[];
}

/**
 * Returns the findings grouped by connector, in the order of each group's first. Two tenants may have one with the same ID, as a
 * copy from a backup has.
 */
export function byConnector({
  findings,
}: Pick<DriftReport, "findings">): [ReportedFinding, ...ReportedFinding[]][] {
  return [...groupedBy(findings, ({ tenant, connector }) => `${tenant} ${connector.id}`).values()];
}

/** Returns when a check was made, such as `2026-11-24, 12:00 UTC`. */
export function timeOf({ checkedAt }: Pick<DriftReport, "checkedAt">): string {
  return `${checkedAt.slice(0, 10)}, ${checkedAt.slice(11, 16)} UTC`;
}

/** Whether a finding makes the check fail. */
export function failsCheck(
  { failOn, baseline }: Pick<DriftReport, "failOn" | "baseline">,
  finding: ReportedFinding,
): boolean {
  return failOn.includes(finding.class) && (baseline?.failOnNew !== true || finding.isNew === true);
}

/** Returns how many of some findings make the check fail. */
export function failingOf(
  report: Pick<DriftReport, "failOn" | "baseline">,
  findings: readonly ReportedFinding[],
): number {
  return findings.filter((finding) => failsCheck(report, finding)).length;
}

export interface ClassFindings {
  readonly class: FindingClass;
  readonly findings: readonly ReportedFinding[];
  /** What to do about the class. */
  readonly remedy: string;
  /** The worst of them. */
  readonly severity: Finding["severity"];
  /** How many of them fail the check. */
  readonly failing: number;
}

/**
 * Returns the findings by class, the worst first: classes that fail the check before those that do not, then errors before warnings,
 * then in the order of the documentation. Within a class: new ones first, then errors, then by connector and field.
 */
export function byClass(report: DriftReport): ClassFindings[] {
  const groups = findingClassNames.flatMap((name): ClassFindings[] => {
    const findings = report.findings.filter((finding) => finding.class === name).sort(inOrder);
    if (findings.length === 0) return [];
    const severity = findings.some((finding) => finding.severity === "error") ? "error" : "warning";
    const remedy = classRemedy(report, name);
    return [{ class: name, findings, remedy, severity, failing: failingOf(report, findings) }];
  });
  const rank = ({ severity, failing }: ClassFindings) =>
    (failing > 0 ? 0 : 2) + (severity === "error" ? 0 : 1);
  return groups.sort((a, b) => rank(a) - rank(b));
}

/** Returns a text such as `3 findings, 2 of which fail the check`. */
export function countOf({
  findings: { length },
  failing,
}: Pick<ClassFindings, "findings" | "failing">): string {
  const some = failing < length ? `${failing} of which` : length === 1 ? "which" : "all of which";
  const note = failing === 0 ? "" : `, ${some} ${failing === 1 ? "fails" : "fail"} the check`;
  return `${counted(length, "finding")}${note}`;
}

/** Returns what to do about a class, as users of the program's language read it. */
export function classRemedy({ language }: Pick<DriftReport, "language">, name: FindingClass): string {
  return inLanguage(language, findingClasses[name].remedy);
}

interface RemedyFindings {
  readonly remedy: string;
  readonly findings: readonly [ReportedFinding, ...ReportedFinding[]];
}

/** Returns the findings of a class by what to do about them, so that it is said once. */
export function byRemedy({ remedy: general, findings }: ClassFindings): RemedyFindings[] {
  return [...groupedBy(findings, (finding) => ownRemedy(finding, general) ?? general)].map(
    ([remedy, group]) => ({
      // Of a single one, with the ID of its connector.
      remedy: group.length === 1 ? group[0].remedy : remedy,
      findings: group,
    }),
  );
}

function inOrder(a: ReportedFinding, b: ReportedFinding): number {
  const keys = ({ isNew = false, severity, connector, path = "" }: ReportedFinding) => [
    isNew ? "" : "known",
    severity,
    connector.name,
    connector.id,
    path,
  ];
  const [first, second] = [keys(a), keys(b)];
  const differing = first.findIndex((key, index) => key !== second[index]);
  return collator.compare(first[differing] ?? "", second[differing] ?? "");
}

/** Made once, as `localeCompare` with a locale makes a collator for each comparison. `acme-2` is before `acme-10`. */
const collator = new Intl.Collator("en", { numeric: true });

/** Returns a text such as `3 findings in 200 connectors of the stack; 2 fail the check.` */
export function summaryOf(report: DriftReport): string {
  const { length } = report.findings;
  const result =
    length === 0
      ? `Nothing found in ${comparedBy(report)}.`
      : `${counted(length, "finding")} in ${comparedBy(report)}; ${verdictOf(length, failingOf(report, report.findings))} the check.`;
  return [result, ...historyOf(report), ...notesOf(report)].join(" ");
}

/** Returns a text such as `2 fail`. */
function verdictOf(findings: number, failing: number): string {
  if (findings === 1) return failing === 1 ? "it fails" : "it does not fail";
  if (failing === 0) return "none fails";
  if (failing === findings) return "all fail";
  return `${failing} ${failing === 1 ? "fails" : "fail"}`;
}

/** Returns a text such as `200 connectors and 2 other resources of the stack`. */
export function comparedBy(report: DriftReport): string {
  const others = sumOf(report, "otherResources");
  const connectors = counted(sumOf(report, "connectors"), "connector");
  return `${connectors}${others === 0 ? "" : ` and ${counted(others, "other resource")}`} of the stack`;
}

/** Returns whether a finding is new since the baseline. Empty if there is none. */
export function newness({ isNew }: ReportedFinding): "new" | "still there" | "" {
  if (isNew === undefined) return "";
  return isNew ? "new" : "still there";
}

/** Returns how old a finding is, such as `new` or `since 2026-11-24`. Empty if there is no baseline. */
export function ageOf(finding: ReportedFinding): string {
  const { firstSeen } = finding;
  const state = newness(finding);
  return state === "still there" && firstSeen !== undefined ? `since ${firstSeen.slice(0, 10)}` : state;
}

/** Returns a text such as `changed`, `changed (new)` or `changed (since 2026-11-24)`. */
export function classAndAge(finding: ReportedFinding): string {
  const age = ageOf(finding);
  return age === "" ? finding.class : `${finding.class} (${age})`;
}

/** Returns a sentence such as `Since 2026-11-24, 12:00 UTC: 1 new, 2 still there, 1 resolved.`, if the check was compared with an earlier one. */
export function historyOf({ baseline, findings }: DriftReport): string[] {
  if (baseline === undefined) return [];
  const { resolved, unconfirmed } = baseline;
  const fresh = findings.filter(({ isNew }) => isNew === true).length;
  const counts = [`${fresh} new`, `${findings.length - fresh} still there`, `${resolved.length} resolved`];
  const rest = unconfirmed.length === 0 ? [] : [`${unconfirmed.length} not checked again`];
  return [`Since ${timeOf(baseline)}: ${[...counts, ...rest].join(", ")}.`];
}

/** How much of the stack a check could not read. */
interface Unread {
  readonly connectors: number;
  readonly resources: number;
  /** How many connectors were probed without a result. */
  readonly undetermined: number;
}

export function unreadOf(report: DriftReport): Unread {
  const findings = [...report.findings, ...report.ignored.map(({ finding }) => finding)];
  return {
    connectors: sumOf(report, "unreadable"),
    resources: findings.filter(({ class: name }) => name === "unchecked").length,
    undetermined: sumOf(report, "undetermined"),
  };
}

/** Whether the identity providers were asked. */
export function wasProbed({ tenants }: DriftReport): boolean {
  return tenants.some(({ probed }) => probed !== undefined);
}

/** Returns notes on what the check could not find out. */
export function notesOf(report: DriftReport): string[] {
  const notes = [
    unreadableNote(sumOf(report, "unreadable")),
    undeterminedNote(sumOf(report, "undetermined")),
  ];
  return notes.filter((note) => note !== "");
}

function sumOf(
  { tenants }: DriftReport,
  key: "connectors" | "otherResources" | "unreadable" | "undetermined",
): number {
  return tenants.reduce((total, tenant) => total + (tenant[key] ?? 0), 0);
}

/** Returns a note on what the probes left open. Empty for 0. */
function undeterminedNote(count: number): string {
  if (count === 0) return "";
  return (
    `Whether ${counted(count, "connector")} ${count === 1 ? "has" : "have"} credentials that the identity provider accepts ` +
    "is not known: `logto-sso doctor --probe` says why."
  );
}
