/**
 * The image of examples/gitops and the CronJob that uses it. Where there is a Docker daemon, the image is built; elsewhere, its
 * instructions are carried out in a folder as they are written.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { type Copy, DockerfileParser } from "dockerfile-ast";
import { parse } from "yaml";
import { run } from "../engine";
import type { Logto } from "../logto";
import { read } from "../schemas";
import { type Repository, withRepository } from "./gitops/repository";

let logto: Logto;
let repository: Repository;
withRepository((...started) => {
  [logto, repository] = started;
});

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

test("the CronJob runs the image's command: 0 without drift, 2 with drift, 1 if Logto is down", async () => {
  const context = repository.checkout();
  await repository.install(context);
  const up = await run("pulumi", ["up", "--stack", "production", "--yes", "--skip-preview"], {
    ...{ cwd: context, env: repository.env },
  });
  expect(up.code).toBe(0);

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
    const env = { ...repository.env, PULUMI_ACCESS_TOKEN: "canary-access-token" };
    const result = await run(program, args, { cwd: folder, env });
    expect(result.stdout + result.stderr).not.toContain("canary");
    return result;
  };
  expect(await job()).toMatchObject({ code: 0, stdout: expect.stringContaining("Nothing found") as string });
  logto.named("Acme").domains = ["acme.com", "by-hand.com"];
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
    cpSync(join(__dirname, "..", "..", "examples", "gitops", "docker", name), join(context, name));
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
