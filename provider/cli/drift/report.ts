/** The report of a check, which every format prints. */
import { unreadableNote } from "../idpHealth";
import { counted } from "../text";
import type { Finding, FindingClass } from "./finding";
import type { IgnoreResult } from "./ignore";

export interface Report extends IgnoreResult {
  /** Version of the format, which `drift-report.schema.json` describes. */
  readonly version: 1;
  /** When the check was made: ISO 8601. */
  readonly checkedAt: string;
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

/** Such as `3 findings, 2 of which fail the check, in 200 connectors of the stack.` */
export function summaryOf({ findings, failOn, tenants }: Report): string {
  const failing = findings.filter((finding) => failOn.includes(finding.class)).length;
  const found =
    findings.length === 0
      ? "Nothing found"
      : `${counted(findings.length, "finding")}, ${failing} of which ${failing === 1 ? "fails" : "fail"} the check,`;
  const sum = (key: "connectors" | "otherResources" | "unreadable" | "undetermined") =>
    tenants.reduce((total, tenant) => total + (tenant[key] ?? 0), 0);
  const others = sum("otherResources");
  const compared =
    counted(sum("connectors"), "connector") +
    (others === 0 ? "" : ` and ${counted(others, "other resource")}`);
  const notes = [unreadableNote(sum("unreadable")), undeterminedNote(sum("undetermined"))];
  return [`${found} in ${compared} of the stack.`, ...notes.filter((note) => note !== "")].join(" ");
}

/** What the probes left open. Empty for 0. */
function undeterminedNote(count: number): string {
  if (count === 0) return "";
  return (
    `Whether ${counted(count, "connector")} ${count === 1 ? "has" : "have"} credentials that the identity provider accepts ` +
    "is not known: `logto-sso doctor --probe` says why."
  );
}
