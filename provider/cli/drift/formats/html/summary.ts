/** The parts of the page besides the findings: the result, the classes, the tenants, what is ignored. Pure. */
import { counted } from "../../../io/layout";
import type { ReportedFinding } from "../../finding";
import { findingClasses } from "../../../health/findingClasses";
import {
  byClass,
  comparedBy,
  failingOf,
  historyOf,
  notesOf,
  type DriftReport,
  timeOf,
} from "../../driftReport";
import { type Column, tableOf } from "./table";
import { type Content, type Markup, markup, prose } from "./template";

export function headerOf(report: DriftReport): Markup {
  const { stack, failed, checkedAt } = report;
  const result = failed ? "Failed" : "Passed";
  const entries: [string, Content][] = [
    ["Stack", stack?.name],
    ["Project", stack?.project],
    ["Compared", comparedBy(report)],
    ["Checked", markup`<time datetime="${checkedAt}">${timeOf(report)}</time>`],
  ];
  const present = entries.filter(([, value]) => value !== undefined);
  return markup`<header>
<h1>Drift of SSO connectors</h1>
<p class="verdict ${result.toLowerCase()}">${result}: ${resultOf(report)}</p>
<dl class="facts">${present.map(([term, value]) => markup`<div><dt>${term}</dt><dd>${value}</dd></div>`)}</dl>
${historyOf(report).map((text) => markup`<p class="history">${text}</p>`)}${notesOf(report).map((note) => markup`<p class="note">${prose(note)}</p>`)}
</header>
`;
}

function resultOf(report: DriftReport): string {
  const { length } = report.findings;
  if (length === 0) return "nothing found";
  const failing = failingOf(report, report.findings);
  return `${failing === 0 ? "none" : failing} of ${counted(length, "finding")} ${failing === 1 ? "fails" : "fail"} the check`;
}

const classColumns: readonly Column[] = [
  { title: "Class" },
  { title: "Meaning", style: "minor" },
  { title: "Severity" },
  { title: "Fails the check" },
  { title: "Findings", style: "number" },
];
const tenantColumns: readonly Column[] = [
  { title: "Tenant" },
  { title: "Connectors", style: "number" },
  { title: "Other resources", style: "number minor" },
  { title: "Requests", style: "number minor" },
  { title: "Findings", style: "number" },
];

export function summarySection(report: DriftReport): Markup {
  const { tenants, findings } = report;
  const classes = byClass(report).map(({ class: name, findings: { length }, failing, severity }) => {
    const { title } = findingClasses[name];
    const link = markup`<a href="#${name}">${name}</a>`;
    return [link, title, severityOf(severity), failing > 0 ? "yes" : "no", length];
  });
  const numbers = tenants.map(({ endpoint, connectors, otherResources, requests }) => {
    const { length } = findings.filter(({ tenant }) => tenant === endpoint);
    return [endpoint, connectors, otherResources, requests, length];
  });
  return markup`<section aria-labelledby="summary">
<h2 id="summary">Summary</h2>
${classes.length === 0 ? undefined : tableOf("By class", classColumns, classes)}${tableOf("By tenant", tenantColumns, numbers)}</section>
`;
}

export function severityOf(severity: "error" | "warning"): Markup {
  return markup`<span class="severity ${severity}">${severity}</span>`;
}

const resolvedColumns: readonly Column[] = [
  { title: "Connector" },
  { title: "Finding" },
  { title: "Message then" },
];

/** Returns the findings that the baseline has and the report has not. */
export function resolvedSection({ baseline }: DriftReport): Content {
  const tables = [
    ["Resolved", baseline?.resolved ?? []],
    ["Not checked again", baseline?.unconfirmed ?? []],
  ] as const;
  const rowsOf = (findings: readonly ReportedFinding[]) =>
    findings.map((finding) => [...briefly(finding), finding.message]);
  const filled = tables.filter(([, findings]) => findings.length > 0);
  if (filled.length === 0) return undefined;
  return markup`<section aria-labelledby="earlier">
<h2 id="earlier">Earlier findings</h2>
${filled.map(([caption, findings]) => tableOf(caption, resolvedColumns, rowsOf(findings)))}</section>
`;
}

/** Returns the cells that identify a finding. */
function briefly({ class: name, connector, path }: ReportedFinding): Content[] {
  return [
    markup`${connector.name} <code>${connector.id}</code>`,
    path === undefined ? name : markup`${name} <code>${path}</code>`,
  ];
}

const ignoredColumns: readonly Column[] = [{ title: "Connector" }, { title: "Finding" }, { title: "Reason" }];
const ruleColumns: readonly Column[] = [
  { title: "Reason" },
  { title: "Class" },
  { title: "Connector" },
  { title: "Field" },
];

export function ignoredSection({ ignored, unusedRules }: DriftReport): Content {
  if (ignored.length + unusedRules.length === 0) return undefined;
  const findings = ignored.map(({ finding, reason }) => [...briefly(finding), reason]);
  const rules = unusedRules.map(({ reason, class: name, connector, path }) => [
    reason,
    name ?? "any",
    connector ?? "any",
    path ?? "any",
  ]);
  return markup`<section aria-labelledby="ignored">
<h2 id="ignored">Ignored</h2>
${findings.length === 0 ? undefined : tableOf("Ignored findings", ignoredColumns, findings)}${rules.length === 0 ? undefined : tableOf("Ignore rules that match nothing", ruleColumns, rules)}</section>
`;
}
