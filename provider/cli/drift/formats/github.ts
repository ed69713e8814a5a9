/**
 * Workflow commands, of which GitHub makes annotations at lines of the program. Text from elsewhere is in them twice escaped: as
 * everywhere, so that it controls neither a log nor a runner, and as values of a command.
 */
import { printable } from "../../../untrustedText";
import { findingClasses } from "../../health/findingClasses";
import { byClass, byRemedy, type DriftReport, summaryOf } from "../driftReport";
import { lineOf, type ProjectLocation, repositoryPath } from "../projectLocation";
import { sentenceOf } from "./findingText";

/**
 * Returns a command for each finding, the worst first, and a notice for each remedy. GitHub shows ten of each kind in a
 * step (actions/toolkit: docs/problem-matchers.md): so the first finding of each class comes before more of any, and none hides the
 * others.
 */
export function asGithub(report: DriftReport, project: ProjectLocation): string {
  const classes = byClass(report);
  const findings = [
    ...classes.flatMap((group) => group.findings.slice(0, 1)),
    ...classes.flatMap((group) => group.findings.slice(1)),
  ];
  return [
    ...findings.map((finding) => {
      const { file, line } = lineOf(project, finding);
      const { title } = findingClasses[finding.class];
      const properties = { file: repositoryPath(project, file), line, title };
      return command(finding.severity, properties, sentenceOf(finding, report));
    }),
    ...classes.flatMap((group) =>
      byRemedy(group).map(({ remedy }) => command("notice", { title: `What to do: ${group.class}` }, remedy)),
    ),
    printable(summaryOf(report)),
    "",
  ].join("\n");
}

/** Returns a command as GitHub's toolkit writes it (actions/toolkit: packages/core/src/command.ts). */
function command(
  kind: "error" | "warning" | "notice",
  properties: Readonly<Record<string, string | number>>,
  message: string,
): string {
  const pairs = Object.entries(properties).map(([key, value]) => `${key}=${escapedProperty(String(value))}`);
  return `::${kind} ${pairs.join(",")}::${escaped(message)}`;
}

/** Line breaks are no longer in a printable text. */
function escaped(text: string): string {
  return printable(text).replaceAll("%", "%25");
}

function escapedProperty(text: string): string {
  return escaped(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
