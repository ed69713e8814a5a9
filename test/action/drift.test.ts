/**
 * The action of the folder `drift`, from its action.yml, on a double of GitHub: what its steps leave behind on good and bad days.
 * The command is the real one; its stack is a state from a file, so that no test needs the Pulumi CLI.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { version } from "../../package.json";
import { connectorInState, exportOf, placeFor, stateIn } from "../exportedState";
import { bot, type GitHub, type Issue, startGitHub } from "../gitHub";
import type { Logto, Row } from "../logto";
import { eachWithLogto } from "../provider/inProcess";
import type { Place } from "../runCli";
import { type ActionOptions, runAction, storage, temporaryFolder } from "./runner";

const root = join(__dirname, "..", "..");

let logto: Logto;
let place: Place;
let acme: Row;
let stored: ReturnType<typeof storage>;
let runs: number; // so far
eachWithLogto(
  (started) => {
    logto = started;
    logto.signInExperience.singleSignOnEnabled = true;
    place = projectFor(logto);
    stored = storage();
    runs = 0;
  },
  { retryDelayMs: 5 },
);
let github: GitHub;
beforeAll(async () => {
  github = await startGitHub();
});
afterEach(() => {
  github.reset();
});
afterAll(() => github.close());

/** A project in whose node_modules is the command, with an export instead of the stack. */
function projectFor(tenant: Logto): Place {
  const project = placeFor(tenant);
  const insert = (connectorName: string) =>
    tenant.connectors.insert({
      providerName: "OIDC",
      connectorName,
      config: { clientId: "client", clientSecret: "canary-config", issuer: `${tenant.idp}/acme` },
      domains: [`${connectorName}.com`],
    });
  acme = insert("acme");
  const rows = [acme, insert("globex")];
  const state = stateIn(project, exportOf(rows.map((row) => connectorInState(row))));
  const folder = join(project.folder, "node_modules", "pulumi-logto-sso");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ bin: { "logto-sso": "bin.js" } }));
  const main = JSON.stringify(join(root, "dist", "cli", "main.js"));
  writeFileSync(
    join(folder, "bin.js"),
    `const { argv } = process;
    console.log("arguments:", argv.slice(2).join(" "));
    argv.splice(argv.indexOf("--stack"), 2, ...${JSON.stringify(state)});
    if (Object.values(process.env).includes("canary-token")) throw new Error("The command has the token of GitHub");
    require(${main});`,
  );
  return project;
}

/** A run of a workflow. Fails if anything shows a secret. */
async function night(inputs: Readonly<Record<string, string>> = {}, more: Partial<ActionOptions> = {}) {
  runs++;
  const result = await runAction(join(root, "drift", "action.yml"), {
    inputs: { stack: "production", issue: "true", ...inputs },
    env: place.env,
    workspace: place.folder,
    temporary: temporaryFolder(place.folder),
    github: { repository: "acme/infra", token: "canary-token", runId: runs, api: github.url },
    actions: stored.actions,
    ...more,
  });
  const shown = [result.log, result.summary, JSON.stringify([github.issues, github.comments])];
  expect([...shown, ...[...stored.artifacts.values()].flat()].join("\n")).not.toContain("canary");
  const { status, findings, failing, new: fresh } = result.outputs;
  return { ...result, counts: [status, findings, failing, fresh].join(" ") };
}

const briefly = () => github.issues.map(({ number, state }) => `${number} ${state}`);
const written = () => github.requests.filter((one) => !one.startsWith("GET") && !one.includes("graphql"));
const changeAcme = () => {
  acme.domains = ["by-hand.com"];
};

