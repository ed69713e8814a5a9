/**
 * The image of examples/gitops, and the jobs that run in it: GitLab's and the CronJob. Where there is a Docker daemon, the image is
 * built; elsewhere, its instructions are carried out in a folder as they are written.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { type Copy, DockerfileParser } from "dockerfile-ast";
import { parse } from "yaml";
import { run } from "../../engine";
import type { Logto } from "../../logto";
import { read } from "../../schemas";
import { editByHand, expectHtmlReport, expectReported, onBadDays } from "./days";
import { type Repository, withRepository } from "./repository";

let logto: Logto;
let repository: Repository;
withRepository((...started) => {
  [logto, repository] = started;
});

const secrets = { PULUMI_ACCESS_TOKEN: "canary-access-token" };
const dockerfile = read("examples/gitops/docker/Dockerfile");
/** The patterns of .dockerignore: names in the project's folder or, after two asterisks, in any folder. */
const ignored = read("examples/gitops/docker/.dockerignore")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => {
    const name = line.replace("**/", "").replaceAll(".", "\\.").replaceAll("*", "[^/]*");
    return new RegExp(line.startsWith("**/") ? `(^|/)${name}$` : `^${name}$`);
  });

/** Carries out the instructions of the last stage. Returns its working directory and its command. */
async function build(context: string, image: string): Promise<{ folder: string; command: string[] }> {
  const instructions = DockerfileParser.parse(dockerfile).getInstructions();
  let [folder, command] = [image, [] as string[]];
  for (const instruction of instructions.slice(
    instructions.findLastIndex((one) => one.getKeyword() === "FROM"),
  )) {
    const text = instruction.getRawArgumentsContent() ?? "";
    switch (instruction.getKeyword()) {
      case "FROM": // the Node.js of this process
      case "USER": // checked by test/package/workflows.test.ts
        break;
      case "WORKDIR":
        folder = join(image, text);
        mkdirSync(folder, { recursive: true });
        break;
      case "COPY":
        // From another stage: the CLI, which is on the PATH.
        if ((instruction as Copy).getFromFlag() === null) copy(context, folder, text.split(" ").slice(0, -1));
        break;
      case "RUN": {
        const { code, stderr } = await run("sh", ["-c", text], { cwd: folder });
        if (code !== 0) throw new Error(`${text} ended with ${code}\n${stderr}`);
        break;
      }
      case "CMD":
        command = JSON.parse(text) as string[];
        break;
      default:
        throw new Error(`Unknown: ${instruction.toString()}`);
    }
  }
  return { folder, command };
}

function copy(context: string, folder: string, sources: readonly string[]): void {
  const isWanted = (path: string) => !ignored.some((pattern) => pattern.test(relative(context, path)));
  for (const name of sources) {
    cpSync(join(context, name), join(folder, name), { recursive: true, filter: isWanted });
  }
}

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
    expect([artifacts?.paths, expectHtmlReport(folder)]).toEqual([["drift.html"], expect.anything()]);
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
  const context = repository.checkout();
  await repository.install(context);

  const { folder, command } = await build(context, `${context}-image`);
  const files = readdirSync(folder).concat(readdirSync(join(folder, "keys")));
  const secretFiles = files.filter((name) => /^(\.git|\.npmrc|\.env)|\.key$/.test(name));
  expect(secretFiles).toEqual([]);
  expect(readFileSync(join(folder, "Pulumi.production.yaml"), "utf8")).not.toContain("canary");

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
  expect(drift.stdout).toMatch(/Acme[^]*changed[^]*domains[^]*pulumi up --refresh/);
  logto.faults.arm("503", { method: "GET", path: /./ }, Infinity);
  expect(await job()).toMatchObject({ code: 1, stderr: expect.stringContaining("503") as string });

  const daemon = await run("docker", ["info"]).catch(() => undefined);
  if (daemon?.code === 0) await buildWithDocker(context);
});

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

async function buildWithDocker(context: string): Promise<void> {
  for (const name of ["Dockerfile", ".dockerignore"]) {
    cpSync(join(__dirname, "..", "..", "..", "examples", "gitops", "docker", name), join(context, name));
  }
  const docker = async (...args: string[]) => {
    const { code, stdout, stderr } = await run("docker", args, { cwd: context });
    if (code !== 0) throw new Error(`docker ${args.join(" ")} ended with ${code}\n${stderr}`);
    return stdout;
  };
  const image = (await docker("build", "--quiet", ".")).trim();
  try {
    const commands = "id -u && pulumi version && npx logto-sso --version && ls -a . keys";
    const output = await docker("run", "--rm", image, "sh", "-c", commands);
    expect(output).toMatch(/^1000\nv[\d.]+\n[\d.]+\n/);
    expect(output).not.toMatch(/^(\.git|\.npmrc|\.env|signing\.key)$/m);
  } finally {
    await docker("image", "rm", "--force", image);
  }
}
