import { createColors } from "picocolors";
import { printable, quote } from "../../../untrustedText";
import { qualifiedTypeOf, resourceNameOf } from "../../../engine/urn";
import type { Terminal } from "../../io/terminal";
import { wrapped } from "../../io/layout";
import type { Finding } from "../finding";
import { byConnector, classAndAge, type DriftReport, summaryOf } from "../driftReport";

/** Returns text for a terminal, or for a log, where lines are not broken. */
export function asText(report: DriftReport, terminal: Terminal): string {
  const { bold, dim, red, yellow, green } = createColors(terminal.colors);
  const { columns = Infinity } = terminal;
  const lines = (text: string, indent = "") =>
    wrapped(text, { ...terminal, columns: columns - indent.length }).map((line) => indent + line);

  const findings = byConnector(report).flatMap((group) => {
    const { name, id, urn } = group[0].connector;
    const heading = `${quote(name)} (${printable(id)})`;
    return [
      ...lines(heading).map(bold),
      ...(urn === null ? [] : [dim(`  ${resourceOf(urn, terminal)}`)]),
      ...group.flatMap((finding, index) => {
        const { severity, message, remedy } = finding;
        const paint = severity === "error" ? red : yellow;
        const label = classAndAge(finding);
        const [first = "", ...rest] = lines(`${label}: ${message}`, "  ");
        // Once for several fields that have changed.
        const isLast = group[index + 1]?.remedy !== remedy;
        return [first.replace(label, paint), ...rest, ...(isLast ? lines(remedy, "    ").map(dim) : [])];
      }),
      "",
    ];
  });
  return [
    ...findings,
    ...(report.baseline?.resolved ?? []).flatMap((finding) =>
      lines(`Resolved: ${findingName(finding)}`).map(green),
    ),
    ...report.ignored.flatMap(({ finding, reason }) =>
      lines(`Ignored: ${findingName(finding)}: ${reason}`).map(dim),
    ),
    ...report.unusedRules.flatMap(({ reason }) =>
      lines(`Unused ignore rule, remove it: ${reason}`).map(yellow),
    ),
    ...lines(summaryOf(report)).map(report.findings.length === 0 ? green : String),
    "",
  ].join("\n");
}

function findingName({ class: name, connector, path }: Finding): string {
  return `${name} of ${quote(connector.name)}${path === undefined ? "" : ` at ${path}`}`;
}

/** Returns a URN, or its last parts in a terminal that is too narrow for it. */
function resourceOf(urn: string, { columns = Infinity, widthOf }: Terminal): string {
  const full = printable(urn);
  return widthOf(full) + 2 <= columns ? full : printable(`${qualifiedTypeOf(urn)}::${resourceNameOf(urn)}`);
}
