/**
 * The workflows of examples/gitops, step by step as they are written, with the real CLI and a stand-in for Logto: on a good day, on
 * one with drift or a broken program, with wrong credentials, and while Logto is down.
 */
import type { Logto } from "../../logto";
import { read } from "../../schemas";
import { editByHand, expectHtmlReport, expectReported, onBadDays } from "./days";
import { runWorkflow, type StandIn } from "./githubWorkflow";
import { type Repository, withRepository } from "./repository";

let logto: Logto;
let repository: Repository;
withRepository((...started) => {
  [logto, repository] = started;
});

const secrets = { PULUMI_ACCESS_TOKEN: "canary-access-token" };
const nothing = () => undefined;
const reportUrl = "https://github.com/acme/infra/actions/runs/1/artifacts/1";

/** Runs a workflow in a new checkout. Fails if it shows a secret. */
async function github(name: "drift" | "preview" | "up", from = "acme/infra") {
  const folder = repository.checkout();
  const kept: string[] = [];
  const keep: StandIn = ({ path }, setOutput) => {
    expect(path).toBe("drift.html");
    kept.push(expectHtmlReport(folder));
    setOutput("artifact-url", reportUrl);
  };
  const pullRequest = { number: 7, head: { repo: { full_name: from } } };
  const result = await runWorkflow(read(`examples/gitops/github/${name}.yml`), {
    folder,
    env: repository.env,
    contexts: {
      secrets,
      github: { token: "canary-token", repository: "acme/infra", event: { pull_request: pullRequest } },
    },
    standIns: {
      "actions/checkout@v4": nothing, // done above
      "actions/setup-node@v4": nothing, // the Node.js of this process
      "pulumi/actions@v6": nothing, // without `command`, it puts the CLI on the PATH, where it is already
      "npm ci": () => repository.install(folder),
      "actions/upload-artifact@v4": keep,
    },
  });
  const { issues, comments } = repository.github.read();
  const texts = [...issues, ...comments].map(({ body }) => body);
  expect([result.log, result.summary, ...texts].join("\n")).not.toContain("canary");
  return { ...result, issues, comments, kept };
}

beforeEach(() => {
  repository.github.write({ issues: [], comments: [] });
});

test("up.yml deploys main, and restores what was changed by hand", async () => {
  const first = await github("up");
  expect([first.succeeded, logto.connectors.rows.size]).toEqual([true, 2]);
  editByHand(logto);
  repository.edit('displayName: "Acme"', 'displayName: "Acme Inc."');
  expect((await github("up")).succeeded).toBe(true);
  const deployed = { domains: ["acme.com", "acme.org"], branding: { displayName: "Acme Inc." } };
  expect(logto.named("Acme")).toMatchObject(deployed);

  repository.edit("Acme Inc.", "Acme Ltd.");
  await onBadDays(logto, repository, async (says) => {
    const bad = await github("up");
    expect([bad.succeeded, logto.named("Acme")]).toEqual([false, expect.objectContaining(deployed)]);
    expect(bad.log).toMatch(says);
  });
  expect((await github("up")).succeeded).toBe(true);
});

test("preview.yml comments once on a pull request, whether or not its preview succeeds", async () => {
  const others = { id: 99, user: { login: "octocat" }, body: "<!-- preview of production --> Mine." };
  repository.github.write({ issues: [], comments: [others] });
  repository.edit('"Acme Ltd."', '"Acme Corp."');
  const good = await github("preview");
  expect(good).toMatchObject({ succeeded: true, steps: { Preview: "success", Comment: "success" } });
  expect(good.comments).toEqual([others, expect.anything()]);
  const commented = good.comments[1]?.body ?? "";
  expect(commented).toMatch(/^<!-- .*\nPreview of production:\n\n( {4}.*\n)+$/);
  expect(commented).toMatch(/displayName: "Acme Ltd." => "Acme Corp."/);
  expect(good.summary).toBe(commented);

  repository.edit('domains: ["acme.com"', 'domains: ["acme"');
  const broken = await github("preview");
  expect(broken).toMatchObject({ succeeded: false, steps: { Preview: "failure", Comment: "success" } });
  expect(broken.comments).toEqual([others, expect.objectContaining({ id: good.comments[1]?.id })]);
  expect(broken.comments[1]?.body).toMatch(/The preview of production failed:\n\n[^]*domains/);
  repository.edit('domains: ["acme"', 'domains: ["acme.com"');

  await onBadDays(logto, repository, async (says) => {
    const bad = await github("preview");
    expect(bad).toMatchObject({ succeeded: false, steps: { Preview: "failure", Comment: "success" } });
    expect(bad.comments[1]?.body).toMatch(says);
  });
  expect((await github("preview", "somebody/fork")).steps).toEqual({});
  repository.edit('"Acme Corp."', '"Acme Ltd."');
});

test("drift.yml opens an issue, updates it while there is drift, and closes it", async () => {
  const issue = { number: 1, title: "SSO connectors have drifted: a discussion", body: "", state: "open" };
  repository.github.write({ issues: [issue], comments: [] });
  const good = await github("drift");
  expect([good.succeeded, good.issues]).toEqual([true, [issue]]);
  expect(good.summary).toContain("Nothing found");
  expect(good.kept).toEqual([expect.stringContaining("Passed: nothing found")]);

  editByHand(logto);
  const bad = await github("drift");
  expect(bad.succeeded).toBe(true);
  expect(bad.issues).toEqual([issue, expect.objectContaining({ number: 2, state: "open" })]);
  const body = bad.issues[1]?.body ?? "";
  for (const text of [bad.log, bad.summary, body, ...bad.kept]) expectReported(text);
  expect(body).toContain(`[The HTML report](${reportUrl})`);

  await onBadDays(logto, repository, async (says) => {
    const unknown = await github("drift");
    expect(unknown).toMatchObject({ succeeded: false, summary: "", issues: bad.issues, kept: [] });
    expect(unknown.steps).toMatchObject({
      Compare: "failure",
      "Open, update or close the issue": "skipped",
    });
    expect(unknown.log).toMatch(says);
  });

  logto.named("Globex").domains = [];
  const worse = await github("drift");
  expect(worse.issues).toEqual([issue, expect.objectContaining({ number: 2, state: "open" })]);
  expect(worse.issues[1]?.body).toContain("Globex");

  logto.named("Acme").domains = ["acme.com", "acme.org"];
  logto.named("Globex").domains = ["globex.example"];
  const resolved = await github("drift");
  expect(resolved.issues[1]).toMatchObject({ state: "closed", comment: "The drift is resolved." });
});