test("from good days to bad ones and back, one issue is opened, updated, closed and opened again", async () => {
  const inputs = { "issue-labels": "drift, sso" };
  const first = await night(inputs);
  expect([first.outcome, first.counts, briefly()]).toEqual(["success", "passed 0 0 0", []]);
  expect(first.summary).toContain("Nothing found");

  changeAcme();
  const second = await night(inputs);
  expect([second.outcome, second.counts, briefly()]).toEqual(["failure", "failed 1 1 1", ["1 open"]]);
  expect(second.log).toContain(
    "::error title=Drift of SSO connectors::1 finding fails the check of production.",
  );
  expect(second.summary).toContain('`["by-hand.com"]`');
  expect(second.outputs).toMatchObject({
    "issue-number": "1",
    "html-report": expect.stringMatching(/drift\.html$/) as string,
  });
  expect([...stored.artifacts].map(([name, files]) => [name, files.length])).toEqual([
    ["logto-sso-drift-production", 3],
  ]);
  const [issue] = github.issues;
  if (issue === undefined) throw new Error("There is no issue");
  expect(issue).toMatchObject({
    title: "Drift of SSO connectors: production",
    labels: ["drift", "sso"],
    user: bot,
  });
  for (const part of ['`["by-hand.com"]`', "runs/2)", `(${second.outputs["artifact-url"] ?? ""})`])
    expect(issue.body).toContain(part);

  // What people do with an issue stays, and it is still found.
  Object.assign(issue, { title: "Acme changed something", labels: ["sso", "urgent"] });
  Object.assign(github, { requests: [] });
  logto.named("globex").domains = ["by-hand.org"];
  const third = await night(inputs);
  expect([third.counts, briefly(), written()]).toEqual(["failed 2 2 1", ["1 open"], ["PATCH issues/1"]]);
  expect(issue).toMatchObject({ title: "Acme changed something", labels: ["sso", "urgent"] });
  expect(issue.body).toMatch(/by-hand\.org[^]*runs\/3\)/);

  acme.domains = ["acme.com"];
  logto.named("globex").domains = ["globex.com"];
  expect((await night(inputs)).counts).toBe("passed 0 0 0");
  expect([briefly(), github.comments.map(({ body }) => body)]).toEqual([
    ["1 closed"],
    [expect.stringContaining("has found nothing that fails the check")],
  ]);
  expect((await night(inputs)).outcome).toBe("success");
  expect(github.comments).toHaveLength(1);

  changeAcme();
  expect((await night(inputs)).counts).toBe("failed 1 1 1");
  expect([briefly(), github.comments.at(-1)?.body]).toEqual([
    ["1 open"],
    expect.stringContaining("runs/6) has found drift again"),
  ]);
  expect(issue.labels).toEqual(["sso", "urgent"]);
});

test("the issues of others, of other stacks and of any number are left alone", async () => {
  const marker = "<!-- logto-sso-drift-production -->";
  const others = Array.from({ length: 101 }, (_, index): Issue => ({
    ...{ number: index + 1, title: "Drift of SSO connectors: production", body: null },
    ...{ state: "closed", user: bot },
  }));
  others.push(
    { number: 102, title: "", body: marker, state: "open", user: { login: "octocat" } },
    { number: 103, title: "", body: marker, state: "open", user: bot, pull_request: {} },
    { number: 104, title: "", body: "<!-- logto-sso-drift-production-eu -->", state: "open", user: bot },
  );
  github.issues.push(...structuredClone(others));
  changeAcme();
  await night();
  expect(github.issues).toEqual([...others, expect.objectContaining({ number: 105, state: "open" })]);
  // It is on the second page now.
  github.issues.push(...others.slice(0, 100).map((one) => ({ ...one, number: one.number + 105 })));
  await night();
  expect(github.issues).toHaveLength(205);
});

test("stacks whose names differ in a slash only have an issue and an earlier report each", async () => {
  changeAcme();
  const stacks = ["acme/production", "acme-production", "acme/production"];
  const nights = [];
  for (const stack of stacks) nights.push(await night({ stack, "fail-on-new": "true" }));
  expect(nights.map(({ counts }) => counts)).toEqual(["failed 1 1 1", "failed 1 1 1", "passed 1 0 0"]);
  expect(nights.map(({ outputs }) => outputs["issue-number"])).toEqual(["1", "2", "1"]);
});

test("with fail-on-new, only a night with something new fails, and the issue stays open", async () => {
  const inputs = { "fail-on-new": "true" };
  changeAcme();
  const outcomes = [await night(inputs), await night(inputs)];
  logto.named("globex").domains = ["by-hand.org"];
  outcomes.push(await night(inputs));
  expect(outcomes.map(({ outcome, counts }) => `${outcome}: ${counts}`)).toEqual([
    "failure: failed 1 1 1",
    "success: passed 1 0 0",
    "failure: failed 2 1 1",
  ]);
  expect(briefly()).toEqual(["1 open"]);

  // A report that nothing can be compared with must not stop the checks for ever.
  for (const [key, report] of stored.cache)
    stored.cache.set(key, report.replaceAll(logto.url, "https://old.acme.com"));
  const moved = await night(inputs);
  expect(moved.counts).toBe("failed 2 2 2");
  for (const text of [
    "is of the tenant https://old.acme.com",
    "::notice title=Drift of SSO connectors::The report",
  ]) {
    expect(moved.log).toContain(text);
  }
  expect((await night(inputs)).counts).toBe("passed 2 0 0");
});

