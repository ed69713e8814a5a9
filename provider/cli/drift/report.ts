/** What one check found, as all formats tell it. */
import type { Finding, FindingClass } from "./findings";
import type { IgnoreRule, Sifted } from "./ignore";

export interface Report {
  /** Of this form, which is published as `drift-report.schema.json`. */
  readonly version: 1;
  /** When it was checked: ISO 8601. */
  readonly checkedAt: string;
  readonly tenants: readonly {
    readonly endpoint: string;
    /** Of the stack. */
    readonly connectors: number;
    /** Of the tenant, that can't be read: their identity providers do not answer Logto. */
    readonly unreadable: number;
    /** That the check took. */
    readonly requests: number;
  }[];
  /** Whether there is a finding of a class that fails. */
  readonly failed: boolean;
  readonly failOn: readonly FindingClass[];
  readonly findings: readonly Finding[];
  readonly ignored: Sifted["ignored"];
  readonly unusedRules: readonly IgnoreRule[];
}

/** The findings of each connector, of which each has one at least. */
export function byConnector({ findings }: Report): [Finding, ...Finding[]][] {
  const groups = new Map<string, [Finding, ...Finding[]]>();
  for (const finding of findings) {
    const group = groups.get(finding.connector.id);
    if (group === undefined) groups.set(finding.connector.id, [finding]);
    else group.push(finding);
  }
  return [...groups.values()];
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** `3 findings, 2 of which fail the check, in 200 connectors`. */
export function summaryOf({ findings, failOn, tenants }: Report): string {
  const failing = findings.filter((finding) => failOn.includes(finding.class)).length;
  const connectors = tenants.reduce((sum, tenant) => sum + tenant.connectors, 0);
  const found = findings.length === 0 ? "Nothing found" : counted(findings.length, "finding");
  const which =
    findings.length === 0 ? "" : `, ${failing} of which ${failing === 1 ? "fails" : "fail"} the check,`;
  const unreadable = tenants.reduce((sum, tenant) => sum + tenant.unreadable, 0);
  return `${found}${which} in ${counted(connectors, "connector")} of the stack.${unreadableNote(unreadable)}`;
}

/** Says what is not known; empty where all is. */
export function unreadableNote(count: number): string {
  if (count === 0) return "";
  return count === 1
    ? " 1 connector of the tenant could not be read: its identity provider does not answer Logto."
    : ` ${count} connectors of the tenant could not be read: their identity providers do not answer Logto.`;
}
