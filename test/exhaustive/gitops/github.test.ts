/**
 * The workflows of examples/gitops: their commands as they are written, with the real CLI and stand-ins for Logto and GitHub. On a
 * good day, on one with drift or a broken program, with wrong credentials, and while Logto is down.
 */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { run } from "../../engine";
import type { Logto } from "../../logto";
import { read } from "../../schemas";
import { runAction, storage } from "../../action/runner";
import { type GitHub, startGitHub } from "../../gitHub";
import { editByHand, expectReported, onBadDays, type Repository, withRepository } from "./repository";

const root = join(__dirname, "..", "..", "..");

let logto: Logto;
let repository: Repository;
withRepository((...started) => {
  [logto, repository] = started;
});
let github: GitHub;
beforeAll(async () => {
  github = await startGitHub();
});
afterAll(() => github.close());
beforeEach(() => {
  github.reset();
});
const stored = storage();
let runs = 0;

interface Workflow {
  readonly jobs: Record<string, { readonly steps: readonly Step[] }>;
}
interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string | boolean>>;
  readonly env?: Readonly<Record<string, string>>;
}
const values: Record<string, string> = {
  "${{ secrets.PULUMI_ACCESS_TOKEN }}": "canary-access-token",
  "${{ github.token }}": "canary-token",
};

/** Runs the command of a workflow in a new checkout. Fails if anything shows a secret. */
async function workflow(name: "preview" | "up") {
  const folder = repository.checkout();
  await repository.install(folder);
  const { jobs } = parse(read(`examples/gitops/github/${name}.yml`)) as Workflow;
  const steps = Object.values(jobs).flatMap((job) => job.steps.filter((step) => step.run !== undefined));
  const { run: command = "", env = {} } = steps.at(-1) ?? {};
  const summaryFile = join(mkdtempSync(`${folder}-runner-`), "summary");
  writeFileSync(summaryFile, "");
  const { code, stdout, stderr } = await run("bash", ["-e", "-c", command], {
    cwd: folder,
    env: {
      ...repository.env,
      ...{ CI: "true", GITHUB_ACTIONS: "true", GITHUB_API_URL: github.url },
      ...{ GITHUB_SERVER_URL: "https://github.com", GITHUB_REPOSITORY: "acme/infra", GITHUB_RUN_ID: "1" },
      ...{ GITHUB_REF: "refs/pull/7/merge", GITHUB_STEP_SUMMARY: summaryFile },
      ...Object.fromEntries(Object.entries(env).map(([key, value]) => [key, values[value]])),
    },
    timeoutSeconds: 240,
  });
  const [log, summary] = [stdout + stderr, readFileSync(summaryFile, "utf8")];
  expect([log, summary, JSON.stringify(github)].join("\n")).not.toContain("canary");
  return { code, log, summary };
}

test("up.yml deploys main, and restores what was changed by hand", async () => {
  expect([(await workflow("up")).code, logto.connectors.rows.size]).toEqual([0, 2]);
  editByHand(logto);
  repository.edit('displayName: "Acme"', 'displayName: "Acme Inc."');
  expect((await workflow("up")).code).toBe(0);
  const deployed = { domains: ["acme.com", "acme.org"], branding: { displayName: "Acme Inc." } };
  expect(logto.named("Acme")).toMatchObject(deployed);

  repository.edit("Acme Inc.", "Acme Ltd.");
  await onBadDays(logto, repository, async (says) => {
    const bad = await workflow("up");
    expect([bad.code === 0, logto.named("Acme")]).toEqual([false, expect.objectContaining(deployed)]);
    expect(bad.log).toMatch(says);
  });
  expect((await workflow("up")).code).toBe(0);
});

