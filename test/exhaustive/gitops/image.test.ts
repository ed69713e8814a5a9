/** What is in the image of examples/gitops, and the jobs that run in it, as they are written: GitLab's and the CronJob. */
import { cpSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import ignore from "@balena/dockerignore";
import { parse } from "yaml";
import { run } from "../../engine";
import type { Logto } from "../../logto";
import { read } from "../../schemas";
import {
  editByHand,
  expectHtmlReport,
  expectReported,
  onBadDays,
  type Repository,
  withRepository,
} from "./repository";

let logto: Logto;
let repository: Repository;
withRepository((...started) => {
  [logto, repository] = started;
});

const secrets = { PULUMI_ACCESS_TOKEN: "canary-access-token" };

interface GitLabJob {
  readonly script: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
  readonly artifacts?: { readonly paths: readonly string[]; readonly reports: { readonly junit: string } };
}
interface GitLabFile {
  readonly include: readonly [{ readonly remote: string; readonly inputs: Readonly<Record<string, string>> }];
  readonly default: { readonly before_script: readonly string[] };
  readonly preview: GitLabJob;
  readonly up: GitLabJob;
}
const file = parse(read("examples/gitops/gitlab/.gitlab-ci.yml")) as GitLabFile;
const [included] = file.include;
const jobs = { ...file, ...includedJobs(included.inputs) };

/** The jobs of the template, with the inputs where it has `$[[ inputs.… ]]`. */
function includedJobs(inputs: Readonly<Record<string, string | boolean>>): { readonly drift: GitLabJob } {
  expect(included.remote).toBe("https://raw.githubusercontent.com/OWNER/pulumi-logto/v1/templates/drift.yml");
  const [header = "", body = ""] = read("templates/drift.yml").split(/^---$/m);
  const { spec } = parse(header) as { spec: { inputs: Record<string, { default?: string | boolean }> } };
  const value = (name: string) => String(inputs[name] ?? spec.inputs[name]?.default);
  return parse(body.replaceAll(/\$\[\[ inputs\.([\w-]+) \]\]/g, (_all, name: string) => value(name))) as {
    drift: GitLabJob;
  };
}

/** Runs the lines of a job in one shell, as GitLab's runner does. */
async function gitlab(name: "preview" | "up" | "drift", job: GitLabJob = jobs[name]) {
  const folder = repository.checkout();
  const { script, variables, artifacts } = job;
  const lines = [...file.default.before_script, ...script].filter((line) => line !== "npm ci");
  await repository.install(folder);
  const { code, stdout, stderr } = await run("bash", ["-eo", "pipefail", "-c", lines.join("\n")], {
    cwd: folder,
    env: { ...repository.env, ...secrets, CI: "true", GITLAB_CI: "true", ...variables },
  });
  const report = artifacts === undefined ? "" : join(folder, artifacts.reports.junit);
  const junit = existsSync(report) ? readFileSync(report, "utf8") : "";
  if (junit !== "")
    expect([artifacts?.paths, expectHtmlReport(folder)]).toEqual([["./drift.html"], expect.anything()]);
  expect(stdout + stderr + junit).not.toContain("canary");
  return { code, log: stdout + stderr, junit };
}

test("GitLab, a good day: a preview of a change, its deployment, and no drift", async () => {
  expect((await gitlab("up")).code).toBe(0);
  repository.edit('displayName: "Acme"', 'displayName: "Acme GmbH"');
  const preview = await gitlab("preview");
  expect([preview.code, logto.named("Acme").branding]).toEqual([0, { displayName: "Acme" }]);
  expect(preview.log).toContain('displayName: "Acme" => "Acme GmbH"');
  expect((await gitlab("up")).code).toBe(0);
  expect(logto.named("Acme").branding).toEqual({ displayName: "Acme GmbH" });
  const drift = await gitlab("drift");
  expect(drift.code).toBe(0);
  expect(drift.junit).toContain('failures="0"');
});

test("GitLab, bad days: drift fails its job with a report, and what is broken fails its own", async () => {
  editByHand(logto);
  const drift = await gitlab("drift");
  expect(drift.code).toBe(2);
  expectReported(drift.junit);
  const lenient = includedJobs({ ...included.inputs, "fail-on": "missing", probe: true });
  expect((await gitlab("drift", lenient.drift)).code).toBe(0);
  await onBadDays(logto, repository, async (says) => {
    const [one, two, three] = [await gitlab("preview"), await gitlab("up"), await gitlab("drift")];
    expect([one.code === 0, two.code === 0, three.code]).toEqual([false, false, 1]);
    for (const { log } of [one, two, three]) expect(log).toMatch(says);
    expect(three.junit).toBe("");
  });
  expect((await gitlab("up")).code).toBe(0);
  expect(logto.named("Acme").domains).toEqual(["acme.com", "acme.org"]);
});

test("the CronJob runs the image's command: 0 without drift, 2 with drift, 1 if Logto is down", async () => {
  const { folder, command } = await imageOf(repository.checkout());
  const { spec } = parse(read("examples/gitops/kubernetes/cronjob.yaml")) as CronJob;
  const [container] = spec.jobTemplate.spec.template.spec.containers;
  expect(container.command).toEqual(command);
  expect(container.env.map(({ name }) => name)).toEqual(["PULUMI_ACCESS_TOKEN"]);
  const [program = "", ...args] = command;
  const job = async () => {
    const env = { ...repository.env, ...secrets };
    const result = await run(program, args, { cwd: folder, env });
    expect(result.stdout + result.stderr).not.toContain("canary");
    return result;
  };
  expect(await job()).toMatchObject({ code: 0, stdout: expect.stringContaining("Nothing found") as string });
  editByHand(logto);
  const drift = await job();
  expect(drift.code).toBe(2);
  expect(drift.stdout).toMatch(/changed: "Acme"[^]*domains[^]*pulumi up --refresh/);
  logto.faults.arm("503", { method: "GET", path: /./ }, Infinity);
  expect(await job()).toMatchObject({ code: 1, stderr: expect.stringContaining("503") as string });
});

/** Makes what the last layers of the image have in the folder /project. Fails if that has a secret. */
async function imageOf(context: string): Promise<{ folder: string; command: string[] }> {
  const folder = `${context}-image`;
  const ignored = ignore().add(read("examples/gitops/docker/.dockerignore"));
  cpSync(context, folder, {
    recursive: true,
    filter: (path) => path === context || !ignored.ignores(relative(context, path)),
  });
  const secretFiles = /(^|\/)(\.git|\.npmrc|\.env|[^/]*\.key)$/;
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  expect(names).toEqual(expect.arrayContaining(["index.ts", "Pulumi.production.yaml", "keys"]));
  expect(names.filter((name) => secretFiles.test(name))).toEqual([]);
  expect(readFileSync(join(folder, "Pulumi.production.yaml"), "utf8")).not.toContain("canary");

  const dockerfile = read("examples/gitops/docker/Dockerfile");
  const [, install = ""] = /^RUN --mount=\S+ (.+)$/m.exec(dockerfile) ?? [];
  expect(await run("sh", ["-c", install], { cwd: folder })).toMatchObject({ code: 0 });
  const [, command = ""] = /^CMD (.+)$/m.exec(dockerfile) ?? [];
  return { folder, command: JSON.parse(command) as string[] };
}

interface CronJob {
  readonly spec: {
    readonly jobTemplate: {
      readonly spec: {
        readonly template: {
          readonly spec: {
            readonly containers: readonly [{ readonly command: string[]; readonly env: { name: string }[] }];
          };
        };
      };
    };
  };
}
