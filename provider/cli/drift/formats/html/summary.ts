/** The parts of the page besides the findings: the result, the classes, the tenants, what is ignored. Pure. */
import { counted } from "../../../io/layout";
import type { ReportedFinding } from "../../finding";
import {
  type FindingClass,
  findingClasses,
  findingClassNames,
  probedClasses,
} from "../../../health/findingClasses";
import {
  byClass,
  comparedBy,
  failingOf,
  historyOf,
  notesOf,
  type DriftReport,
  timeOf,
  unreadOf,
  wasProbed,
} from "../../driftReport";
import { documentationLink } from "./findingItem";
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
    ["Not checked", uncheckedOf(report)],
  ];
  const present = entries.filter(([, value]) => value !== undefined);
  return markup`<header>
<h1>Drift of SSO connectors</h1>
<p class="verdict ${result.toLowerCase()}">${result}: ${resultOf(report)}</p>
<dl class="facts">${present.map(([term, value]) => markup`<div><dt>${term}</dt><dd>${value}</dd></div>`)}</dl>
${[...historyOf(report), ...notesOf(report)].map((note) => markup`<p class="note">${prose(note)}</p>`)}
</header>
`;
}

function resultOf(report: DriftReport): string {
  const { length } = report.findings;
  if (length === 0) return `nothing found${unreadTexts(report).length === 0 ? "" : " in what was checked"}`;
  const failing = failingOf(report, report.findings);
  return `${failing === 0 ? "none" : failing} of ${counted(length, "finding")} ${failing === 1 ? "fails" : "fail"} the check`;
}

function uncheckedOf(report: DriftReport): Content {
  const texts = unreadTexts(report);
  const unread = texts.length === 0 ? [] : [markup`<span class="unchecked">${texts.join(", ")}</span>`];
  const probes = wasProbed(report) ? [] : [markup`sign-ins at the identity providers (<code>--probe</code>)`];
  const all = [...unread, ...probes];
  return all.length === 0 ? "nothing" : all.map((text, index) => [index === 0 ? undefined : ", ", text]);
}

function unreadTexts(report: DriftReport): string[] {
  const { connectors, resources, undetermined } = unreadOf(report);
  return [
    ...(connectors === 0 ? [] : [counted(connectors, "connector")]),
    ...(resources === 0 ? [] : [counted(resources, "resource")]),
    ...(undetermined === 0 ? [] : [`the credentials of ${counted(undetermined, "connector")}`]),
  ];
}

const classColumns: readonly Column[] = [
  { title: "Class" },
  { title: "Meaning, and what to do" },
  { title: "Fails the check", style: "minor" },
  { title: "Findings", style: "number" },
];
const tenantColumns: readonly Column[] = [
  { title: "Tenant" },
  { title: "Connectors", style: "number" },
  { title: "Not read", style: "number" },
  { title: "Other resources", style: "number minor" },
  { title: "Requests", style: "number minor" },
  { title: "Findings", style: "number" },
];

export function summarySection(report: DriftReport): Markup {
  const { tenants, findings, failOn } = report;
  const found = byClass(report).map(({ class: name, findings: { length }, remedy, failing }) => {
    const { title } = findingClasses[name];
    const what = markup`${title}. <span class="remedy">${prose(remedy)}</span>`;
    return [documentationLink(name, name), what, failing > 0 ? "yes" : "no", length];
  });
  const others = findingClassNames
    .filter((name) => findings.every((finding) => finding.class !== name))
    .map((name) => [
      documentationLink(name, name),
      `${findingClasses[name].title}.`,
      failOn.includes(name) ? "yes" : "no",
      noneOf(name, report),
    ]);
  const numbers = tenants.map(({ endpoint, connectors, unreadable, otherResources, requests }) => {
    const { length } = findings.filter(({ tenant }) => tenant === endpoint);
    return [endpoint, connectors, unreadable, otherResources, requests, length];
  });
  return markup`<section aria-labelledby="summary">
<h2 id="summary">Summary</h2>
${tableOf("By tenant", tenantColumns, numbers)}${tableOf("By class", classColumns, [...found, ...others])}</section>
`;
}

/** Returns what is known of a class without a finding. */
function noneOf(name: FindingClass, report: DriftReport): Markup {
  const isProbed = probedClasses.has(name);
  if (isProbed && !wasProbed(report)) return markup`<span class="unchecked">not checked</span>`;
  const { connectors, resources, undetermined } = unreadOf(report);
  const unread = connectors + (isProbed ? undetermined : resources);
  return markup`<span class="absent">${unread === 0 ? "none" : "none known"}</span>`;
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
