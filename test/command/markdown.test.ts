/** `logto-sso drift --format markdown`, rendered by the rules of GitHub. */
import { findingClasses, findingClassNames } from "../../provider/cli/health/findingClasses";
import { asMarkdown } from "../../provider/cli/drift/formats/markdown";
import type { DriftReport } from "../../provider/cli/drift/driftReport";
import { printable } from "../../provider/untrustedText";
import { compared, findingOf, names, project, reportOf } from "./reports";

interface Page {
  readonly html: string;
  /** The rows of each table by the heading above it, without the headings of the columns. */
  readonly tables: ReadonlyMap<string, readonly (readonly string[])[]>;
}

async function rendered(report: DriftReport): Promise<Page> {
  // One after the other: Jest cannot load two that have modules in common at a time.
  const { micromark } = await import("micromark");
  const { gfm, gfmHtml } = await import("micromark-extension-gfm");
  const options = { extensions: [gfm()], htmlExtensions: [gfmHtml()], allowDangerousHtml: true };
  const html = micromark(asMarkdown(report, project), options);
  const sections = html.split(/<h[23]>/).slice(1);
  const tables = sections.map((section): [string, string[][]] => {
    const rows = [...section.matchAll(/<tr>([^]*?)<\/tr>/g)].slice(1);
    const cellsOf = (row = "") => [...row.matchAll(/<td[^>]*>([^]*?)<\/td>/g)].map(([, cell = ""]) => cell);
    return [/^[\w -]+/.exec(section)?.[0].trim() ?? "", rows.map(([, row]) => cellsOf(row))];
  });
  return { html, tables: new Map(tables) };
}

const textOf = (html: string) =>
  html
    .replaceAll("<br>", "\n")
    .replace(/<\/?code>/g, "")
    .replace(/&(lt|gt|amp|quot);/g, (_entity, name: string) => ({ lt: "<", gt: ">", amp: "&" })[name] ?? '"');

/** The cells of a class as text. */
const cellsOf = ({ tables }: Page, name: string) =>
  (tables.get(name) ?? []).map((cells) => cells.map(textOf));

test.each(["changed", "unmanaged"] as const)("names and texts appear as they are: %s", async (kind) => {
  const all = [...names, "a\\|b", "\\", "`", "``a", " a ", "trailing\\"];
  const findings = all.map((name, index) => findingOf(kind, name, index + 1, { message: name }));
  const rows = cellsOf(await rendered(reportOf(findings)), kind);
  // The one exception: renderers disagree on a pipe after a backslash.
  const expected = all.map((name) => printable(name).replaceAll("\\|", "\\\\u007c").trim()).sort();
  expect(rows.map(([connector = ""]) => connector.replace(/\nid\d+$/, "").trim()).sort()).toEqual(expected);
  expect(rows.map((cells) => cells.at(-1)?.trim()).sort()).toEqual(expected);
});

