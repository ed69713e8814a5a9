/** `logto-sso drift --format html` in a browser: how it is filtered, grouped, read, printed, and that nothing in it runs. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { asHtml } from "../../provider/cli/drift/formats/html";
import type { DriftReport } from "../../provider/cli/drift/driftReport";
import { findingClasses } from "../../provider/cli/health/findingClasses";
import { startChromium } from "../chromium";
import { findingOf, project, reportOf } from "../command/reports";
import { comparedSample, sample } from "../command/sampleReport";

jest.setTimeout(120_000);
const folder = mkdtempSync(join(tmpdir(), "logto-sso-page-"));
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
let browser: Browser;
beforeAll(async () => (browser = await startChromium()), 600_000);
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

const none = reportOf([], { failed: false, ignored: [], unusedRules: [] });
const one = reportOf([findingOf("missing", "Acme", 1)]);
const longValue = (own: string) => `<md>${"x".repeat(1500)}${own}${"y".repeat(1500)}</md>`;
const changed = { path: "config.metadata", declared: longValue("declared"), live: longValue("live") };
const kinds = ["unmanaged", "changed", "missing", "certificate-expiring", "credentials-rejected"] as const;
/** Three findings of each of 134 connectors. */
const hundreds = reportOf(
  Array.from({ length: 400 }, (_, index) => {
    const connector = Math.floor(index / 3);
    const kind = kinds[index % kinds.length] ?? "changed";
    const more = { source: { file: "index.ts", line: index + 1 }, ...(kind === "changed" ? changed : {}) };
    return findingOf(kind, `customer-${connector}`, connector, more);
  }),
);
const attack = "document.title = 'attacked'";
const hostile = [
  `<img src=x onerror="${attack}">`,
  `</script><script>${attack}</script>`,
  `</style><style>*{display:none}</style>`,
  `"><svg onload="${attack}">`,
  `<!--`,
  `<base href="https://evil.example.com/"><meta http-equiv="refresh" content="0;url=https://evil.example.com">`,
  "x".repeat(2000),
];
const attacked = reportOf(
  hostile.flatMap((name, index) => [
    findingOf("changed", name, index + 1, { source: { file: name, line: 1 } }),
    findingOf("unmanaged", name, index + 1, { remedy: name }),
  ]),
  {
    stack: { project: hostile[0] ?? "", name: hostile[1] ?? "" },
    ignored: hostile.map((reason) => ({ finding: findingOf("missing", reason, 1), reason })),
  },
);

interface Opened {
  readonly page: Page;
  /** What the page should not have done: requests, errors, and what its policy prevented. */
  readonly faults: string[];
  readonly close: () => Promise<void>;
}

async function open(report: DriftReport, options: BrowserContextOptions = {}, hash = ""): Promise<Opened> {
  const file = join(folder, "report.html");
  const url = "https://git.acme.com/acme/infra/blob/0123abc";
  writeFileSync(file, asHtml(report, { ...project, url }, "1.2.3"));
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("request", (request) => {
    if (request.url().split("#")[0] !== `file://${file}` && !request.url().startsWith("data:"))
      faults.push(request.url());
  });
  page.on("console", (message) => faults.push(message.text()));
  page.on("pageerror", (error) => faults.push(error.message));
  await page.goto(`file://${file}${hash}`);
  return { page, faults, close: () => context.close() };
}

const shown = (page: Page) => page.locator(".finding:visible").count();
const headings = (page: Page) => page.locator("h3:visible").allTextContents();
const hashOf = (page: Page) => page.evaluate<string>("location.hash");
const openAll = "for (const details of document.querySelectorAll('details')) details.open = true";
const isWider = (page: Page) =>
  page.evaluate<boolean>("document.documentElement.scrollWidth > document.documentElement.clientWidth");
/** The findings that are on the screen as a whole, in their order. */
const onScreen = (page: Page) =>
  page.evaluate<string[]>(`[...document.querySelectorAll(".finding")]
    .filter((element) => element.getBoundingClientRect().bottom <= innerHeight)
    .map(({ dataset }) => dataset.severity)`);

