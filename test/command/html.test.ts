/** `logto-sso drift --format html` as text. How it looks and works in a browser: test/exhaustive/reportPage.test.ts. */
import { createHash } from "node:crypto";
import { asHtml } from "../../provider/cli/drift/formats/html";
import type { DriftReport } from "../../provider/cli/drift/driftReport";
import { version } from "../../provider/manifest";
import { printable, printableLines } from "../../provider/untrustedText";
import { compared, everything, findingOf, names, project, reportOf } from "./reports";
import { comparedSample, sample } from "./sampleReport";

const url = "https://github.com/acme/infra/blob/0123abc";
const pageOf = (report: DriftReport, more = {}) => asHtml(report, { ...project, ...more }, "1.2.3");
const textOf = (html: string) =>
  html
    .replace(/<(style|script)>[^]*?<\/\1>/g, "")
    .replace(/<[^>]*>/g, "")
    .replace(/&#(\d+);/g, (_entity, code: string) => String.fromCharCode(Number(code)));

test("names and values are text, whatever they contain", () => {
  const html = pageOf(compared);
  const elements = [...html.matchAll(/<(?!\/|!doctype)([^\s>]*)/g)].map(([, name = ""]) => name);
  const own = [
    "html",
    "head",
    "meta",
    "title",
    "link",
    "style",
    "body",
    "header",
    "main",
    "footer",
    "script",
  ];
  const content = ["section", "h1", "h2", "h3", "p", "dl", "div", "dt", "dd", "ol", "li", "a", "b", "br"];
  const table = [
    "table",
    "caption",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "code",
    "span",
    "time",
    "del",
    "ins",
  ];
  const folds = ["details", "summary"];
  const form = ["form", "label", "input", "select", "option", "button"];
  const known = new Set([...own, ...content, ...table, ...folds, ...form]);
  expect(elements.filter((name) => !known.has(name))).toEqual([]);
  expect(elements.filter((name) => name === "script")).toHaveLength(1);
  const text = textOf(html);
  for (const name of names.filter((one) => one !== "")) {
    expect(text).toContain(printable(`It is ${name}.`));
    expect(text).toContain(printable(JSON.stringify([{ [name]: 1 }]).slice(1, -1)));
  }
});

test("the page needs nothing else, and its policy allows nothing but its own script and style", () => {
  const html = pageOf(everything, { url });
  const [, policy = ""] = /Content-Security-Policy" content="([^"]*)"/.exec(html) ?? [];
  const hash = (element: string) => {
    const [, text = ""] = new RegExp(`<${element}>([^]*?)</${element}>`).exec(html) ?? [];
    return `&#39;sha256-${createHash("sha256").update(text).digest("base64")}&#39;`;
  };
  expect(policy).toBe(
    `default-src &#39;none&#39;; script-src ${hash("script")}; style-src ${hash("style")}; img-src data:; base-uri &#39;none&#39;; form-action &#39;none&#39;`,
  );
  const tags = (html.match(/<[a-z][^>]*>/g) ?? []).join("");
  expect(tags).not.toMatch(/ (?:style|src|on\w+)=/);
  expect(html).not.toMatch(/@import|url\(/);
  const targets = [...html.matchAll(/ href="([^"]*)"/g)].map(([, target = ""]) => target);
  const known = /^(#f-[0-9a-f]{16}$|data:image|https:\/\/(github\.com\/acme|unpkg\.com\/pulumi-logto-sso@))/;
  expect(targets.filter((target) => !known.test(target))).toEqual([]);
});

test("standard output shows it unchanged: otherwise the hashes would not match", () => {
  expect(printableLines(pageOf(everything))).toBe(pageOf(everything));
});

test("without data it takes less than 60 kB", () => {
  expect(pageOf(reportOf([])).length).toBeLessThan(60_000);
});

test("it says what was checked, and what is ignored", () => {
  const text = textOf(pageOf(sample));
  for (const part of [
    "Failed: drift of SSO connectors in production",
    "Failed: 8 of 13 findings fail the check",
    "Projectsso",
    "203 connectors and 13 other resources of the stack",
    "2026-11-24, 12:00 UTC",
    "1 connector of the tenant could not be read",
    "Not checked1 connector, 1 resource, the credentials of 2 connectors",
    "https://acme-eu.logto.app160133", // connectors, not read, other resources, requests, findings
    "load test until March",
    "managed by Acme's own adminschangedAcmebranding.*",
    "logto-sso 1.2.3, 12 requests to Logto",
  ]) {
    expect(text).toContain(part);
  }
});

test("it says which findings are new, and since when the others have been found", () => {
  const text = textOf(pageOf(comparedSample));
  const counts = ["error new", "warning new", "since 2026-11-20", "since 2026-11-24"].map(
    (part) => text.split(part).length - 1,
  );
  expect(counts).toEqual([2, 1, 10, 0]);
});

test("what was not checked is told from what was not found", () => {
  const tenant = { endpoint: "https://acme.logto.app", connectors: 3, otherResources: 2, requests: 2 };
  const of = (more: Partial<DriftReport["tenants"][number]>, rest: Partial<DriftReport> = {}) => {
    const tenants = [{ ...tenant, unreadable: 0, ...more }];
    const text = textOf(pageOf(reportOf([], { failed: false, stack: null, ignored: [], tenants, ...rest })));
    const [, result] = /Passed: (nothing.*)/.exec(text) ?? [];
    const [, unchecked] = /Not checked(.*)/.exec(text) ?? [];
    const [, changed, rejected] =
      /changedA field[^]*?(none known|none)\n[^]*credentials-rejected.*?(none known|none|not checked)\n/.exec(
        text,
      ) ?? [];
    return [result, unchecked, changed, rejected];
  };
  const found = "nothing found";
  const part = "nothing found in what was checked";
  const probes = "sign-ins at the identity providers (--probe)";
  expect(of({ probed: 3, undetermined: 0 })).toEqual([found, "nothing", "none", "none"]);
  expect(of({})).toEqual([found, probes, "none", "not checked"]);
  expect(of({ unreadable: 1 })).toEqual([part, `1 connector, ${probes}`, "none known", "not checked"]);
  const credentials = "the credentials of 2 connectors";
  expect(of({ probed: 3, undetermined: 2 })).toEqual([part, credentials, "none", "none known"]);
  const ignored = [{ finding: findingOf("unchecked", "a", 1), reason: "an old Logto" }];
  expect(of({ probed: 3 }, { ignored })).toEqual([part, "1 resource", "none known", "none"]);
});

test("a finding has an address of its own, which is the same in a later report", () => {
  const anchorsOf = (report: DriftReport) =>
    [...pageOf(report).matchAll(/ id="(f-[^"]*)"/g)].map(([, id = ""]) => id).sort();
  expect(new Set(anchorsOf(everything)).size).toBe(everything.findings.length);
  const later = everything.findings.map((finding) => ({ ...finding, live: "later", message: "Later." }));
  expect(anchorsOf(reportOf(later))).toEqual(anchorsOf(everything));
});

test("a class is a link to its part of the documentation of this version", () => {
  const link = `<a href="https://unpkg.com/pulumi-logto-sso@${version}/docs/drift.md#domain-conflict">`;
  const html = pageOf(reportOf([findingOf("domain-conflict", "a", 1)]));
  expect(html.split(link)).toHaveLength(4); // the finding, the heading of the class, the summary
});

test("changes are side by side with what differs marked, and a secret is not shown", () => {
  const html = pageOf(sample);
  expect(html).toMatch(/config.clientSecret<\/code>[^]{1,60}The value differs. It is a secret/);
  expect(html).toContain("&#34;acme.example&#34;</code>, <ins><code>&#34;acme-labs.com&#34;</code></ins>");
  expect(html).toContain("oauth2/<del>default</del>&#34;");
  expect(html).toContain("oauth2/<ins>aus1x9</ins>&#34;");
  expect(html).toContain('In Logto</span> <span><span class="absent">absent</span>');
});

test("of a finding whose ignore rule has ended, the values are shown once", () => {
  const ended = "It was ignored until 2026-12-01: known.";
  const of = { path: "config.scope", declared: "openid", live: "openid email" };
  const message = `config.scope is "openid email", not "openid". ${ended}`;
  const html = pageOf(reportOf([findingOf("changed", "a", 1, { ...of, message })]));
  expect(html).toContain(`<span class="message">${ended}</span>`);
  expect(textOf(html)).not.toContain("config.scope is");
});

const text = "x".repeat(100_000);
const hosts = (count: number) => Array.from({ length: count }, (_, index) => `${index}.acme.com`);

test.each([
  ["short values", "declared.com", "live.com", false],
  ["long texts", `${text}declared.com`, `${text}live.com`, true],
  ["a list", [...hosts(50), "declared.com"], [...hosts(50), "live.com"], true],
  ["a list of which no more is shown", [...hosts(5000), "declared.com"], [...hosts(5000), "live.com"], false],
  ["a list of many items that differ", ["declared.com"], ["live.com", ...hosts(5000)], true],
  ["texts that look alike, and are spelled out", "\u00e9".repeat(40), "e\u0301".repeat(40), true],
])("the line of a finding is short, and the rest is below it: %s", (_what, declared, live, isFolded) => {
  const change = { path: "config.metadata", declared, live, message: "" };
  const html = pageOf(reportOf([findingOf("changed", "a", 1, change)]));
  const [, line = ""] = /<summary>([^]*)<\/summary>/.exec(html) ?? [];
  const [, below] = /<p class="whole">(.*)<\/p>/.exec(html) ?? [];
  expect([html.length < 45_000, textOf(line).length < 350]).toEqual([true, true]);
  for (const own of [declared, live].flat().filter((value) => /^(declared|live)\.com$/.test(value))) {
    expect(line).toMatch(new RegExp(`<(ins|del)>(<code>&#34;)?${own.slice(0, 4)}`));
  }
  expect(below !== undefined).toBe(isFolded);
});

test("a line of the program is a link where the repository is known", () => {
  const report = reportOf([findingOf("missing", "a", 1, { source: { file: 'my app#"<.ts', line: 7 } })]);
  expect(pageOf(report, { url })).toContain(`<a href="${url}/infra/sso/my%20app%23%22%3C.ts#L7">`);
  expect(pageOf(report)).toContain("<span>infra/sso/my app#&#34;&#60;.ts:7</span>");
});
