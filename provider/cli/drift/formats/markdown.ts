import { codeSpan } from "../../../untrustedText";
import { type Report, summaryOf } from "../report";

/** Markdown for a job summary or an issue. Text from Logto is in code spans, so that nothing in it is markup. */
export function asMarkdown(report: Report): string {
  const rows = report.findings.map(({ class: name, connector, message, remedy }) =>
    [name, `${codeSpan(connector.name)} (${codeSpan(connector.id)})`, codeSpan(message), remedy].join(" | "),
  );
  return [
    `## Drift of SSO connectors: ${report.failed ? "failed" : "passed"}`,
    "",
    summaryOf(report),
    "",
    ...(rows.length === 0
      ? []
      : [
          "| Finding | Connector | Message | Remedy |",
          "| --- | --- | --- | --- |",
          ...rows.map((row) => `| ${row} |`),
          "",
        ]),
    ...report.ignored.map(
      ({ finding, reason }) =>
        `- Ignored: ${finding.class} of ${codeSpan(finding.connector.name)}: ${codeSpan(reason)}`,
    ),
    ...report.unusedRules.map(({ reason }) => `- Unused ignore rule: ${codeSpan(reason)}`),
    "",
  ].join("\n");
}
