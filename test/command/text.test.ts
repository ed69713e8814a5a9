/** What `logto-sso drift` says to people: text in a terminal and in logs, and the annotations of GitHub. */
import { asGithub } from "../../provider/cli/drift/formats/github";
import { asText } from "../../provider/cli/drift/formats/text";
import type { DriftReport } from "../../provider/cli/drift/driftReport";
import type { ReportedFinding } from "../../provider/cli/drift/finding";
import { findingClasses } from "../../provider/cli/health/findingClasses";
import { terminalWith } from "../../provider/cli/io/terminal";
import { printable, quote } from "../../provider/untrustedText";
import { compared, findingOf, names, project, reportOf } from "./reports";
import { comparedSample, sample } from "./sampleReport";

const textOf = async (report: DriftReport, columns: number | undefined) =>
  asText(report, project, await terminalWith(columns, false));
/** Without line breaks, for texts that may be on several lines. */
const flat = (text: string) => text.replace(/\s+/g, " ");
const countIn = (text: string, part: string) => text.split(part).length - 1;
const others = { ignored: [], unusedRules: [] };

test.each([
  ["a terminal of 80 columns", 80],
  ["a terminal of 120 columns", 120],
  ["a pipe", undefined],
])("%s: everything is said, and each remedy once", async (_where, columns) => {
  for (const report of [sample, comparedSample, compared]) {
    const text = flat(await textOf(report, columns));
    for (const { connector, message, remedy } of report.findings) {
      expect(text).toContain(flat(quote(connector.name)));
      expect(text).toContain(flat(printable(message)));
      expect(countIn(text, flat(remedy).replace(/ `npx .*/, ""))).toBe(1);
    }
    for (const { connector } of report.baseline?.unconfirmed ?? []) {
      expect(text).toContain(flat(quote(connector.name)));
    }
  }
  const text = flat(await textOf(sample, columns));
  for (const { id } of sample.findings.map(({ connector }) => connector)) expect(text).toContain(id);
});

const change = (name: string, index: number, message: string, more: Partial<ReportedFinding> = {}) =>
  findingOf("changed", name, index, { message, source: { file: "index.ts", line: index }, ...more });

test("a terminal shows the worst first, what connectors have in common once, and each connector in full once", async () => {
  const by = (kind: "missing" | "unusable" | "idp-unreachable", name: string, index: number) =>
    findingOf(kind, name, index, { message: "The same.", source: { file: "index.ts", line: index } });
  const report = reportOf(
    [
      by("idp-unreachable", "Globex", 2),
      by("unusable", "Acme", 1),
      by("unusable", "Globex", 2),
      change("Acme", 1, "config.scope differs."),
      change("Acme", 1, "config.issuer differs."),
      change("Globex", 2, "syncProfile is true, not false."),
      change("Acme", 1, "syncProfile is true, not false."),
    ],
    others,
  );
  const [changed, unusable, unreachable] = (await textOf(report, 80)).split("\n\n");
  expect(changed).toBe(
    [
      "error[changed]: 4 findings, all of which fail the check",
      "  syncProfile is true, not false.",
      '    "Acme" (id1, infra/sso/index.ts:1), "Globex" (id2, infra/sso/index.ts:2)',
      '  "Acme"',
      "    config.scope differs.",
      "    config.issuer differs.",
      "  → Run `pulumi up --refresh` to restore the declared value, or change the",
      "    program to accept it.",
    ].join("\n"),
  );
  expect(unusable).toBe(
    [
      "error[unusable]: 2 findings, all of which fail the check",
      "  The same.",
      '    "Acme", "Globex"',
      `  → ${findingClasses.unusable.remedy}`,
    ].join("\n"),
  );
  expect(unreachable).toMatch(
    /^warning\[idp-unreachable\]: 1 finding\n {2}"Globex": The same\.\n {2}→ Check /,
  );
});

test("connectors of the same name are told apart wherever they are named", async () => {
  const message = "It differs.";
  const text = await textOf(
    reportOf([
      findingOf("unusable", "Acme", 1, { message }),
      findingOf("unusable", "Acme", 2, { message }),
      findingOf("missing", "Acme", 2, { message }),
    ]),
    120,
  );
  expect([countIn(text, "(id1, "), countIn(text, "(id2, ")]).toEqual([1, 2]);
});

test("what is new comes first in its class, and says so", async () => {
  const known = { isNew: false, firstSeen: "2026-11-20T12:00:00.000Z" };
  const text = await textOf(
    reportOf([
      change("Acme", 1, "The same.", known),
      change("Globex", 2, "The same.", known),
      change("Initech", 3, "The other.", { isNew: true }),
    ]),
    80,
  );
  expect(text.split("\n").slice(1, 5)).toEqual([
    '  "Initech" (id3, infra/sso/index.ts:3): (new) The other.',
    "  (since 2026-11-20) The same.",
    '    "Acme" (id1, infra/sso/index.ts:1), "Globex" (id2, infra/sso/index.ts:2)',
    expect.stringContaining("→"),
  ]);
});

test("a terminal breaks no command of a remedy, however narrow it is", async () => {
  const lines = (await textOf(sample, 30)).split("\n");
  expect(lines.map((line) => line.trim())).toContain("`npx logto-sso import --id c3wd8ye1hr5j`.");
});

test("in a pipe, each finding is a line that begins with its place in the program", async () => {
  const lines = (await textOf(comparedSample, undefined)).split("\n");
  expect(lines[0]).toBe(
    `infra/sso/index.ts:14: error: changed (new): "Acme Okta" (x7k2mq0dv9ta, https://acme.logto.app): domains is ["acme.com","acme.example","acme-labs.com"], not ["acme.com","acme.example"].`,
  );
  const ofFindings = lines.filter((line) => /^(\S+:\d+: )?(error|warning): /.test(line));
  expect(ofFindings).toHaveLength(comparedSample.findings.length);
  expect(lines.find((line) => line.includes("unmanaged"))).toMatch(/^warning: unmanaged \(/);
  expect(lines.find((line) => line.startsWith("help: changed: "))).toBe(
    `help: changed: ${findingClasses.changed.remedy}`,
  );
  // Where the state does not say where a resource is declared, its name does.
  const noSource = await textOf(reportOf([findingOf("unusable", "Acme", 2)]), undefined);
  expect(noSource).toMatch(/^error: unusable: "Acme" \(id2, SsoConnector Acme\): It is Acme\.\n/);
});

describe("GitHub's format", () => {
  const commandsOf = (report: DriftReport, of = project) =>
    asGithub(report, of)
      .split("\n")
      .filter((line) => line.startsWith("::"));

  test("has an annotation for each finding at its line of the program, and one for each remedy", () => {
    const commands = commandsOf(sample);
    const kinds = commands.map((line) => /^::(\w+) /.exec(line)?.[1]);
    const countOf = (kind: string) => kinds.filter((one) => one === kind).length;
    const severities = sample.findings.map(({ severity }) => severity);
    for (const severity of ["error", "warning"] as const) {
      expect(countOf(severity)).toBe(severities.filter((one) => one === severity).length);
    }
    expect(commands).toContain(
      '::error file=infra/sso/index.ts,line=58,title=A resource of the stack no longer exists in Logto::missing: "Hooli" (m9fa2xo7kd1w, https://acme.logto.app): Logto at https://acme.logto.app no longer has it.',
    );
    // What is declared nowhere is at the project.
    expect(commands).toContainEqual(
      expect.stringMatching(
        /^::warning file=infra\/sso\/Pulumi\.yaml,line=1,title=[^:]*::unmanaged: "by hand"/,
      ),
    );
    expect(commands.filter((line) => line.endsWith(`::${findingClasses.changed.remedy}`))).toHaveLength(1);
    expect(new Set(commands).size).toBe(commands.length);
  });

  test("begins with the first finding of each class, the worst first: GitHub shows ten errors and ten warnings", () => {
    const many = Array.from({ length: 30 }, (_, index) => change(`Acme ${index}`, index + 1, "It differs."));
    const commands = commandsOf(
      reportOf([...many, findingOf("missing", "Globex", 40), findingOf("unmanaged", "x", 0)]),
    );
    const classes = commands.map((line) => /::(\S+): /.exec(line)?.[1]);
    expect(classes.slice(0, 4)).toEqual(["changed", "missing", "unmanaged", "changed"]);
  });

  test("no name ends a property or a command, or begins another one", () => {
    const fileOf = (name: string) => `${name.replaceAll("/", "")}.ts`;
    const hostile = [...names, "100%0A::error::x", "a,line=2::b", "%25"];
    const report = reportOf(
      hostile.map((name, index) =>
        findingOf("changed", name, index, { source: { file: fileOf(name), line: 3 } }),
      ),
    );
    const of = { path: "in, fra:%", file: "Pulumi.yaml" };
    const lines = commandsOf(report, of).filter((line) => !line.startsWith("::notice"));
    expect(lines).toHaveLength(hostile.length);
    const parsed = lines.map(parse);
    for (const [index, name] of hostile.entries()) {
      const found = parsed.find(({ message }) => message.includes(`${quote(name)} (id${index}`));
      expect(found).toMatchObject({ file: printable(`in, fra:%/${fileOf(name)}`), line: "3" });
    }
  });
});

/** Parses a command as GitHub's runner does (actions/runner: src/Runner.Common/ActionCommand.cs). */
function parse(line: string) {
  const end = line.indexOf("::", 2);
  const properties = new Map(
    line
      .slice(line.indexOf(" ") + 1, end)
      .split(",")
      .map((pair): [string, string] => {
        const at = pair.indexOf("=");
        return [pair.slice(0, at), unescaped(pair.slice(at + 1), ["%0D", "%0A", "%3A", "%2C"])];
      }),
  );
  return {
    file: properties.get("file"),
    line: properties.get("line"),
    message: unescaped(line.slice(end + 2), ["%0D", "%0A"]),
  };
}

function unescaped(text: string, codes: readonly string[]): string {
  return [...codes, "%25"].reduce((rest, code) => rest.replaceAll(code, decodeURIComponent(code)), text);
}
