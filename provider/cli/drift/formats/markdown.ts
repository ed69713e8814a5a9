import { type Report, summaryOf } from "../report";

/** For the summary of a job, or an issue. */
export function asMarkdown(report: Report): string {
  const rows = report.findings.map(({ class: kind, connector, message, remedy }) =>
    [kind, `${connector.name} (${connector.id})`, message, remedy].map(cell).join(" | "),
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
        `- Ignored: ${finding.class} of ${cell(finding.connector.name)}: ${cell(reason)}`,
    ),
    ...report.unusedRules.map(({ reason }) => `- This rule to ignore fits nothing any more: ${cell(reason)}`),
    "",
  ].join("\n");
}

/** Names and values are other people's text, which must not become markup. */
function cell(text: string): string {
  return text.replace(/[\\`*_[\]<>|#~@!]/g, (sign) => `&#${sign.codePointAt(0) ?? 0};`).replace(/\s+/g, " ");
}
