/**
 * The findings in the page, by connector, as people mend them. The headings by class are there too, empty: the script moves the
 * findings below them. Pure.
 */
import { findingClasses } from "../../../health/findingClasses";
import {
  byClass,
  byConnector,
  type ClassFindings,
  countOf,
  type DriftReport,
  failingOf,
} from "../../driftReport";
import type { ReportedFinding } from "../../finding";
import type { ProjectLocation } from "../../projectLocation";
import { filterOf } from "./filter";
import { documentationLink, findingItem, nameOf, severityOf } from "./findingItem";
import { type Content, type Markup, markup, prose } from "./template";

export function findingsSection(report: DriftReport, project: ProjectLocation): Content {
  if (report.findings.length === 0) return undefined;
  const classes = byClass(report);
  const worstFirst = classes.flatMap(({ findings }) => findings);
  const ranks = new Map(worstFirst.map((finding, rank) => [finding, rank]));
  const connectors = byConnector({ findings: worstFirst }).map((findings, connector) => {
    const items = findings.map((finding) =>
      findingItem({ finding, connector, rank: ranks.get(finding) ?? 0 }, report, project),
    );
    return group("connector", connector, connectorHeading(findings, report), undefined, items);
  });
  return markup`<section aria-labelledby="findings">
<h2 id="findings">Findings</h2>
${filterOf(report, classes)}<p id="none" hidden>No finding matches.</p>
<div id="groups" data-by="connector">
${connectors}${classes.map((of) => group("class", of.class, classHeading(of), classNote(of), []))}</div>
<p id="copied" class="unseen" aria-live="polite"></p>
</section>
`;
}

function group(
  by: "connector" | "class",
  key: string | number,
  heading: Content,
  note: Content,
  items: readonly Markup[],
): Markup {
  const id = `group-${by}-${key}`;
  return markup`<section class="group" data-by="${by}" data-group="${key}" aria-labelledby="${id}"${items.length === 0 ? markup` hidden` : undefined}>
<h3 id="${id}">${heading}</h3>
${note}<ol>
${items}</ol>
</section>
`;
}

function connectorHeading(
  findings: readonly [ReportedFinding, ...ReportedFinding[]],
  report: DriftReport,
): Content {
  const [{ tenant, connector }] = findings;
  const place = report.tenants.length > 1 && connector.id !== tenant ? tenant : undefined;
  return [
    markup`<span>${nameOf(findings[0])}</span>`,
    place === undefined ? undefined : markup` <span class="tenant">${place}</span>`,
    countNote({ findings, failing: failingOf(report, findings) }),
  ];
}

function classHeading(classFindings: ClassFindings): Content {
  const { class: name, severity } = classFindings;
  return [markup`<span>${name}</span> ${severityOf(severity)}`, countNote(classFindings)];
}

function classNote({ class: name, remedy }: ClassFindings): Markup {
  const { title } = findingClasses[name];
  return markup`<p class="note">${title}. ${prose(remedy)} ${documentationLink(name, "Documentation")}</p>
`;
}

function countNote(findings: Parameters<typeof countOf>[0]): Markup {
  return markup` <span class="count">${countOf(findings)}</span>`;
}
