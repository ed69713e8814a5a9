/** Markdown for a job summary or an issue. Text from elsewhere is in code spans, so that nothing in it is markup. */
import { codeSpan, tableRow } from "../../../untrustedText";
import { counted } from "../../io/layout";
import { besidesDifference, shownApart } from "../differences";
import { kindAndName, ownRemedy, type ReportedFinding } from "../finding";
import { findingClasses } from "../../health/findingClasses";
import { sourcePlace, type ProjectLocation } from "../projectLocation";
import {
  ageOf,
  byClass,
  byRemedy,
  type ClassFindings,
  type DriftReport,
  summaryOf,
  timeOf,
} from "../driftReport";

/** GitHub accepts 65,536 characters in an issue or a comment, to which a workflow may add some. */
const maxLength = 60_000;
/** How many tenants and ignore rules are listed. */
const maxListed = 20;
/** How many findings of each class come before more of any, so that none hides the others. */
const firstRows = 5;
const wholeReport = "the reports of `--format html` and `--format json` have all of them";

/** Counts the findings that do not fit. */
export function asMarkdown(report: DriftReport, project: ProjectLocation): string {
  const sections = byClass(report).map((group) => sectionOf(group, project));
  const [head, foot] = [headOf(report), footOf(report)];
  const document = (counts: readonly number[]) =>
    [...head, ...sections.flatMap((section, index) => linesOf(section, counts[index] ?? 0)), ...foot].join(
      "\n",
    );
  return document(rowsThatFit(sections, maxLength - document([]).length));
}

type Lines = readonly string[];

interface ClassSection {
  readonly head: Lines;
  readonly rows: Lines;
}

function linesOf({ head, rows }: ClassSection, count: number): Lines {
  const rest = rows.length - count;
  const note = rest === 0 ? [] : ["", `${counted(rest, "more finding")}: ${wholeReport}.`];
  return [...head, ...rows.slice(0, count), ...note, ""];
}

/** @returns for each section, how many of its rows fit into a number of characters */
function rowsThatFit(sections: readonly ClassSection[], room: number): number[] {
  const counts = sections.map(() => 0);
  for (const limit of [firstRows, Infinity]) {
    for (const [index, { rows }] of sections.entries()) {
      for (const row of rows.slice(counts[index], limit)) {
        room -= row.length + 1;
        if (room < 0) return counts;
        counts[index] = (counts[index] ?? 0) + 1;
      }
    }
  }
  return counts;
}

function headOf(report: DriftReport): Lines {
  const { stack, tenants } = report;
  const of = stack === null ? "" : `Stack ${code(stack.name)} of the project ${code(stack.project)}. `;
  const rows = tenants.map(({ endpoint, connectors, otherResources, requests }) =>
    tableRow([code(endpoint), ...[connectors, otherResources, requests].map(String)]),
  );
  return [
    `## Drift of SSO connectors: ${report.failed ? "failed" : "passed"}`,
    "",
    summaryOf(report),
    "",
    `${of}Checked on ${timeOf(report)}.`,
    "",
    tableRow(["Tenant", "Connectors of the stack", "Other resources", "Requests"]),
    tableRow(["---", "---", "---", "---"]),
    ...listed(rows, "tenant"),
  ];
}

function failingNote(failing: number, all: number): string {
  return failing === all ? "Fails the check." : `${failing} of ${all} fail the check.`;
}

function footOf({ ignored, unusedRules, baseline }: DriftReport): Lines {
  const counts = new Map<string, number>();
  for (const { reason } of ignored) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const reasons = [...counts].map(([reason, count]) => `- ${counted(count, "finding")}: ${code(reason)}`);
  const unused = unusedRules.map(({ reason }) => `- ${code(reason)}`);
  const gone = (findings: readonly ReportedFinding[] = []) =>
    findings.map(({ class: name, connector, path }) =>
      [`- ${name} of ${code(connector.name)}`, ...(path === undefined ? [] : [`at ${code(path)}`])].join(" "),
    );
  return [
    ...sectionListed("Resolved", gone(baseline?.resolved), "finding"),
    ...sectionListed("Not checked again", gone(baseline?.unconfirmed), "finding"),
    ...sectionListed("Ignored", reasons, "reason"),
    ...sectionListed("Ignore rules that match nothing", unused, "rule"),
  ];
}

function sectionListed(heading: string, lines: Lines, noun: string): Lines {
  return lines.length === 0 ? [] : [`### ${heading}`, "", ...listed(lines, noun)];
}

function listed(lines: Lines, noun: string): Lines {
  const rest = lines.length - maxListed;
  const note = rest > 0 ? [`${counted(rest, `more ${noun}`)}: ${wholeReport}.`, ""] : [];
  return [...lines.slice(0, maxListed), "", ...note];
}

interface FindingColumn {
  readonly title: string;
  /** @param remedy the finding's own, as Markdown, if it has one */
  readonly cell: (finding: ReportedFinding, project: ProjectLocation, remedy: Lines) => Lines;
}

/** A column that is empty for a whole class is left out. */
const columns: readonly FindingColumn[] = [
  { title: "History", cell: (finding) => [ageOf(finding)] },
  { title: "Connector", cell: ({ connector }) => [code(connector.name), code(connector.id)] },
  {
    title: "Resource",
    cell: ({ connector: { urn }, source }, project) => [
      ...(urn === null ? [] : [code(kindAndName(urn))]),
      ...(source === undefined ? [] : [code(sourcePlace(project, source))]),
    ],
  },
  { title: "Field", cell: ({ path }) => (path === undefined ? [] : [code(path)]) },
  { title: "In the program", cell: (finding) => valueOf(finding, finding.declared, finding.live, "secret") },
  { title: "In Logto", cell: (finding) => valueOf(finding, finding.live, finding.declared, "differs") },
  {
    title: "Finding",
    cell: (finding) => {
      const message = besidesDifference(finding);
      return message === "" ? [] : [codeSpan(message, 500)];
    },
  },
  {
    title: "Remedy",
    cell: (_finding, _project, remedy) => remedy,
  },
];

/** @param ofSecret what stands for the value of a secret */
function valueOf({ path }: ReportedFinding, value: unknown, other: unknown, ofSecret: string): Lines {
  if (path === undefined) return [];
  if (value === undefined) return [other === undefined ? ofSecret : "absent"];
  return [code(shownApart(value, other)[0])];
}

function sectionOf(group: ClassFindings, project: ProjectLocation): ClassSection {
  const { class: name, findings, remedy, failing } = group;
  const { title } = findingClasses[name];
  // A long remedy is said once, in the first of the rows that have it.
  const rows = byRemedy(group).flatMap(({ findings: alike }) =>
    alike.map((finding, index) => {
      const own = ownRemedy(finding, remedy);
      const shown = own === undefined ? [] : [index === 0 ? codeSpan(own, 300) : "as above"];
      return columns.map(({ cell }) => cell(finding, project, shown).join("<br>"));
    }),
  );
  const used = columns.map((_column, index) => rows.some((cells) => cells[index] !== ""));
  const rowOf = (cells: Lines) => tableRow(cells.filter((_cell, index) => used[index]));
  return {
    head: [
      `### ${name} (${findings.length})`,
      "",
      `${failing > 0 ? `**${failingNote(failing, findings.length)}** ` : ""}${title}. ${remedy}`,
      "",
      rowOf(columns.map(({ title: heading }) => heading)),
      rowOf(columns.map(() => "---")),
    ],
    rows: rows.map(rowOf),
  };
}

/** A name or a value. */
function code(text: string): string {
  return codeSpan(text, 200);
}