test.each([
  [0, none, 0],
  [13, sample, 6],
  [400, hundreds, 6],
])(
  "%p findings: all are shown, the worst on the first screen, with and without scripts, and nothing is requested",
  async (count, report, first) => {
    for (const javaScriptEnabled of [true, false]) {
      const { page, faults, close } = await open(report, { javaScriptEnabled });
      expect(await shown(page)).toBe(count);
      expect(await page.getByRole("search").count()).toBe(javaScriptEnabled && count > 0 ? 1 : 0);
      expect(await page.locator(".copy:not([hidden])").count()).toBe(javaScriptEnabled ? count : 0);
      const severities = await onScreen(page);
      expect(severities.length).toBeGreaterThanOrEqual(first);
      expect(severities[0]).toBe(count === 0 ? undefined : "error");
      expect(faults).toEqual([]);
      await close();
    }
  },
);

test("findings are searched and filtered, and how many are shown is announced", async () => {
  const { page, faults, close } = await open(sample);
  const status = page.getByRole("status");
  expect(await status.textContent()).toBe("All 13 findings shown");

  await page.getByLabel("Search").fill("GLOBEX issuer");
  expect(await status.textContent()).toBe("1 of 13 findings shown");
  expect(await headings(page)).toEqual([expect.stringMatching(/^Globex /)]);

  await page.getByLabel("Search").fill("");
  await page.getByLabel("Class").selectOption("changed");
  await page.getByLabel("Tenant").selectOption("https://acme-eu.logto.app");
  expect(await status.textContent()).toBe("2 of 13 findings shown");
  await page.getByLabel("Severity").selectOption("warning");
  expect([await status.textContent(), await shown(page)]).toEqual(["0 of 13 findings shown", 0]);
  expect(await page.getByText("No finding matches.").isVisible()).toBe(true);

  await page.getByRole("button", { name: "Clear" }).click();
  await page.getByText("All 13 findings shown").waitFor();
  expect(await page.evaluate("document.activeElement.id")).toBe("search");

  await page.getByLabel("Search").fill("x7k2mq0dv9ta");
  await page.getByLabel("Search").press("Enter");
  expect(await shown(page)).toBe(3);
  expect(faults).toEqual([]);
  await close();
});

test("what is new since the baseline is marked, and can be chosen", async () => {
  const { page, faults, close } = await open(comparedSample);
  await page.getByLabel("History").selectOption("new");
  expect(await page.getByRole("status").textContent()).toBe("3 of 13 findings shown");
  expect(await page.locator(".new:visible").allTextContents()).toEqual(["new", "new", "new"]);
  expect(await page.getByRole("table", { name: "Resolved" }).locator("tbody tr").count()).toBe(1);
  expect(faults).toEqual([]);
  await close();
});

test("findings are grouped by connector or by class, the worst first", async () => {
  const { page, faults, close } = await open(sample);
  const names = async () => (await headings(page)).map((text) => text.replace(/ .*/s, ""));
  const connectors = ["Acme", "Globex", "Initech", "Hooli", "Umbrella", "by"];
  expect(await names()).toEqual(connectors);
  await page.getByLabel("Group by").selectOption("class");
  const classes = ["changed", "missing", "signing-key-expiring", "credentials-rejected", "unmanaged"];
  expect((await names()).slice(0, 5)).toEqual(classes);
  expect(await shown(page)).toBe(13);
  const first = page.locator(".group:visible").first();
  expect(await first.locator("h3").textContent()).toContain("5 findings, all of which fail the check");
  // What the heading says is not repeated.
  expect(await first.locator("summary").first().innerText()).toMatch(/^error Acme Okta x7k2mq0dv9ta\n/);
  await page.getByLabel("Search").fill("globex");
  expect(await names()).toEqual(["changed", "credentials-rejected"]);
  await page.getByRole("button", { name: "Clear" }).click();
  expect((await names()).slice(0, 5)).toEqual(classes);
  await page.getByLabel("Search").fill("globex");
  await page.getByLabel("Group by").selectOption("Connector");
  expect(await names()).toEqual(["Globex"]);
  expect(await page.locator("summary:visible").first().innerText()).toMatch(/^error changed\n/);
  await page.getByRole("button", { name: "Clear" }).click();
  expect(await names()).toEqual(connectors);
  expect(faults).toEqual([]);
  await close();
});

test("the heading of a group and the filter stay while the page is scrolled, and hide nothing that has the focus", async () => {
  const { page, close } = await open(sample, { viewport: { width: 1280, height: 500 } }, "#by=class");
  const last = `document.querySelectorAll('[data-group="changed"] summary')[4]`;
  await page.evaluate(`${last}.scrollIntoView()`);
  const boxOf = async (selector: string) =>
    (await page.locator(selector).boundingBox()) ?? { y: NaN, height: 0 };
  const [filter, heading] = [await boxOf("#filter"), await boxOf("#group-class-changed")];
  expect([filter.y, heading.y]).toEqual([0, filter.height]);
  await page.evaluate(`${last}.focus()`);
  const covering = `(() => {
    const { left, top, bottom } = document.activeElement.getBoundingClientRect();
    const at = (y) => document.activeElement.contains(document.elementFromPoint(left + 40, y));
    return [document.activeElement.localName, at(top + 8), at(bottom - 8)];
  })()`;
  for (let count = 0; count < 4; count++) {
    await page.keyboard.press("Shift+Tab");
    expect(await page.evaluate(covering)).toEqual(["summary", true, true]);
  }
  await close();
});

