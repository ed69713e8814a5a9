import { createColors } from "picocolors";
import { visible } from "../../output";
import { byConnector, type Report, summaryOf } from "../report";

/** For people. */
export function asText(report: Report, colours: boolean): string {
  const { bold, dim, red, yellow, green } = createColors(colours);
  const lines = byConnector(report).flatMap((findings) => {
    const { name, id, urn } = findings[0].connector;
    return [
      bold(`${visible(JSON.stringify(name))} (${id})`) + dim(urn === null ? "" : ` ${visible(urn)}`),
      ...findings.flatMap((finding) => [
        `  ${finding.severity === "error" ? red(finding.class) : yellow(finding.class)}: ${visible(finding.message)}`,
        dim(`    ${finding.remedy}`),
      ]),
      "",
    ];
  });
  return [
    ...lines,
    ...report.ignored.map(({ finding, reason }) =>
      dim(
        `Ignored: ${finding.class} of ${visible(JSON.stringify(finding.connector.name))}${finding.path === undefined ? "" : ` at ${finding.path}`}: ${visible(reason)}`,
      ),
    ),
    ...report.unusedRules.map(({ reason }) =>
      yellow(`A rule to ignore fits nothing any more, take it out: ${visible(reason)}`),
    ),
    report.findings.length === 0 ? green(summaryOf(report)) : summaryOf(report),
    "",
  ].join("\n");
}
