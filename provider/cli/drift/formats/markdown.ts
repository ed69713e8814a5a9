import { codeSpan } from "../../../untrustedText";
import { type Report, summaryOf } from "../report";

/** For the summary of a job, or an issue. What is other people's text stands in code spans, which nothing gets out of. */
export function asMarkdown(report: Report): string {
  const rows = report.findings.map(({ class: kind, connector: { name, id }, message, remedy }) =>
    [kind, `${codeSpan(name)} (${codeSpan(id)})`, codeSpan(message), remedy].join(" | "),
  );
  return [
    `## Drift of SSO connectors: ${report.failed ? "failed" : "passed"}`,
    "",
    summaryOf(report),
    "",
    ...(rows.length === 0
      ? []
      : [
          "| Finding | Connector | What | What to do |",
          "| --- | --- | --- | --- |",
          ...rows.map((row) => `| ${row} |`),
          "",
        ]),
    ...report.ignored.map(
      ({ finding, reason }) =>
        `- Ignored: ${finding.class} of ${codeSpan(finding.connector.name)}: ${codeSpan(reason)}`,
    ),
    ...report.unusedRules.map(
      ({ reason }) => `- This rule to ignore fits nothing any more: ${codeSpan(reason)}`,
    ),
    "",
  ].join("\n");
}