test("the filter, the grouping and the opened finding are in the address", async () => {
  const { page, faults, close } = await open(sample);
  await page.getByLabel("Search").fill("okta & <b>");
  await page.getByLabel("Group by").selectOption("class");
  await page.getByLabel("Tenant").selectOption("https://acme.logto.app");
  expect(new URLSearchParams((await hashOf(page)).slice(1)).toString()).toBe(
    "search=okta+%26+%3Cb%3E&by=class&tenant=https%3A%2F%2Facme.logto.app",
  );
  await page.getByLabel("Search").fill("okta");
  await page.locator("summary:visible").nth(1).click();
  await page.waitForFunction("location.hash.includes('finding=')");
  const hash = await hashOf(page);
  await close();

  const again = await open(sample, {}, hash);
  expect([await again.page.getByLabel("Search").inputValue(), await shown(again.page)]).toEqual(["okta", 3]);
  expect(await headings(again.page)).toEqual([
    expect.stringContaining("changed"),
    expect.stringContaining("domain-conflict"),
  ]);
  expect(await again.page.locator("details[open]").allTextContents()).toEqual([
    expect.stringContaining("acme-labs.com"),
  ]);
  expect(await hashOf(again.page)).toBe(hash);

  // Closed, it is no longer there.
  await again.page.keyboard.press("Enter");
  await again.page.waitForFunction("!location.hash.includes('finding=')");
  // Another address of the same page.
  await again.page.evaluate("location.hash = 'class=missing'");
  await again.page.getByText("1 of 13 findings shown").waitFor();
  expect(await again.page.getByLabel("Search").inputValue()).toBe("");
  for (const nonsense of ["search", "class=none&by=%3Cb%3E&finding=search", "%E0%A4%A=&x=1"]) {
    await again.page.evaluate(`location.hash = ${JSON.stringify(nonsense)}`);
    await again.page.getByText("All 13 findings shown").waitFor();
    expect(await again.page.evaluate("document.getElementById('by-class').selectedIndex")).toBe(0);
  }
  expect([...faults, ...again.faults]).toEqual([]);
  await again.close();
});

test("a link to a finding opens it, with and without scripts, and whatever the filter", async () => {
  const anchor = (page: Page) => page.locator(".anchor").nth(7);
  const viewport = { width: 1280, height: 500 };
  const { page, faults, close } = await open(sample, { viewport });
  const hash = (await anchor(page).getAttribute("href")) ?? "";
  await page.getByLabel("Search").fill("nothing has this");
  await page.evaluate(`location.hash = "${hash}"`);
  await anchor(page).waitFor();
  expect([await shown(page), await hashOf(page)]).toEqual([13, hash]);
  expect(faults).toEqual([]);
  await close();
  for (const javaScriptEnabled of [true, false]) {
    const opened = await open(sample, { viewport, javaScriptEnabled }, hash);
    await anchor(opened.page).waitFor();
    const line = opened.page.locator("details[open] > summary");
    const { y } = (await line.boundingBox()) ?? { y: NaN };
    expect(await line.count()).toBe(1);
    expect([y > 40, y < 250]).toEqual([true, true]);
    await opened.close();
  }
});

test("a finding is opened by keyboard, its values are shown at length, and its remedy is copied", async () => {
  const { page, faults, close } = await open(hundreds);
  await page.getByLabel("Search").fill("customer-13");
  expect(await page.getByRole("status").textContent()).toBe("13 of 400 findings shown");
  await page.getByLabel("Class").selectOption("unmanaged");
  expect(await shown(page)).toBe(3);
  await page.locator("#clear").focus();
  await page.keyboard.press("Tab");
  expect(await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")).toBe("solid");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Copy remedy" }).waitFor();
  for (let count = 0; count < 2; count++) await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  expect(await page.locator(".copy:focus").textContent()).toBe("Copied");
  await page.getByLabel("Search").fill("");
  await page.getByLabel("Search").press("Control+V");
  const remedy = findingClasses.unmanaged.remedy.replaceAll("`", "");
  expect(await page.getByLabel("Search").inputValue()).toBe(remedy);

  await page.locator("#clear").click();
  await page.getByLabel("Search").fill("xdeclaredy");
  const summary = page.locator("summary:visible").first();
  const [text, whole] = [await summary.innerText(), page.locator(".whole:visible")];
  expect([text.length < 300, text.includes("declared"), await whole.count()]).toEqual([true, true, 0]);
  await summary.click();
  expect((await whole.innerText()).length).toBeGreaterThan(3000);
  expect(await whole.locator("del, ins").allTextContents()).toEqual(["declared", "live"]);
  expect(faults).toEqual([]);
  await close();
});

