import { createColors } from "picocolors";
import { printable, quote } from "../../../untrustedText";
import { byConnector, type Report, summaryOf } from "../report";

/** For people. */
export function asText(report: Report, colours: boolean): string {
  const { bold, dim, red, yellow, green } = createColors(colours);
  const lines = byConnector(report).flatMap((findings) => {
    const { name, id, urn } = findings[0].connector;
    return [
      bold(`${quote(name)} (${printable(id)})`) + dim(urn === null ? "" : ` ${printable(urn)}`),
      ...findings.flatMap((finding) => [
        `  ${finding.severity === "error" ? red(finding.class) : yellow(finding.class)}: ${printable(finding.message)}`,
        dim(`    ${printable(finding.remedy)}`),
      ]),
      "",
    ];
  });
  return [
    ...lines,
    ...report.ignored.map(({ finding, reason }) =>
      dim(
        `Ignored: ${finding.class} of ${quote(finding.connector.name)}${finding.path === undefined ? "" : ` at ${printable(finding.path)}`}: ${printable(reason)}`,
      ),
    ),
    ...report.unusedRules.map(({ reason }) =>
      yellow(`A rule to ignore fits nothing any more, take it out: ${printable(reason)}`),
    ),
    report.findings.length === 0 ? green(summaryOf(report)) : summaryOf(report),
    "",
  ].join("\n");
}