test.each([
  ["a wrong secret", () => ({ LOGTO_CLIENT_SECRET: "canary-wrong" }), /LOGTO_CLIENT_SECRET/],
  [
    "Logto is down",
    () => {
      logto.faults.arm("503", { method: "GET", path: /./ }, Infinity);
      return {};
    },
    /503/,
  ],
])("%s: the step fails and says so, and nothing else is touched", async (_what, prepare, says) => {
  const open: Issue = {
    ...{ number: 1, title: "", body: "<!-- logto-sso-drift-production -->", state: "open", user: bot },
  };
  github.issues.push({ ...open });
  const bad = await night({}, { env: { ...place.env, ...prepare() } });
  expect([bad.outcome, bad.outputs.status, github.issues, stored.cache.size]).toEqual([
    "failure",
    "error",
    [open],
    0,
  ]);
  expect(bad.log).toMatch(says);
  expect(bad.log).toContain("::error title=Drift of SSO connectors::The check could not be completed.");
  expect(bad.summary).toContain("unknown");
  expect(bad.steps.at(-1)).toBe("Check");
});

test.each([
  ["from a fork", { full_name: "octocat/infra" }],
  ["from a fork that is gone", null],
])("a pull request %s is skipped, as it has no secrets", async (_what, repo) => {
  const { outcome, outputs, log, steps } = await night(
    {},
    { env: { PATH: place.env.PATH }, event: { pull_request: { head: { repo } } } },
  );
  expect([outcome, outputs.status, outputs.findings, steps.length]).toEqual(["success", "skipped", "", 1]);
  expect(log).toContain(
    "::notice title=Drift of SSO connectors::GitHub gives no secrets to a pull request from a fork",
  );
  expect(github.requests).toEqual([]);
});

test("a pull request of the repository itself is checked, in the folder of the project", async () => {
  const { outcome, steps, outputs, log } = await night(
    {
      ...{ "work-dir": "node_modules/..", issue: "false", "upload-report": "false" },
      ...{ "fail-on": "none", probe: "true", "expiry-days": "7", "comment-on-summary": "false" },
    },
    { event: { pull_request: { head: { repo: { full_name: "acme/infra" } } } } },
  );
  expect([outcome, outputs.status]).toEqual(["success", "passed"]);
  expect(steps).not.toContain("Keep the reports as an artifact");
  expect(log).toMatch(/^arguments: drift --stack production .* --fail-on=none --expiry-days=7 --probe$/m);
  expect(github.requests).toEqual([]);
});

test("a project without the package gets the command of the action's version from the registry", async () => {
  rmSync(join(place.folder, "node_modules"), { recursive: true });
  const bin = join(place.folder, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "npx"), '#!/bin/sh\necho "npx $*"\nexit 1\n', { mode: 0o755 });
  const { outputs, log } = await night({}, { env: { ...place.env, PATH: `${bin}:${place.env.PATH ?? ""}` } });
  expect(outputs.status).toBe("error");
  expect(log).toContain(
    `npx --yes --package pulumi-logto-sso@${version} -- logto-sso drift --stack production`,
  );
});

test.each([
  [
    "stack",
    { stack: "" },
    'must be the name of a stack, such as production or acme/infra/production, and is "".',
  ],
  ["stack", { stack: "x --> y" }, 'and is "x --> y".'],
  [
    "work-dir",
    { "work-dir": "infra" },
    /The folder work-dir is missing: .*infra\. Is the repository checked out/,
  ],
  ["issue", { issue: "yes" }, 'The input issue must be true or false, and is "yes".'],
])("the input %s: %j is explained", async (_name, inputs, says) => {
  const { outcome, log, outputs, steps } = await night(inputs);
  expect([outcome, outputs.status, steps.length]).toEqual(["failure", "error", 1]);
  if (typeof says === "string") expect(log).toContain(says);
  else expect(log).toMatch(says);
});

test.each([
  [
    "may only read",
    () => (github.rights = "read"),
    /POST \S+\/issues: GitHub answered 403: .* `permissions: issues: write`/,
  ],
  ["has no issues", () => (github.hasIssues = false), /GitHub answered 410: .*Enable them in its settings/],
])("a repository that %s: the check is done, and the step says what to do", async (_what, make, says) => {
  make();
  changeAcme();
  const { outcome, counts, log } = await night();
  expect([outcome, counts]).toEqual(["failure", "failed 1 1 1"]);
  expect(log).toMatch(says);
});

test("a report of any length and with any names fits into an issue, and nothing in it is markup", async () => {
  for (let index = 0; index < 400; index++) {
    const connectorName = `${index} <!-- @octocat #1 --> ${"`".repeat(index % 3)}${"x".repeat(200)}`.slice(
      0,
      128,
    );
    logto.connectors.insert({ providerName: "OIDC", connectorName, config: {}, domains: [] });
  }
  const { outcome, outputs } = await night({ "fail-on": "unmanaged" });
  expect([outcome, Number(outputs.findings) >= 400]).toEqual(["failure", true]);
  const body = github.issues[0]?.body ?? "";
  expect(body.length).toBeGreaterThan(50_000);
  expect(body.replaceAll(/(`+)(?!`)[^]*?(?<!`)\1(?!`)/g, "")).not.toMatch(/@|#1|<!-- @/);
});
