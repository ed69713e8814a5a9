import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { cacheFolder } from "./cache";
import { findCli } from "./cli";
import { cliEnvironment, neutralEnvironment } from "./environment";
import { killProcessesOf, processesOf, start } from "./processes";
import type { Result, Running } from "./processes";
import { writeProgram, writeProject } from "./project";
import type { ProgramText } from "./project";

/** Stack config by `namespace:key`; a key without a namespace belongs to the project. */
export type Config = Record<string, string | { secret: string }>;

export interface StackOptions {
  /** The program's text, for a project in a temporary folder; or the folder of a project that there is. */
  program: ProgramText | { folder: string };
  /** The project's name, where the project is a temporary one. */
  project?: string;
  config?: Config;
  /** Added to the environment of the CLI, and so of the program and the provider; `undefined` takes a variable out. */
  env?: NodeJS.ProcessEnv;
}

export interface CommandOptions {
  env?: NodeJS.ProcessEnv;
  /** The CLI is killed after this time. */
  timeoutSeconds?: number;
  /** Whether a result other than success is given back, in place of an error that tells all the command said. */
  mayFail?: boolean;
}

/** A resource as the state holds it. */
export interface StateResource {
  urn: string;
  type: string;
  custom: boolean;
  id?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  provider?: string;
  initErrors?: string[];
}

/** What `pulumi stack export` prints, as far as it is of interest here. */
export interface StateExport {
  version: number;
  deployment: {
    resources?: StateResource[];
    pending_operations?: { type: string; resource: StateResource }[];
    [key: string]: unknown;
  };
}

const COMMAND_SECONDS = 120;
let stacks = 0;

/** Creates a stack of its own backend, state and PULUMI_HOME, which nothing outside the test can see. */
export async function createStack(options: StackOptions): Promise<Stack> {
  const cli = await findCli();
  const temporary = await realpath(await mkdtemp(join(tmpdir(), "pulumi-logto-sso-")));
  const home = join(temporary, "home");
  const backend = join(temporary, "state");
  await mkdir(home);
  await mkdir(backend);

  const { program } = options;
  const isTemporary = !("folder" in program);
  const folder = isTemporary ? join(temporary, "project") : program.folder;
  if (isTemporary) await writeProject(folder, options.project ?? "test", program);
  // The stack's config is a file of this name in the project's folder, where other tests may have theirs.
  const name = isTemporary ? "test" : `test-${process.pid}-${stacks++}`;

  const env: NodeJS.ProcessEnv = {
    ...cliEnvironment(cli, neutralEnvironment(process.env)),
    NO_COLOR: "1",
    PULUMI_BACKEND_URL: `file://${backend}`,
    PULUMI_CONFIG_PASSPHRASE: "test",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_NODEJS_TRANSPILE_ONLY: "true", // checking types takes a second, and is tsc's to do
    NODE_COMPILE_CACHE: join(cacheFolder(), "node"), // from Node.js 22 on: a sixth less for `up`
    ...options.env,
    // For what runs `pulumi` by itself.
    PATH: [dirname(cli.path), options.env?.PATH ?? process.env.PATH].join(delimiter),
    PULUMI_HOME: home,
  };
  const stack = new Stack({ cli: cli.path, name, folder, temporary, home, env });
  try {
    await stack.pulumi(["stack", "init", name]);
    if (options.config) await stack.setConfig(options.config);
  } catch (error) {
    await stack.dispose();
    throw error;
  }
  return stack;
}

/** The secrets of all tests hold this word, so that they are found wherever they do not belong. */
const CANARY = "canary";

function linesWithSecrets(text: string): string[] {
  return text.includes(CANARY) ? text.split("\n").filter((line) => line.includes(CANARY)) : [];
}

interface StackParts {
  cli: string;
  name: string;
  folder: string;
  temporary: string;
  home: string;
  env: NodeJS.ProcessEnv;
}

/** A stack, and the project it belongs to. Made by {@link createStack}; to be ended by {@link Stack.dispose}. */
export class Stack {
  readonly name: string;
  /** The project's folder, that of Pulumi.yaml. */
  readonly folder: string;
  /** The environment in which the CLI runs. */
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly #cli: string;
  readonly #temporary: string;
  readonly #home: string;

