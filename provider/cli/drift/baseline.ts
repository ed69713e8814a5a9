/** The report of an earlier check, with which a check is compared: what is new, still there, resolved. */
import { isObject } from "../../values";
import { LogtoError } from "../../logto/errors";
import { parseJson } from "../../logto/response";
import { quote } from "../../untrustedText";
import { CommandError } from "../io/commandError";
import { readText } from "../io/files";
import { decisiveResult } from "../probe/probe";
import type { StackName } from "../stack/stateResource";
import { type Finding, identityOf, type ReportedFinding } from "./finding";
import { type FindingClass, isFindingClass, probedClasses } from "../health/findingClasses";
import type { CheckedTenant } from "./connectorFindings";
import { type BaselineComparison, type DriftReport, reportVersion } from "./driftReport";

export interface Baseline {
  readonly file: string;
  readonly checkedAt: string;
  readonly stack: StackName | null;
  /** The endpoints of its tenants. */
  readonly tenants: readonly string[];
  /** Its findings, with those that it could not tell to be gone. */
  readonly findings: readonly FindingOfBaseline[];
}

type FindingOfBaseline = ReportedFinding & Required<Pick<ReportedFinding, "firstSeen">>;

/** @throws CommandError if it is anything but a report of this version */
export function readBaseline(file: string): Baseline {
  const content = parseJson(textOf(file).replace(/^\ufeff/, ""));
  const invalid = (problem: string) =>
    new CommandError(
      `${file} is not a baseline: ${problem}. Make one with \`logto-sso drift --format json --output FILE\`.`,
    );
  if (content === undefined) throw invalid("it is not valid JSON");
  if (!isObject(content) || content.version === undefined)
    throw invalid("it is no report of a check for drift");
  const { version, checkedAt, stack, tenants, findings, baseline } = content;
  if (version !== reportVersion) {
    throw invalid(
      `its version is ${JSON.stringify(version).slice(0, 40)}, but this version of logto-sso reads ${reportVersion}`,
    );
  }
  if (!isTime(checkedAt)) throw invalid("it does not say when the check was made");
  if (stack !== null && !isStack(stack)) throw invalid("it does not say of which stack it is");
  if (!Array.isArray(tenants) || !tenants.every(isTenant)) throw invalid("it has no list of tenants");
  const unconfirmed = isObject(baseline) ? baseline.unconfirmed : [];
  const all = [findings, unconfirmed].flat();
  if (!Array.isArray(findings) || !all.every(isFinding)) {
    throw invalid("it has no list of findings, or one that this version of logto-sso does not know");
  }
  return {
    file,
    checkedAt,
    stack,
    tenants: tenants.map(({ endpoint }) => endpoint),
    findings: all.map((finding) => withAge(finding, checkedAt)),
  };
}

function textOf(file: string): string {
  try {
    return readText(file, "the baseline");
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new CommandError(`${error.message} If there is no earlier report yet, leave out --baseline.`);
  }
}

function isTime(value: unknown): value is string {
  return typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:/.test(value);
}

function isStack(value: unknown): value is StackName {
  return isObject(value) && typeof value.project === "string" && typeof value.name === "string";
}

function isTenant(value: unknown): value is DriftReport["tenants"][number] {
  return isObject(value) && typeof value.endpoint === "string";
}

function isFinding(value: unknown): value is ReportedFinding {
  if (!isObject(value) || !isObject(value.connector) || !isFindingClass(value.class)) return false;
  const { name, id, urn } = value.connector;
  const texts = [value.message, value.remedy, value.tenant, name, id, urn ?? ""];
  const optional = [value.path ?? "", value.domain ?? ""];
  if (value.firstSeen !== undefined && !isTime(value.firstSeen)) return false;
  return [...texts, ...optional].every((text) => typeof text === "string") && isSeverity(value.severity);
}

/** Removes whether it was new in the baseline, and adds when it was found first. */
function withAge({ isNew, ...finding }: ReportedFinding, checkedAt: string): FindingOfBaseline {
  return { ...finding, firstSeen: finding.firstSeen ?? checkedAt };
}

function isSeverity(value: unknown): boolean {
  return value === "error" || value === "warning";
}

/**
 * @param endpoints the endpoints of the tenants that are about to be read
 * @throws CommandError if the baseline is of something else: everything would be new then, and everything old resolved
 */
