/**
 * The files of examples/gitops, step by step as they are written, with the real CLI and a stand-in for Logto: on a good day, on one
 * with drift or a broken program, with wrong credentials, and while Logto is down.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { run } from "../engine";
import type { Logto } from "../logto";
import { runWorkflow, type StandIn } from "./gitops/githubWorkflow";
import { type Repository, withRepository } from "./gitops/repository";
import { read } from "../schemas";

let logto: Logto;
let repository: Repository;
withRepository((...started) => {
  [logto, repository] = started;
});

const secrets = { PULUMI_ACCESS_TOKEN: "canary-access-token" };
const nothing = () => undefined;
const reportUrl = "https://github.com/acme/infra/actions/runs/1/artifacts/1";

/** Fails unless the HTML report is in a folder. */
function expectReport(folder: string): string {
  const page = readFileSync(join(folder, "drift.html"), "utf8");
  expect(page).toMatch(/^<!doctype html>[^]*<\/html>\n$/);
  expect(page).not.toContain("canary");
  return page;
}

/** Runs a workflow in a new checkout. Fails if it shows a secret. */
async function github(name: "drift" | "preview" | "up", from = "acme/infra") {
  const folder = repository.checkout();
  const kept: string[] = [];
  const keep: StandIn = ({ path }, setOutput) => {
    expect(path).toBe("drift.html");
    kept.push(expectReport(folder));
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

/** What keeps a check or a deployment from being completed, what its output says then, and how it ends. */
const obstacles = {
  "wrong credentials": {
    begin: () => repository.stack.setConfig({ "logto:clientSecret": { secret: "canary-wrong" } }),
    says: /logto:clientSecret/,
    end: () => repository.stack.setConfig({ "logto:clientSecret": { secret: "canary-m2m" } }),
  },
  "Logto is down": {
    begin: () => {
      logto.faults.arm("503", { method: "GET", path: /./ }, Infinity);
    },
    says: /503/,
    end: () => {
      logto.faults.disarm();
    },
  },
};

/** Does something on two bad days, after each of which all is well again. */
async function onBadDays(work: (says: RegExp) => Promise<void>): Promise<void> {
  for (const { begin, says, end } of Object.values(obstacles)) {
    await begin();
    await work(says);
    await end();
  }
}

const byHand = () => {
  logto.named("Acme").domains = ["acme.com", "by-hand.com"];
};
/** What every form of the report says of it. */
const reported = [/Acme/, /domains/, /changed/, /pulumi up --refresh/];

function expectReported(text: string): void {
  for (const pattern of reported) expect(text).toMatch(pattern);
}

describe("GitHub", () => {
  beforeEach(() => {
    repository.github.write({ issues: [], comments: [] });
  });

  test("up.yml deploys main, and restores what was changed by hand", async () => {
    const first = await github("up");
    expect([first.succeeded, logto.connectors.rows.size]).toEqual([true, 2]);
    byHand();
    repository.edit('displayName: "Acme"', 'displayName: "Acme Inc."');
    expect((await github("up")).succeeded).toBe(true);
    const deployed = { domains: ["acme.com", "acme.org"], branding: { displayName: "Acme Inc." } };
    expect(logto.named("Acme")).toMatchObject(deployed);

    repository.edit("Acme Inc.", "Acme Ltd.");
    await onBadDays(async (says) => {
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

    await onBadDays(async (says) => {
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

    byHand();
    const bad = await github("drift");
    expect(bad.succeeded).toBe(true);
    expect(bad.issues).toEqual([issue, expect.objectContaining({ number: 2, state: "open" })]);
    const body = bad.issues[1]?.body ?? "";
    for (const text of [bad.log, bad.summary, body, ...bad.kept]) expectReported(text);
    expect(body).toContain(`[The HTML report](${reportUrl})`);

    await onBadDays(async (says) => {
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
});

describe("GitLab", () => {
  interface GitLabJob {
    readonly script: readonly string[];
    readonly artifacts?: { readonly paths: readonly string[]; readonly reports: { readonly junit: string } };
  }
  const file = parse(read("examples/gitops/gitlab/.gitlab-ci.yml")) as Record<
    "preview" | "up" | "drift",
    GitLabJob
  > & { default: { before_script: readonly string[] } };

  /** Runs the lines of a job in one shell, as GitLab's runner does. */
  async function gitlab(name: "preview" | "up" | "drift") {
    const folder = repository.checkout();
    const { script, artifacts } = file[name];
    const lines = [...file.default.before_script, ...script].filter((line) => line !== "npm ci");
    await repository.install(folder);
    const { code, stdout, stderr } = await run("bash", ["-eo", "pipefail", "-c", lines.join("\n")], {
      cwd: folder,
      env: { ...repository.env, ...secrets, CI: "true", GITLAB_CI: "true" },
    });
    const report = artifacts === undefined ? "" : join(folder, artifacts.reports.junit);
    const junit = existsSync(report) ? readFileSync(report, "utf8") : "";
    if (junit !== "")
      expect([artifacts?.paths, expectReport(folder)]).toEqual([["drift.html"], expect.anything()]);
    expect(stdout + stderr + junit).not.toContain("canary");
    return { code, log: stdout + stderr, junit };
  }

  test("a good day: a preview of a change, its deployment, and no drift", async () => {
    repository.edit('"Acme Ltd."', '"Acme GmbH"');
    const preview = await gitlab("preview");
    expect([preview.code, logto.named("Acme").branding]).toEqual([0, { displayName: "Acme Ltd." }]);
    expect(preview.log).toContain('displayName: "Acme Ltd." => "Acme GmbH"');
    expect((await gitlab("up")).code).toBe(0);
    expect(logto.named("Acme").branding).toEqual({ displayName: "Acme GmbH" });
    const drift = await gitlab("drift");
    expect(drift.code).toBe(0);
    expect(drift.junit).toContain('failures="0"');
  });

  test("bad days: drift fails its job with a report, and what is broken fails its own", async () => {
    byHand();
    const drift = await gitlab("drift");
    expect(drift.code).toBe(2);
    expectReported(drift.junit);
    await onBadDays(async (says) => {
      const [one, two, three] = [await gitlab("preview"), await gitlab("up"), await gitlab("drift")];
      expect([one.code === 0, two.code === 0, three.code]).toEqual([false, false, 1]);
      for (const { log } of [one, two, three]) expect(log).toMatch(says);
      expect(three.junit).toBe("");
    });
    expect((await gitlab("up")).code).toBe(0);
    expect(logto.named("Acme").domains).toEqual(["acme.com", "acme.org"]);
  });
});
