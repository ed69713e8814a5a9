/**
 * Text for a person. In a terminal, findings are by class, the worst first, and below that by what they have in common. In a file
 * or a pipe, such as the log of a pipeline, each is a line that says all by itself.
 */
import { createColors } from "picocolors";
import { printable, quote } from "../../../untrustedText";
import { groupedBy } from "../../../values";
import type { Terminal } from "../../io/terminal";
import { wrapped, wrappedList } from "../../io/layout";
import { fullOnce } from "../../io/names";
import type { Finding, ReportedFinding } from "../finding";
import {
  ageOf,
  byClass,
  byConnector,
  byRemedy,
  type ClassFindings,
  countOf,
  type DriftReport,
  summaryOf,
} from "../driftReport";
import type { ProjectLocation } from "../projectLocation";
import { placeText, sentenceOf, subjectText } from "./findingText";

export function asText(report: DriftReport, project: ProjectLocation, terminal: Terminal): string {
  const { columns, colors } = terminal;
  const { green } = createColors(colors);
  const classes = byClass(report);
  return [
    ...(columns === undefined
      ? classes.flatMap((group) => linesOf(group, report, project, terminal))
      : blocksOf(classes, report, project, terminal)),
    ...footOf(report, terminal),
    ...wrapped(summaryOf(report), terminal).map(report.findings.length === 0 ? green : String),
    "",
  ].join("\n");
}

/** Returns lines such as `infra/index.ts:12: error: changed: "Acme" (x7k2mq0dv9ta): …`, in the form that editors know of compilers. */
function linesOf(
  group: ClassFindings,
  report: DriftReport,
  project: ProjectLocation,
  { colors }: Terminal,
): string[] {
  const { dim, red, yellow } = createColors(colors);
  return byRemedy(group).flatMap(({ remedy, findings }) => [
    ...findings.map((finding) => {
      const place = placeText(finding, project);
      const paint = finding.severity === "error" ? red : yellow;
      return `${place === undefined ? "" : `${place}: `}${paint(finding.severity)}: ${sentenceOf(finding, report)}`;
    }),
    dim(`help: ${group.class}: ${printable(remedy)}`),
  ]);
}

function blocksOf(
  classes: readonly ClassFindings[],
  report: DriftReport,
  project: ProjectLocation,
  terminal: Terminal,
): string[] {
  const { columns = Infinity, colors, widthOf } = terminal;
  const { bold, dim, red, yellow } = createColors(colors);
  const within = (margin: number) => ({ ...terminal, columns: columns - margin });
  const indented = (margin: number) => (line: string) => " ".repeat(margin) + line;
  // The rest of a text is indented, to tell it from the next one.
  const lines = (text: string, margin: number) =>
    wrapped(text, within(margin + 2)).map((line, index) => indented(index === 0 ? margin : margin + 2)(line));

  const subjectOf = (finding: ReportedFinding) => subjectText(finding, report, placeText(finding, project));
  const shownOf = namesIn(report, subjectOf);

  const linesOfBlock = ({ subjects: [only, ...others], messages }: Block): string[] => {
    const names = [only, ...others].map(shownOf);
    const nameLines = (margin: number) =>
      wrappedList(names, within(margin)).map((line) => indented(margin)(bold(line)));
    if (others.length > 0) return [...messages.flatMap((message) => lines(message, 2)), ...nameLines(4)];
    const [name = "", message = ""] = [names[0], messages[0]];
    return messages.length === 1 && widthOf(`  ${name}: ${message}`) <= columns
      ? [`  ${bold(name)}: ${message}`]
      : [...nameLines(2), ...messages.flatMap((text) => lines(text, 4))];
  };

  return classes.flatMap((group) => {
    const heading = `${group.severity}[${group.class}]`;
    const [first = "", ...rest] = wrapped(`${heading}: ${countOf(group)}`, terminal);
    return [
      bold(first.replace(heading, group.severity === "error" ? red : yellow)),
      ...rest.map(bold),
      ...byRemedy(group).flatMap(({ remedy, findings }) => [
        ...blocksIn(findings, group.severity, subjectOf).flatMap(linesOfBlock),
        ...lines(`→ ${remedy}`, 2).map(dim),
      ]),
      "",
    ];
  });
}

/** Returns a function that names connectors, in short where they have been named before and no other one has the name. */
function namesIn(
  { findings }: DriftReport,
  subjectOf: (finding: ReportedFinding) => string,
): (finding: ReportedFinding) => string {
  const byName = groupedBy(byConnector({ findings }), ([{ connector }]) => connector.name);
  const once = fullOnce();
  return (finding) => {
    const { name } = finding.connector;
    const full = subjectOf(finding);
    return once(full, byName.get(name)?.length === 1 ? quote(name) : full);
  };
}

/** What is the same for each of some connectors. */
interface Block {
  /** A finding of each of them. */
  readonly subjects: readonly [ReportedFinding, ...ReportedFinding[]];
  readonly messages: readonly string[];
}

/** Returns new findings first, then what most connectors have in common. */
function blocksIn(
  findings: readonly ReportedFinding[],
  severity: Finding["severity"],
  subjectOf: (finding: ReportedFinding) => string,
): Block[] {
  const messageOf = (finding: ReportedFinding) => {
    const notes = [ageOf(finding), finding.severity === severity ? "" : finding.severity];
    const note = notes.filter((part) => part !== "").join(", ");
    return `${note === "" ? "" : `(${note}) `}${printable(finding.message)}`;
  };
  const isNew = ({ subjects: [first] }: Block) => first.isNew === true;
  const shared = groupedBy(groupedBy(findings, messageOf), ([, group]) =>
    JSON.stringify([group[0].isNew, ...group.map(subjectOf)]),
  );
  return [...shared.values()]
    .map((group): Block => ({ subjects: group[0][1], messages: group.map(([message]) => message) }))
    .sort((a, b) => Number(isNew(b)) - Number(isNew(a)) || b.subjects.length - a.subjects.length);
}

/** Returns what is no finding of the check: one line for each in a log, one paragraph for those with the same label in a terminal. */
function footOf({ baseline, ignored, unusedRules }: DriftReport, terminal: Terminal): string[] {
  const { dim, green, yellow } = createColors(terminal.colors);
  const all: (readonly [label: string, text: string, paint: (line: string) => string])[] = [
    ...(baseline?.resolved ?? []).map((finding) => ["Resolved", nameOf(finding), green] as const),
    ...(baseline?.unconfirmed ?? []).map(
      (finding) => ["Not checked again", nameOf(finding), yellow] as const,
    ),
    ...ignored.map(({ finding, reason }) => [`Ignored (${reason})`, nameOf(finding), dim] as const),
    ...unusedRules.map(({ reason }) => ["Unused ignore rule, remove it", reason, yellow] as const),
  ];
  if (terminal.columns === undefined) {
    return all.map(([label, text, paint]) => paint(printable(`${label}: ${text}`)));
  }
  return [...groupedBy(all, ([label]) => label)].flatMap(([label, group]) => {
    const [[, first, paint], ...others] = group;
    const items = [`${label}: ${first}`, ...others.map(([, text]) => text)];
    return wrappedList(items.map(printable), terminal).map(paint);
  });
}

function nameOf({ class: name, connector, path }: Finding): string {
  return `${name} of ${quote(connector.name)}${path === undefined ? "" : ` at ${path}`}`;
}