export function assertComparable(
  { file, stack: before, tenants }: Baseline,
  now: StackName | undefined,
  endpoints: readonly string[],
): void {
  const advice = "Choose the baseline that belongs to it, or make a new one by a check without --baseline.";
  // An empty state names no stack.
  if (before !== null && now !== undefined && (before.project !== now.project || before.name !== now.name)) {
    const name = (stack: StackName) => quote(`${stack.project}/${stack.name}`);
    throw new CommandError(
      `The baseline ${file} is of the stack ${name(before)}, and this check is of ${name(now)}. ${advice}`,
    );
  }
  if (tenants.some((endpoint) => endpoints.includes(endpoint))) return;
  throw new CommandError(
    `The baseline ${file} is of the tenant ${tenants.join(", ")}, and this check is of ${endpoints.join(", ")}. ${advice}`,
  );
}

interface Compared {
  readonly findings: readonly ReportedFinding[];
  readonly baseline: Pick<BaselineComparison, "checkedAt" | "resolved" | "unconfirmed">;
}

/**
 * @param findings those that are reported
 * @param all those that are ignored as well
 * @param checkedAt when this check is made: ISO 8601
 */
export function compareWithBaseline(
  baseline: Baseline,
  findings: readonly ReportedFinding[],
  all: readonly ReportedFinding[],
  checked: readonly CheckedTenant[],
  checkedAt: string,
): Compared {
  const before = new Map(baseline.findings.map((finding) => [identityOf(finding), finding.firstSeen]));
  const now = new Set(all.map(identityOf));
  const gone = baseline.findings.filter((finding) => !now.has(identityOf(finding)));
  const isResolved = (finding: ReportedFinding) => {
    const read = checked.find(({ tenant }) => tenant.endpoint === finding.tenant);
    if (read === undefined) return true;
    const ofTenant = all.filter(({ tenant }) => tenant === finding.tenant);
    return wouldFind(finding, read, ofTenant);
  };
  return {
    findings: findings.map((finding) => {
      const firstSeen = before.get(identityOf(finding));
      return { ...finding, isNew: firstSeen === undefined, firstSeen: firstSeen ?? checkedAt };
    }),
    baseline: {
      checkedAt: baseline.checkedAt,
      resolved: gone.filter(isResolved),
      unconfirmed: gone.filter((finding) => !isResolved(finding)),
    },
  };
}

/** Whether the check would have found this if it were still there. What could not be read is not resolved. */
function wouldFind(finding: Finding, checked: CheckedTenant, findings: readonly Finding[]): boolean {
  const { id, urn } = finding.connector;
  const ofConnector = findings.filter(({ connector }) => connector.id === id);
  const isUnchecked = ofConnector.some((other) => other.class === "unchecked" && other.connector.urn === urn);
  if (checked.tenant.unread.has(id) || isUnchecked) return false;
  const condition = probedClasses.has(finding.class) ? wasProbed : conditions[finding.class];
  return condition?.(id, checked, ofConnector) ?? true;
}

/** @param id the ID of the connector */
type Condition = (id: string, checked: CheckedTenant, ofConnector: readonly Finding[]) => boolean;

const wasProbed: Condition = (id, { tenant, probes }) => {
  if (!tenant.connectors.some((connector) => connector.id === id)) return true;
  const probe = probes?.get(id);
  return probe === undefined ? probes !== undefined : decisiveResult(probe).meaning !== "unknown";
};
const wasReached: Condition = (_id, _checked, ofConnector) =>
  !ofConnector.some((finding) => finding.class === "idp-unreachable");
const wereAllRead: Condition = (_id, { tenant }) => tenant.unreadable === 0;
const wereKeysRead: Condition = (id, { resources }) => !(resources.keys.get(id) instanceof LogtoError);

/** The condition without which a check does not find what is of a class, besides what only a probe finds. */
const conditions: Readonly<Partial<Record<FindingClass, Condition>>> = {
  unmanaged: wereAllRead,
  "domain-conflict": wereAllRead,
  "certificate-expiring": wasReached,
  "certificate-invalid": wasReached,
  "signing-key-expiring": wereKeysRead,
  "signing-key-unmanaged": wereKeysRead,
};
