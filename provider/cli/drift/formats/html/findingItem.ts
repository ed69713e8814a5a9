/** A finding in the page: a line that says what is wrong, and below it, folded, what to do about it and where. Pure. */
import { createHash } from "node:crypto";
import { documentationOf, findingClasses } from "../../../health/findingClasses";
import { besidesDifference } from "../../differences";
import { ageOf, classRemedy, type DriftReport, failsCheck, newness } from "../../driftReport";
import { identityOf, kindAndName, ownRemedy, type ReportedFinding } from "../../finding";
import { type ProjectLocation, sourcePlace, sourceUrl } from "../../projectLocation";
import { type ValueStyle, valueOf } from "./markedValue";
import { type Content, type Markup, markup, prose } from "./template";

/** A finding, and its places in the two groupings. */
export interface PlacedFinding {
  readonly finding: ReportedFinding;
  /** The number of its connector in the page. */
  readonly connector: number;
  /** Its place by class, the worst first. */
  readonly rank: number;
}

export function findingItem(placed: PlacedFinding, report: DriftReport, project: ProjectLocation): Markup {
  const { finding, connector, rank } = placed;
  const { class: name, severity, tenant, path, isNew } = finding;
  return markup`<li class="finding" data-rank="${rank}" data-connector="${connector}" data-class="${name}" data-severity="${severity}" data-tenant="${tenant}" data-history="${newness(finding)}">
<details>
<summary><span class="label">${severityOf(severity)}${isNew === true ? markup` <b class="new">new</b>` : undefined} <b class="kind">${name}</b><span class="who">${nameOf(finding)}</span>${path === undefined ? undefined : markup` <code class="field">${path}</code>`}</span>
<span class="what">${whatOf(finding)}</span></summary>
<div class="more" id="${anchorOf(finding)}">
${actionsOf(finding, report)}<p class="where">${placesOf(finding, report, project)}</p>
${wholeChangeOf(finding)}</div>
</details>
</li>
`;
}

/** Returns the ID of a finding in the page, which is the same in the page of a later check. */
export function anchorOf(finding: ReportedFinding): string {
  return `f-${createHash("sha256").update(identityOf(finding)).digest("hex").slice(0, 16)}`;
}

export function severityOf(severity: "error" | "warning"): Markup {
  return markup`<span class="severity ${severity}">${severity}</span>`;
}

export function nameOf({ connector: { name, id } }: ReportedFinding): Markup {
  return markup`<b>${name.trim() === "" ? "(no name)" : name}</b> <code class="id">${id}</code>`;
}

/** The number of characters of a value that are shown in the line of a finding, where they fit on a screen, and below it. */
const [maxInLine, maxBelow] = [92, 2000];
const comma = ", ";
const lineBreak = markup`<br>`;

function whatOf(finding: ReportedFinding): Content {
  const message = besidesDifference(finding);
  return [
    changeOf(finding, maxInLine, comma),
    message === "" ? undefined : markup`<span class="message">${message}</span>`,
  ];
}

function changeOf(
  { path, declared, live }: ReportedFinding,
  max: number,
  separator: Content,
): Markup | undefined {
  if (path === undefined) return undefined;
  if (declared === undefined && live === undefined) {
    return markup`<span class="secret">The value differs. It is a secret, so it is not shown.</span>`;
  }
  const style = { max, separator };
  const removed: ValueStyle = { ...style, mark: (content) => markup`<del>${content}</del>` };
  const added: ValueStyle = { ...style, mark: (content) => markup`<ins>${content}</ins>` };
  const sides = [
    ["In the program", valueOf(declared, live, removed)],
    ["In Logto", valueOf(live, declared, added)],
  ] as const;
  return markup`${sides.map(([term, value]) => markup`<span class="side"><span class="term">${term}</span> <span>${value}</span></span> `)}`;
}

/** Returns the values of a change, if the line shows only a part of them. */
function wholeChangeOf(finding: ReportedFinding): Content {
  const [inLine, below] = [maxInLine, maxBelow].map((max) => changeOf(finding, max, comma));
  if (inLine?.text === below?.text) return undefined;
  return markup`<p class="whole">${changeOf(finding, maxBelow, lineBreak)}</p>
`;
}

function actionsOf(finding: ReportedFinding, report: DriftReport): Markup {
  const { class: name, remedy } = finding;
  const fails = failsCheck(report, finding) ? "Fails the check." : "Does not fail the check.";
  const style = ownRemedy(finding, classRemedy(report, name)) === undefined ? "remedy" : "remedy own";
  const link = documentationLink(name, markup`About <code>${name}</code>`);
  return markup`<p class="meaning">${findingClasses[name].title}. ${fails} ${link}</p>
<div class="action"><p class="${style}">${prose(remedy)}</p>
<button type="button" class="copy" hidden>Copy remedy</button></div>
`;
}

export function documentationLink(name: ReportedFinding["class"], text: Content): Markup {
  return markup`<a href="${documentationOf(name)}">${text}</a>`;
}

function placesOf(finding: ReportedFinding, { tenants }: DriftReport, project: ProjectLocation): Content {
  const { connector, source, tenant, isNew } = finding;
  const places: Content[] = [
    connector.urn === null ? undefined : kindAndName(connector.urn),
    source === undefined ? undefined : sourceOf(source, project),
    isNew === false ? ageOf(finding) : undefined,
    markup`<a class="anchor" href="#${anchorOf(finding)}">Link to this finding</a>`,
  ];
  const shown = places.map((place) => (place === undefined ? undefined : markup`<span>${place}</span> `));
  const named = tenants.length > 1 && connector.id !== tenant;
  return [named ? markup`<span class="tenant">${tenant}</span> ` : undefined, shown];
}

function sourceOf(source: NonNullable<ReportedFinding["source"]>, project: ProjectLocation): Content {
  const [place, url] = [sourcePlace(project, source), sourceUrl(project, source)];
  return url === undefined ? place : markup`<a href="${url}">${place}</a>`;
}
