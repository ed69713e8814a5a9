/** A stack under test: its program, the real Pulumi CLI, and the command of the package that its project has installed. */
import { mkdir, mkdtemp, readdir, realpath, rm, stat, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Config, createStack, type Result, run, type Stack } from "../engine";
import { killProcessesOf } from "../engine/processes";
import { writeProgram, writeProject } from "../engine/project";
import type { TenantAccess } from "../managementApi";
import { type FrontEnd, type Program, sourceOf } from "./program";

/** That of the temporary projects of {@link createStack}. */
const projectName = "test";
const repository = join(__dirname, "..", "..");

/** The package as users have it: packed, and unpacked into a `node_modules` with its dependencies. */
export class PackedPackage {
  private constructor(private readonly folder: string) {}

  static async make(): Promise<PackedPackage> {
    const folder = await realpath(await mkdtemp(join(tmpdir(), "pulumi-logto-sso-packed-")));
    const modules = join(folder, "node_modules");
    const installed = join(repository, "node_modules");
    await mkdir(join(modules, "pulumi-logto-sso"), { recursive: true });
    const others = (await readdir(installed)).filter(
      (name) => name !== "pulumi-logto-sso" && !name.startsWith("."),
    );
    await Promise.all(others.map((name) => symlink(join(installed, name), join(modules, name))));
    const pack = ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder];
    const tarball = (await succeeding("npm", pack, repository)).stdout.trim();
    const unpack = ["-xzf", tarball, "--strip-components=1", "-C", join(modules, "pulumi-logto-sso")];
    await succeeding("tar", unpack, folder);
    return new PackedPackage(folder);
  }

  get modules(): string {
    return join(this.folder, "node_modules");
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}

export class Deployment {
  private constructor(
    private readonly stack: Stack,
    private readonly frontEnd: FrontEnd,
    private readonly command: string,
  ) {}

  static async create(
    frontEnd: FrontEnd,
    tenant: TenantAccess,
    packed: PackedPackage,
    program: Program = { resources: {} },
  ): Promise<Deployment> {
    const config: Config = {
      "logto:endpoint": tenant.url,
      "logto:clientId": tenant.client.id,
      "logto:clientSecret": { secret: tenant.client.secret },
    };
    const stack = await createStack({ program: sourceOf(program, frontEnd), config });
    if (frontEnd === "dynamic") {
      const link = join(stack.folder, "node_modules");
      await rm(link);
      await symlink(packed.modules, link, "dir");
    }
    return new Deployment(
      stack,
      frontEnd,
      join(packed.modules, "pulumi-logto-sso", "dist", "cli", "main.js"),
    );
  }

  get folder(): string {
    return this.stack.folder;
  }

  async write(program: Program): Promise<void> {
    const source = sourceOf(program, this.frontEnd);
    // Before, `logto-sso import` may have written to it, in YAML that is not JSON.
    if ("yaml" in source) await writeProject(this.stack.folder, projectName, source);
    else await writeProgram(this.stack.folder, source);
  }

  /** Writes a program and deploys it. */
  async up(program: Program, flags: readonly string[] = []): Promise<Result> {
    await this.write(program);
    return this.stack.up(flags);
  }

  /** Deploys a program that may fail. */
  async attempt(program: Program, flags: readonly string[] = []): Promise<Result> {
    await this.write(program);
    return this.stack.up(flags, { mayFail: true });
  }

  /** Previews a program that may be wrong. */
  async preview(program: Program): Promise<Result> {
    await this.write(program);
    return this.stack.preview([], { mayFail: true });
  }

  /** Looks for changes of the program, and for drift: there must be neither. */
  async expectNoChanges(): Promise<void> {
    await this.stack.up(["--expect-no-changes"]);
    await this.stack.refresh(["--expect-no-changes"]);
  }

  pulumi(args: readonly string[], mayFail = false): Promise<Result> {
    return this.stack.pulumi(args, { mayFail });
  }

  outputs(): Promise<Record<string, unknown>> {
    return this.stack.outputs();
  }

  destroy(): Promise<Result> {
    return this.stack.destroy();
  }

  /** Runs `logto-sso`. Its exit code can be any. */
  logtoSso(args: readonly string[]): Promise<Result> {
    return run(process.execPath, [this.command, ...args], {
      cwd: this.stack.folder,
      env: { ...this.stack.env, PULUMI_STACK: this.stack.name },
      timeoutSeconds: 120,
    });
  }

  /** Starts `pulumi up`, and kills it with all its processes as soon as `until` resolves. */
  async killDuringUp(program: Program, until: () => Promise<void>): Promise<void> {
    await this.write(program);
    const running = this.stack.start(["up", "--yes", "--skip-preview"]);
    await Promise.race([until(), running.result]);
    await killProcessesOf("PULUMI_HOME", String(this.stack.env.PULUMI_HOME));
    await running.result;
  }

  /** Completes an `up` that was killed, by the steps of docs/large-deployments.md. */
  async recover(): Promise<void> {
    await this.#restoreState();
    await this.stack.pulumi(["cancel", "--yes"]);
    await this.stack.setConfig({ "logto:adopt": "identical" });
    await this.stack.refresh(["--clear-pending-creates"]);
    await this.stack.up();
    await this.stack.removeConfig("logto:adopt");
  }

  /**
   * Deletes the file with the attributes of the state file if it is empty, as a kill while the CLI writes it leaves it (seen with
   * 3.259): every command ends with `failed to load checkpoint: EOF` then.
   */
  async #restoreState(): Promise<void> {
    const { PULUMI_BACKEND_URL = "" } = this.stack.env;
    const folder = join(fileURLToPath(PULUMI_BACKEND_URL), ".pulumi", "stacks", projectName);
    const attributes = join(folder, `${this.stack.name}.json.attrs`);
    if ((await stat(attributes)).size === 0) await rm(attributes);
  }

  /** Deletes what is left in Logto of the stack, and the stack. */
  async dispose(): Promise<void> {
    try {
      await this.stack.pulumi(["destroy", "--yes", "--skip-preview"], { mayFail: true });
    } finally {
      await this.stack.dispose();
    }
  }
}

async function succeeding(command: string, args: readonly string[], cwd: string): Promise<Result> {
  const result = await run(command, args, { cwd });
  if (result.code !== 0) throw new Error(`${command} ${args.join(" ")}: ${result.stdout}${result.stderr}`);
  return result;
}
