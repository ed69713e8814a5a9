import { createColors } from "picocolors";
import { printable, quote } from "../../../untrustedText";
import { byConnector, type Report, summaryOf } from "../report";

/** Text for a terminal. */
export function asText(report: Report, colors: boolean): string {
  const { bold, dim, red, yellow, green } = createColors(colors);
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
    ...report.unusedRules.map(({ reason }) => yellow(`Unused ignore rule, remove it: ${printable(reason)}`)),
    report.findings.length === 0 ? green(summaryOf(report)) : summaryOf(report),
    "",
  ].join("\n");
}