test("preview.yml comments once on a pull request, whether or not its preview succeeds", async () => {
  const others = Array.from({ length: 100 }, (_, id) => ({
    ...{ id, issue: 7, user: { login: "octocat" }, body: "<!-- preview of production --> Mine." },
  }));
  github.comments.push(...others);
  repository.edit('"Acme Ltd."', '"Acme Corp."');
  const good = await workflow("preview");
  expect(good.code).toBe(0);
  expect(github.comments).toEqual([...others, expect.objectContaining({ body: good.summary })]);
  expect(good.summary).toMatch(/^<!-- .*\nPreview of production:\n\n( {4}.*\n)+$/);
  expect(good.summary).toMatch(/displayName: "Acme Ltd." => "Acme Corp."/);

  // More than a comment may have, of a program that does not get the job's token.
  const long = 'for (let i = 0; i < 70; i++) console.log(process.env.GH_TOKEN, "🎉".repeat(500));\n';
  repository.edit("\nexport", `\n${long}export`);
  repository.edit('domains: ["acme.com"', 'domains: ["acme"');
  const broken = await workflow("preview");
  expect(broken.code).not.toBe(0);
  expect(broken.log).toContain("undefined 🎉");
  expect(github.comments.slice(100)).toEqual([expect.objectContaining({ body: broken.summary })]);
  expect(broken.summary.slice(0, 100)).toMatch(/\nThe preview of production failed:\n\n {4}…/);
  expect(broken.summary.slice(-5000)).toMatch(/domains/);
  repository.edit('domains: ["acme"', 'domains: ["acme.com"');
  repository.edit(long, "");

  await onBadDays(logto, repository, async (says) => {
    const bad = await workflow("preview");
    expect(bad.code).not.toBe(0);
    expect(github.comments.slice(100)).toEqual([
      expect.objectContaining({ body: expect.stringMatching(says) as string }),
    ]);
  });
  repository.edit('"Acme Corp."', '"Acme Ltd."');
});

/** Runs the job of drift.yml in a new checkout, with this repository's action: the command is the one that the project has installed. */
async function drift() {
  const folder = repository.checkout();
  await repository.install(folder);
  const { jobs } = parse(read("examples/gitops/github/drift.yml")) as Workflow;
  const step = Object.values(jobs)
    .flatMap((job) => job.steps)
    .at(-1);
  expect(step?.uses).toBe("OWNER/pulumi-logto/drift@v1");
  const inputs = Object.entries(step?.with ?? {}).map(([name, value]) => [name, String(value)]);
  const env = Object.entries(step?.env ?? {}).map(([name, value]) => [name, values[value]]);
  const result = await runAction(join(root, "drift", "action.yml"), {
    inputs: Object.fromEntries(inputs) as Record<string, string>,
    env: { ...repository.env, ...Object.fromEntries(env) } as NodeJS.ProcessEnv,
    workspace: folder,
    temporary: mkdtempSync(`${folder}-runner-`),
    github: { repository: "acme/infra", token: "canary-token", runId: ++runs, api: github.url },
    actions: stored.actions,
  });
  const artifacts = [...stored.artifacts.values()].flat();
  expect([result.log, result.summary, ...artifacts, JSON.stringify(github)].join("\n")).not.toContain(
    "canary",
  );
  return { ...result, page: artifacts[0] ?? "" };
}

test("drift.yml opens an issue, updates it while there is drift, and closes it", async () => {
  const good = await drift();
  expect([good.outputs.status, good.outcome, github.issues]).toEqual(["passed", "success", []]);
  expect(good.summary).toContain("Nothing found");
  expect(good.page).toContain("Passed: nothing found");

  editByHand(logto);
  const bad = await drift();
  expect([bad.outputs.status, bad.outcome]).toEqual(["failed", "failure"]);
  expect(github.issues).toMatchObject([
    { number: 1, title: "Drift of SSO connectors: production", state: "open" },
  ]);
  const body = github.issues[0]?.body ?? "";
  for (const text of [bad.log, bad.summary, body, bad.page]) expectReported(text);

  await onBadDays(logto, repository, async (says) => {
    const unknown = await drift();
    expect([unknown.outputs.status, unknown.outcome]).toEqual(["error", "failure"]);
    expect(unknown.log).toMatch(says);
    expect(github.issues[0]?.body).toBe(body);
  });

  // What is still there no longer fails the job, and what is new does.
  expect((await drift()).outcome).toBe("success");
  logto.named("Globex").domains = [];
  expect((await drift()).outcome).toBe("failure");
  expect(github.issues).toMatchObject([{ state: "open", body: expect.stringContaining("Globex") as string }]);

  logto.named("Acme").domains = ["acme.com", "acme.org"];
  logto.named("Globex").domains = ["globex.example"];
  expect((await drift()).outcome).toBe("success");
  expect(github.issues).toMatchObject([{ number: 1, state: "closed" }]);
});
