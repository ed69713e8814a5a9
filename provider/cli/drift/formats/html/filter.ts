/** The fields by which the findings are filtered and grouped. The script shows them, as they do nothing without it; an empty value is the default. Pure. */
import { type ClassFindings, newness, type DriftReport } from "../../driftReport";
import { type Content, type Markup, markup } from "./template";

export function filterOf({ findings, tenants }: DriftReport, groups: readonly ClassFindings[]): Markup {
  const countedBy = (key: "severity" | "tenant", values: readonly string[]) =>
    values.map((value): Option => [value, findings.filter((finding) => finding[key] === value).length]);
  const classes = groups.map((group): Option => [group.class, group.findings.length]);
  const history = (["new", "still there"] as const).map((state): Option => [
    state,
    findings.filter((finding) => newness(finding) === state).length,
  ]);
  const endpoints = tenants.map(({ endpoint }) => endpoint);
  return markup`<form id="filter" role="search" aria-label="Findings" autocomplete="off" hidden>
<div class="fields">
<div class="search"><label for="search">Search</label>
<input id="search" name="search" type="search" spellcheck="false"></div>
<div><label for="by-group">Group by</label>
<select id="by-group" name="by"><option value="">Connector</option><option value="class">Class</option></select></div>
${choice("history", "History", history)}${choice("class", "Class", classes)}${choice("severity", "Severity", countedBy("severity", ["error", "warning"]))}${choice("tenant", "Tenant", countedBy("tenant", endpoints))}<div class="end"><p id="shown" role="status"></p>
<button type="reset" id="clear">Clear</button></div>
</div>
</form>
`;
}

/** A value, and how many findings have it. */
type Option = readonly [value: string, count: number];

/** @param name the `data-` attribute of the findings */
function choice(name: string, label: string, options: readonly Option[]): Content {
  const present = options.filter(([, count]) => count > 0);
  if (present.length < 2) return undefined;
  return markup`<div><label for="by-${name}">${label}</label>
<select id="by-${name}" name="${name}"><option value="">All</option>${present.map(
    ([value, count]) => markup`<option value="${value}">${value} (${count})</option>`,
  )}</select></div>
`;
}
