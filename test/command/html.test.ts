/** `logto-sso drift --format html` as text. How it looks and works in a browser: test/exhaustive/reportPage.test.ts. */
import { createHash } from "node:crypto";
import { asHtml } from "../../provider/cli/drift/formats/html";
import type { DriftReport } from "../../provider/cli/drift/driftReport";
import { printable, printableLines } from "../../provider/untrustedText";
import { compared, everything, findingOf, names, project, reportOf } from "./reports";
import { sample } from "./sampleReport";

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
  const content = ["section", "h1", "h2", "h3", "h4", "p", "dl", "div", "dt", "dd", "ol", "ul", "li", "a"];
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
  const form = ["form", "label", "input", "select", "option", "button"];
  const known = new Set([...own, ...content, ...table, ...form]);
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
  expect(
    targets.filter((target) => !/^(#[\w-]+$|data:image|https:\/\/github\.com\/acme)/.test(target)),
  ).toEqual([]);
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
    "https://acme-eu.logto.app1613" + "3", // connectors, other resources, requests, findings
    "load test until March",
    "managed by Acme's own adminschangedAcmebranding.*",
    "logto-sso 1.2.3, 12 requests to Logto",
  ]) {
    expect(text).toContain(part);
  }
  expect(textOf(pageOf(reportOf([], { failed: false, stack: null })))).toContain("Passed: nothing found");
});

test("changes are side by side with what differs marked, and a secret is not shown", () => {
  const html = pageOf(sample);
  expect(html).toContain('config.clientSecret</code></p><p class="secret">The value differs. It is a secret');
  expect(html).toContain("<li><ins><code>&#34;acme-labs.com&#34;</code></ins></li>");
  expect(html).toContain("oauth2/<del>default</del>&#34;");
  expect(html).toContain("oauth2/<ins>aus1x9</ins>&#34;");
  expect(html).toContain('<dt>In Logto</dt><dd><p class="absent">absent</p>');
});

test("a long value is cut", () => {
  const value = "x".repeat(100_000);
  const change = { path: "config.metadata", declared: value, live: `${value}y`, message: "" };
  expect(pageOf(reportOf([findingOf("changed", "a", 1, change)])).length).toBeLessThan(40_000);
});

test("a line of the program is a link where the repository is known", () => {
  const report = reportOf([findingOf("missing", "a", 1, { source: { file: 'my app#"<.ts', line: 7 } })]);
  expect(pageOf(report, { url })).toContain(`<a href="${url}/infra/sso/my%20app%23%22%3C.ts#L7">`);
  expect(pageOf(report)).toContain("<p>infra/sso/my app#&#34;&#60;.ts:7</p>");
});