  constructor(parts: StackParts) {
    this.name = parts.name;
    this.folder = parts.folder;
    this.env = parts.env;
    this.#cli = parts.cli;
    this.#temporary = parts.temporary;
    this.#home = parts.home;
  }

  /** Starts a CLI command, for tests that look at it while it runs or kill it. */
  start(args: readonly string[], options: CommandOptions = {}): Running {
    return start(this.#cli, args, {
      cwd: this.folder,
      env: { ...this.env, PULUMI_STACK: this.name, ...options.env },
      timeoutSeconds: options.timeoutSeconds ?? COMMAND_SECONDS,
    });
  }

  /** Runs any CLI command on this stack. */
  async pulumi(args: readonly string[], options: CommandOptions = {}): Promise<Result> {
    const result = await this.start(args, options).result;
    const shown = args.includes("--show-secrets") ? [] : linesWithSecrets(result.stdout + result.stderr);
    if (shown.length > 0) throw new Error(`pulumi ${args.join(" ")} shows a secret:\n${shown.join("\n")}`);
    if (result.code !== 0 && !options.mayFail) {
      throw new Error(
        `pulumi ${args.join(" ")} ended with code ${result.code}\n${result.stdout}${result.stderr}`,
      );
    }
    return result;
  }

  up(flags: readonly string[] = [], options?: CommandOptions): Promise<Result> {
    return this.pulumi(["up", ...unattended(flags)], options);
  }

  preview(flags: readonly string[] = [], options?: CommandOptions): Promise<Result> {
    return this.pulumi(["preview", ...flags], options);
  }

  refresh(flags: readonly string[] = [], options?: CommandOptions): Promise<Result> {
    return this.pulumi(["refresh", ...unattended(flags)], options);
  }

  destroy(flags: readonly string[] = [], options?: CommandOptions): Promise<Result> {
    return this.pulumi(["destroy", ...unattended(flags)], options);
  }

  /** The state, secrets encrypted. */
  async export(): Promise<StateExport> {
    return JSON.parse((await this.pulumi(["stack", "export"])).stdout) as StateExport;
  }

  /** The stack's outputs, secrets in clear. */
  async outputs(): Promise<Record<string, unknown>> {
    const { stdout } = await this.pulumi(["stack", "output", "--json", "--show-secrets"]);
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  /** Sets config values, all by one command. */
  async setConfig(config: Config): Promise<void> {
    const flags = Object.entries(config).flatMap(([key, value]) =>
      typeof value === "string" ? ["--plaintext", `${key}=${value}`] : ["--secret", `${key}=${value.secret}`],
    );
    if (flags.length > 0) await this.pulumi(["config", "set-all", ...flags]);
  }

  async removeConfig(...keys: string[]): Promise<void> {
    await this.pulumi(["config", "rm-all", ...keys]);
  }

  /** Replaces the program of a temporary project, in the language it is in. */
  async writeProgram(program: ProgramText): Promise<void> {
    await writeProgram(this.folder, program);
  }

  /** The pids of all that runs for this stack: the CLI, its language host, the program and the provider's host. */
  processes(): number[] {
    return processesOf("PULUMI_HOME", this.#home);
  }

  /**
   * Kills what still runs and removes all that belongs to the stack. Its resources are not deleted. An error where a
   * secret lies in clear in a file that the CLI has written: the state, its history and backups, the config, logs.
   */
  async dispose(): Promise<void> {
    await killProcessesOf("PULUMI_HOME", this.#home);
    if (!existsSync(this.#temporary)) return; // disposed of before
    const files = (await readdir(this.#temporary, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile() && !/^index\.[jt]s$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name));
    const leaks = files.filter((file) => linesWithSecrets(readFileSync(file, "utf8")).length > 0);
    await this.#remove();
    if (leaks.length > 0) throw new Error(`Secrets in clear in ${leaks.join(", ")}`);
  }

  async #remove(): Promise<void> {
    await rm(join(this.folder, `Pulumi.${this.name}.yaml`), { force: true });
    await rm(this.#temporary, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Nobody is there to confirm, nor to look at a preview that isn't all there is to do. */
function unattended(flags: readonly string[]): readonly string[] {
  return flags.includes("--preview-only") ? flags : ["--yes", "--skip-preview", ...flags];
}