test("nothing outside of code is from elsewhere: no mention, reference, link or markup", async () => {
  const { html } = await rendered(compared);
  const outside = html
    .replace(/<code>[^<]*<\/code>/g, "")
    .replace(/<\/?(h2|h3|p|strong|table|thead|tbody|tr|th|td|ul|li|br)>/g, "");
  expect(outside).not.toMatch(/[<@#&*~`|]|:\/\/|www\.|\b[0-9a-f]{7,}\b|alert|evil|everyone/i);
  expect(html).not.toMatch(/<a |<img|<script|<!--/);
});

test("the report says what was checked and when, and what is ignored", async () => {
  const ignored = [findingOf("unmanaged", "load", 1), findingOf("unmanaged", "more", 2)].map((finding) => ({
    finding,
    reason: "until | March",
  }));
  const page = await rendered(reportOf([findingOf("missing", "Acme", 1)], { ignored }));
  const text = textOf(page.html).replace(/<[^>]*>/g, "");
  expect(text).toContain("Drift of SSO connectors: failed");
  expect(text).toContain("1 finding in 3 connectors and 2 other resources of the stack; it fails the check.");
  expect(text).toContain("Stack production of the project sso. Checked on 2026-11-24, 12:00 UTC.");
  expect(text).toContain("2 findings: until | March");
  expect(text).toMatch(/Ignore rules that match nothing\s+gone/);
  expect(cellsOf(page, "Drift of SSO connectors")).toEqual([["https://acme.logto.app", "3", "2", "2"]]);
});

test("an empty state names no stack", () => {
  expect(asMarkdown(reportOf([], { stack: null }), project)).toContain(
    "\n\nChecked on 2026-11-24, 12:00 UTC.",
  );
});

test("the worst classes come first, and in a class errors, then in the order of the names", async () => {
  const key = findingOf("signing-key-expiring", "b", 2, { severity: "error" });
  const page = await rendered(
    reportOf(
      [
        findingOf("unmanaged", "u", 9),
        findingOf("signing-key-expiring", "a", 1),
        key,
        findingOf("idp-unreachable", "i", 3),
        findingOf("certificate-invalid", "c", 4),
        findingOf("unusable", "b", 5),
        findingOf("unusable", "a", 6),
      ],
      { failOn: ["unusable", "unmanaged"] },
    ),
  );
  expect([...page.tables.keys()].slice(1, -2)).toEqual([
    "unusable",
    "unmanaged",
    "signing-key-expiring",
    "idp-unreachable",
    "certificate-invalid",
  ]);
  expect(cellsOf(page, "unusable").map(([name]) => name)).toEqual(["a\nid6", "b\nid5"]);
  expect(cellsOf(page, "signing-key-expiring").map(([name]) => name)).toEqual(["b\nid2", "a\nid1"]);
});

test("what to do about several findings of a class is said in the first of their rows", async () => {
  const remedies = ["Renew it.", undefined, "Renew it.", "Ask Okta.", undefined, "Renew it."];
  const findings = remedies.map((remedy, index) =>
    findingOf("certificate-expiring", "abcdef"[index] ?? "", index, remedy === undefined ? {} : { remedy }),
  );
  const rows = cellsOf(await rendered(reportOf(findings)), "certificate-expiring");
  expect(rows.map((cells) => [cells[0]?.[0], cells.at(-1)])).toEqual([
    ["a", "Renew it."],
    ["c", "as above"],
    ["f", "as above"],
    ["b", ""],
    ["e", ""],
    ["d", "Ask Okta."],
  ]);
});

test("a change shows both values and where it is declared, a secret only that it differs", async () => {
  const change = (path: string, declared: unknown, live: unknown, message: string) =>
    findingOf("changed", "Acme", 1, { path, declared, live, message });
  const page = await rendered(
    reportOf([
      change("config.clientSecret", undefined, undefined, "config.clientSecret differs."),
      change("config.scope", undefined, "openid", 'config.scope is "openid", not absent.'),
      change("domains", ["a.com"], ["a.com", "b.com"], 'domains is ["a.com","b.com"], not ["a.com"].'),
      change(
        "syncProfile",
        true,
        false,
        "syncProfile is false, not true. It was ignored until 2026-12-01: known.",
      ),
      change("enabled", true, false, "enabled is false, not true, so nobody is offered a connector."),
    ]),
  );
  const resource = ["Acme\nid1", "SsoConnector Acme\ninfra/sso/index.ts:7"];
  expect(cellsOf(page, "changed")).toEqual([
    [...resource, "config.clientSecret", "secret", "differs", ""],
    [...resource, "config.scope", "absent", '"openid"', ""],
    [...resource, "domains", '["a.com"]', '["a.com","b.com"]', ""],
    [...resource, "enabled", "true", "false", expect.stringContaining("so nobody is offered")],
    [...resource, "syncProfile", "true", "false", "It was ignored until 2026-12-01: known."],
  ]);
});

test("of a comparison, new findings come first, and resolved ones are listed", async () => {
  const page = await rendered(
    reportOf(
      [findingOf("missing", "a", 1, { isNew: false }), findingOf("missing", "b", 2, { isNew: true })],
      {
        baseline: {
          checkedAt: "2026-11-23T12:00:00.000Z",
          failOnNew: true,
          resolved: [findingOf("changed", "c", 3)],
          unconfirmed: [findingOf("unmanaged", "d", 4)],
        },
      },
    ),
  );
  expect(cellsOf(page, "missing").map((cells) => cells.slice(0, 2))).toEqual([
    ["new", "b\nid2"],
    ["still there", "a\nid1"],
  ]);
  const text = textOf(page.html).replace(/<[^>]*>/g, "");
  expect(text).toMatch(/2 findings in .* of the stack; 1 fails the check\./);
  expect(text).toContain(
    "Since 2026-11-23, 12:00 UTC: 1 new, 1 still there, 1 resolved, 1 not checked again.",
  );
  expect(text).toContain("1 of 2 fail the check. A resource of the stack");
  expect(text).toMatch(/Resolved\s+changed of c at config.scope\s+Not checked again\s+unmanaged of d\s/);
});

test("a remedy is told once, and a finding with another one shows its own", async () => {
  const general = findingClasses.unmanaged.remedy;
  const page = await rendered(
    reportOf([
      findingOf("unmanaged", "a", 1, { remedy: general.replace("--id ID", "--id id1") }),
      findingOf("unmanaged", "b", 2, { remedy: "Ask @acme." }),
    ]),
  );
  expect(page.html.match(/adopt it with/g)).toHaveLength(1);
  expect(cellsOf(page, "unmanaged").map((cells) => cells.at(-1))).toEqual(["", "Ask @acme."]);
});

const long = "x`|\u202e😀\\".repeat(500);

test.each([
  ["1 finding", everyClass(1)],
  ["330 findings", everyClass(24)],
  ["5,000 findings", everyClass(360)],
  ["5,000 of one class", reportOf(many(5000))],
  ["500 long ones", reportOf(many(500, long))],
  [
    "long reasons, tenants and rules",
    reportOf(many(100), {
      stack: { project: long, name: long },
      tenants: many(100).map((_one, index) => ({
        endpoint: `https://${index}.${"x".repeat(1000)}.com`,
        connectors: 1,
        otherResources: 0,
        unreadable: 0,
        requests: 2,
      })),
      baseline: {
        checkedAt: "2026-11-23T12:00:00.000Z",
        failOnNew: false,
        resolved: many(1000, long),
        unconfirmed: many(100),
      },
      ignored: many(5000).map((finding, index) => ({ finding, reason: `${index} ${long.slice(0, 3000)}` })),
      unusedRules: many(1000).map((_one, index) => ({ reason: `${index} ${long.slice(0, 3000)}` })),
    }),
  ],
])("%s: at most 60,000 characters, and the rest is counted", (_what, report) => {
  const markdown = asMarkdown(report, project);
  expect(markdown.length).toBeLessThanOrEqual(60_000);
  for (const name of new Set(report.findings.map((finding) => finding.class))) {
    const total = report.findings.filter((finding) => finding.class === name).length;
    const section = markdown.split(`\n### ${name} (${total})\n`)[1]?.split("\n### ")[0] ?? "";
    const rows = section.match(/^\| /gm)?.slice(2).length ?? 0;
    const rest = Number(/^(\d+) more finding/m.exec(section)?.[1] ?? 0);
    expect(rows).toBeGreaterThanOrEqual(Math.min(total, 5));
    expect(rows + rest).toBe(total);
  }
});

function many(count: number, name = "customer"): DriftReport["findings"] {
  return Array.from({ length: count }, (_, index) => findingOf("changed", `${name}-${index}`, index));
}

/** A number of findings of each class. */
function everyClass(count: number): DriftReport {
  return reportOf(
    findingClassNames.flatMap((kind) =>
      Array.from({ length: count }, (_, index) => findingOf(kind, `customer-${index}`, index)),
    ),
  );
}
