/** The findings in the page, by class. Pure. */
import { counted } from "../../../io/layout";
import { differenceText } from "../../differences";
import { kindAndName, ownRemedy, type ReportedFinding } from "../../finding";
import { findingClasses } from "../../../health/findingClasses";
import { sourcePlace, type ProjectLocation, sourceUrl } from "../../projectLocation";
import { byClass, type ClassFindings, newness, type DriftReport } from "../../driftReport";
import { filterOf } from "./filter";
import { severityOf } from "./summary";
import { classed, type Content, type Markup, markup, prose } from "./template";
import { valueOf } from "./markedValue";

export function findingsSection(report: DriftReport, project: ProjectLocation): Content {
  if (report.findings.length === 0) return undefined;
  const groups = byClass(report);
  return markup`<section aria-labelledby="findings">
<h2 id="findings">Findings</h2>
${filterOf(report, groups)}<p id="none" hidden>No finding matches.</p>
${groups.map((group) => classSection(group, report, project))}</section>
`;
}

function classSection(group: ClassFindings, report: DriftReport, project: ProjectLocation): Markup {
  const { class: name, findings, failing, severity } = group;
  const { title, remedy } = findingClasses[name];
  const some =
    failing < findings.length ? `${failing} of which ${failing === 1 ? "fails" : "fail"}` : "fails";
  const count = `${counted(findings.length, "finding")}${failing > 0 ? `, ${some} the check` : ""}`;
  return markup`<section class="class" aria-labelledby="${name}">
<header>
<h3 id="${name}">${name} ${severityOf(severity)} <span class="count">${count}</span></h3>
<p>${title}.</p>
<p class="remedy">${prose(remedy)}</p>
</header>
<ol>
${findings.map((finding) => findingItem(finding, group, report, project))}</ol>
</section>
`;
}

function findingItem(
  finding: ReportedFinding,
  group: ClassFindings,
  { tenants }: DriftReport,
  project: ProjectLocation,
): Markup {
  const { class: name, severity, connector, tenant, message } = finding;
  const { id, urn } = connector;
  const badge = finding.isNew === true ? markup` <span class="new">new</span>` : undefined;
  const about = [
    markup`<h4>${connector.name.trim() === "" ? "(no name)" : connector.name} <code>${id}</code>${badge}</h4>`,
    paragraph(urn === null ? undefined : kindAndName(urn)),
    paragraph(sourceOf(finding, project)),
    paragraph(tenants.length > 1 && id !== tenant ? tenant : undefined),
  ];
  const remedy = ownRemedy(finding);
  const what = [
    paragraph(severity === group.severity ? undefined : severityOf(severity)),
    changeOf(finding),
    paragraph(message === `${differenceText(finding)}.` ? undefined : message, "message"),
    paragraph(remedy === undefined ? undefined : prose(remedy), "remedy"),
  ];
  return markup`<li class="finding" data-class="${name}" data-severity="${severity}" data-tenant="${tenant}" data-history="${newness(finding)}">
<div class="about">${about}</div>
<div class="what">${what}</div>
</li>
`;
}

function paragraph(content: Content, style?: string): Content {
  return content === undefined ? undefined : markup`<p${classed(style)}>${content}</p>`;
}

function sourceOf({ source }: ReportedFinding, project: ProjectLocation): Content {
  if (source === undefined) return undefined;
  const [place, url] = [sourcePlace(project, source), sourceUrl(project, source)];
  return url === undefined ? place : markup`<a href="${url}">${place}</a>`;
}

function changeOf({ path, declared, live }: ReportedFinding): Content {
  if (path === undefined) return undefined;
  const field = markup`<p class="field"><code>${path}</code></p>`;
  if (declared === undefined && live === undefined) {
    return markup`${field}<p class="secret">The value differs. It is a secret, so it is not shown.</p>`;
  }
  const removed = valueOf(declared, live, (content) => markup`<del>${content}</del>`);
  const added = valueOf(live, declared, (content) => markup`<ins>${content}</ins>`);
  return markup`${field}<dl class="change">
<div><dt>In the program</dt><dd>${removed}</dd></div>
<div><dt>In Logto</dt><dd>${added}</dd></div>
</dl>`;
}
