/** `logto-sso drift --format html` in a browser: how it is filtered, read, printed, and that nothing in it runs. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { asHtml } from "../../provider/cli/drift/formats/html";
import type { DriftReport } from "../../provider/cli/drift/driftReport";
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
const thousand = reportOf(
  Array.from({ length: 1000 }, (_, index) =>
    findingOf(index % 2 === 0 ? "changed" : "unmanaged", `customer-${index}`, index),
  ),
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

async function open(report: DriftReport, options: BrowserContextOptions = {}): Promise<Opened> {
  const file = join(folder, "report.html");
  const url = "https://git.acme.com/acme/infra/blob/0123abc";
  writeFileSync(file, asHtml(report, { ...project, url }, "1.2.3"));
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("request", (request) => {
    if (request.url() !== `file://${file}` && !request.url().startsWith("data:")) faults.push(request.url());
  });
  page.on("console", (message) => faults.push(message.text()));
  page.on("pageerror", (error) => faults.push(error.message));
  await page.goto(`file://${file}`);
  return { page, faults, close: () => context.close() };
}

const shown = (page: Page) => page.locator(".finding:visible").count();
const isWider = (page: Page) =>
  page.evaluate<boolean>("document.documentElement.scrollWidth > document.documentElement.clientWidth");

test.each([
  [0, none],
  [1, one],
  [13, sample],
  [1000, thousand],
])(
  "%p findings: all are shown, with and without scripts, and nothing is requested",
  async (count, report) => {
    for (const javaScriptEnabled of [true, false]) {
      const { page, faults, close } = await open(report, { javaScriptEnabled });
      expect(await shown(page)).toBe(count);
      expect(await page.getByRole("search").count()).toBe(javaScriptEnabled && count > 0 ? 1 : 0);
      expect(faults).toEqual([]);
      await close();
    }
  },
);

test("findings are searched and filtered, and how many are shown is announced", async () => {
  const { page, faults, close } = await open(sample);
  const status = page.getByRole("status");
  const headings = () => page.locator("h3:visible").allTextContents();
  expect(await status.textContent()).toBe("All 13 findings shown");

  await page.getByLabel("Search").fill("GLOBEX issuer");
  expect(await status.textContent()).toBe("1 of 13 findings shown");
  expect(await headings()).toEqual([expect.stringMatching(/^changed /)]);

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

test("1,000 findings are filtered by one field", async () => {
  const { page, close } = await open(thousand);
  await page.getByLabel("Search").fill("customer-99");
  expect(await page.getByRole("status").textContent()).toBe("11 of 1000 findings shown");
  await page.getByLabel("Class").selectOption("unmanaged");
  expect(await shown(page)).toBe(6);
  await close();
});

test("names are text, and nothing in them runs or is loaded", async () => {
  const { page, faults, close } = await open(attacked);
  const headings = await page.locator("h4").allTextContents();
  for (const name of hostile) expect(headings.filter((text) => text.startsWith(name))).toHaveLength(2);
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

test.each([320, 375, 768])("on a screen %p pixels wide, nothing is cut off", async (width) => {
  for (const report of [comparedSample, attacked]) {
    const { page, close } = await open(report, { viewport: { width, height: 700 } });
    expect(await isWider(page)).toBe(false);
    await close();
  }
});

test("on paper, everything is shown in dark on light, whatever the filter and the screen", async () => {
  const { page, close } = await open(sample, { colorScheme: "dark" });
  const background = () => page.evaluate("getComputedStyle(document.documentElement).backgroundColor");
  expect(await background()).toBe("rgb(21, 24, 27)");
  await page.getByLabel("Search").fill("nothing has this");
  expect(await shown(page)).toBe(0);
  await page.emulateMedia({ media: "print" });
  expect([await shown(page), await background()]).toEqual([13, "rgb(255, 255, 255)"]);
  expect(await page.getByRole("search").count()).toBe(0);
  expect((await page.pdf()).subarray(0, 5).toString()).toBe("%PDF-");
  await close();
});

test.each(["light", "dark"] as const)(
  "axe finds nothing to improve for people with disabilities: %s",
  async (colorScheme) => {
    for (const report of [none, one, comparedSample]) {
      const { page, close } = await open(report, { colorScheme, bypassCSP: true });
      await page.evaluate(axe);
      const { violations } = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(
        "axe.run()",
      );
      expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
      await close();
    }
  },
);

test("a line of the program is a link to the repository", async () => {
  const { page, close } = await open(sample);
  const link = page.getByRole("link", { name: "infra/sso/index.ts:58" });
  expect(await link.getAttribute("href")).toBe(
    "https://git.acme.com/acme/infra/blob/0123abc/infra/sso/index.ts#L58",
  );
  await close();
});
