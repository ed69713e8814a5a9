import { createColors } from "picocolors";
import { printable, quote } from "../../../untrustedText";
import { resourceNameOf, typeOf } from "../../stateResource";
import type { Terminal } from "../../terminal";
import { wrapped } from "../../text";
import { byConnector, type Report, summaryOf } from "../report";

/** Text for a terminal, or for a log, where lines are not broken. */
export function asText(report: Report, terminal: Terminal): string {
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
      ...group.flatMap(({ class: name, severity, message, remedy }, index) => {
        const paint = severity === "error" ? red : yellow;
        const [first = "", ...rest] = lines(`${name}: ${message}`, "  ");
        // Once for several fields that have changed.
        const isLast = group[index + 1]?.remedy !== remedy;
        return [first.replace(name, paint), ...rest, ...(isLast ? lines(remedy, "    ").map(dim) : [])];
      }),
      "",
    ];
  });
  return [
    ...findings,
    ...report.ignored.flatMap(({ finding, reason }) => {
      const at = finding.path === undefined ? "" : ` at ${finding.path}`;
      return lines(`Ignored: ${finding.class} of ${quote(finding.connector.name)}${at}: ${reason}`).map(dim);
    }),
    ...report.unusedRules.flatMap(({ reason }) =>
      lines(`Unused ignore rule, remove it: ${reason}`).map(yellow),
    ),
    ...lines(summaryOf(report)).map(report.findings.length === 0 ? green : String),
    "",
  ].join("\n");
}

/** A URN, or its last parts in a terminal that is too narrow for it. */
function resourceOf(urn: string, { columns = Infinity, widthOf }: Terminal): string {
  const full = printable(urn);
  return widthOf(full) + 2 <= columns ? full : printable(`${typeOf(urn) ?? ""}::${resourceNameOf(urn)}`);
}
