/** A finding in words, for a terminal and for logs. Pure. */
import { printable, quote } from "../../../untrustedText";
import { classAndAge, type DriftReport } from "../driftReport";
import { type Finding, kindAndName, type ReportedFinding } from "../finding";
import { type ProjectLocation, sourcePlace } from "../projectLocation";

/** Returns the connector that a finding is about, such as `"Acme" (x7k2mq0dv9ta)`. */
export function subjectText(
  { connector: { name, id, urn }, source, tenant }: ReportedFinding,
  { tenants }: DriftReport,
  place?: string,
): string {
  // Where the state does not say where a resource is declared, its name does.
  const where = place ?? (source === undefined && urn !== null ? kindAndName(urn) : undefined);
  const other = tenants.length > 1 && id !== tenant ? tenant : undefined;
  const parts = [id, where, other].filter((part) => part !== undefined);
  return `${quote(name)} (${printable(parts.join(", "))})`;
}

/** Returns the place where the program declares the resource, such as `infra/sso/index.ts:12`. */
export function placeText({ source }: Finding, project: ProjectLocation): string | undefined {
  return source && printable(sourcePlace(project, source));
}

/** Returns a text such as `changed (new): "Acme" (x7k2mq0dv9ta): syncProfile is true, not false.`. */
export function sentenceOf(finding: ReportedFinding, report: DriftReport): string {
  return `${classAndAge(finding)}: ${subjectText(finding, report)}: ${printable(finding.message)}`;
}