test("names are text, and nothing in them runs or is loaded", async () => {
  const { page, faults, close } = await open(attacked);
  for (const name of hostile) {
    expect(await page.locator(".group:visible h3", { hasText: name }).count()).toBe(1);
    expect(await page.locator("summary:visible .message", { hasText: name }).count()).toBe(2);
  }
  expect(await shown(page)).toBe(2 * hostile.length);
  expect(await page.title()).toMatch(/^Failed: drift of SSO connectors/);
  expect(await page.locator("img, svg, base").count()).toBe(0);
  expect(await isWider(page)).toBe(false);
  expect(faults).toEqual([]);
  await close();
});

test("the policy stops a script and a style that are not the page's own", async () => {
  const { page, faults, close } = await open(one);
  const addTo = (element: string, text: string) =>
    `document.body.append(Object.assign(document.createElement("${element}"), { textContent: "${text}" }))`;
  await page.evaluate(addTo("script", attack));
  await page.evaluate(addTo("style", "body{display:none}"));
  expect(faults).toHaveLength(2);
  expect([await page.title(), await page.locator("body").isVisible()]).toEqual([
    "Failed: drift of SSO connectors in production",
    true,
  ]);
  await close();
});

test("on a narrow screen, nothing is cut off", async () => {
  for (const report of [comparedSample, attacked]) {
    const { page, close } = await open(report);
    for (const width of [768, 375, 320]) {
      await page.setViewportSize({ width, height: 700 });
      expect([width, await isWider(page)]).toEqual([width, false]);
      await page.evaluate(openAll);
    }
    await close();
  }
});

test("on paper, every finding is shown in dark on light, whatever the filter and the screen, and its remedy once", async () => {
  const { page, close } = await open(sample, { colorScheme: "dark" });
  const background = () => page.evaluate("getComputedStyle(document.documentElement).backgroundColor");
  expect(await background()).toBe("rgb(21, 24, 27)");
  await page.getByLabel("Search").fill("nothing has this");
  expect(await shown(page)).toBe(0);
  await page.emulateMedia({ media: "print" });
  expect([await shown(page), await background()]).toEqual([13, "rgb(255, 255, 255)"]);
  expect(await page.getByRole("search").count()).toBe(0);
  expect(await headings(page)).toHaveLength(6);
  const text = await page.locator("body").innerText();
  for (const part of [
    "to restore the declared value",
    "issued for another tenant of Okta",
    "infra/sso/index.ts:58",
  ]) {
    expect(text.split(part)).toHaveLength(2);
  }
  await close();
});

test("400 findings are printed on 50 pages at most", async () => {
  const { page, close } = await open(hundreds);
  await page.locator("summary").first().click();
  const pages = (await page.pdf({ format: "A4" })).toString("latin1").match(/\/Type\s*\/Page\b/g);
  expect(pages?.length).toBeGreaterThan(10);
  expect(pages?.length).toBeLessThanOrEqual(50);
  await close();
});

test("axe finds nothing to improve for people with disabilities, light and dark, folded and opened", async () => {
  for (const report of [none, comparedSample]) {
    const { page, close } = await open(report, { bypassCSP: true });
    await page.evaluate(axe);
    const violations = async (options: object = {}) => {
      const found = await page.evaluate<Violations>(`axe.run(document, ${JSON.stringify(options)})`);
      return found.violations.map(({ id, nodes }) => [id, nodes[0]?.html]);
    };
    expect(await violations()).toEqual([]);
    await page.evaluate(openAll);
    if (report !== none) {
      await page.getByLabel("Group by").selectOption("class");
      expect(await violations()).toEqual([]);
    }
    // Only the colors are others.
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await violations({ runOnly: ["color-contrast"] })).toEqual([]);
    await close();
  }
});

interface Violations {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}
