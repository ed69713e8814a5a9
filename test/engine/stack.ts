import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { parse } from "yaml";
import { cacheFolder } from "./cache";
import { findCli } from "./cli";
import { cliEnvironment, neutralEnvironment } from "./environment";
import { withLanguageHost } from "./inline";
import type { InlineProgram } from "./inline";
import { killProcessesOf, processesOf, start } from "./processes";
import type { Result, Running } from "./processes";
import { installPlugin, installYamlHost } from "./plugins";
import { writeProgram, writeProject } from "./project";
import type { ProgramSource } from "./project";
import { backendUrl, writeStack } from "./template";
import type { Config, InitialConfig } from "./template";
import { startVault } from "./vault";
import type { Vault } from "./vault";

export interface StackOptions {
  /** A program, for which a temporary project is created; or the folder of an existing project. */
  program: Program | { folder: string };
  /** Whether a YAML program finds the plugin installed, or the CLI downloads it, as on a new machine. Default: installed. */
  plugin?: "installed" | "downloaded";
  /** The name of the stack. Default: one that no other test uses. */
  name?: string;
  config?: InitialConfig;
  /** Added to the environment of the CLI, and so of the program and the provider; `undefined` removes a variable. */
  env?: NodeJS.ProcessEnv;
}

export interface CommandOptions {
  env?: NodeJS.ProcessEnv;
  /** The CLI is killed after this time. */
  timeoutSeconds?: number;
  /** Whether the result of a failed command is returned, instead of an error with its output. */
  mayFail?: boolean;
}

/** A resource in the state. */
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

/** The output of `pulumi stack export`, as far as tests use it. */
export interface StateExport {
  version: number;
  deployment: {
    resources?: StateResource[];
    pending_operations?: { type: string; resource: StateResource }[];
    [key: string]: unknown;
  };
}

/** A program that runs in the process of the test, or the source of one that runs in a process of its own. */
export type Program = InlineProgram | ProgramSource;

/** The file in which the backend keeps the state. */
interface Checkpoint {
  version: number;
  checkpoint: { latest: StateExport["deployment"] };
}

const commandLineOf = (pid: number) => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return ""; // it has ended
  }
};

const COMMAND_SECONDS = 120;
let stacks = 0;

/** Creates a stack with its own backend, state and PULUMI_HOME, isolated from everything outside the test. */
export async function createStack(options: StackOptions): Promise<Stack> {
  const cli = await findCli();
  const temporary = await realpath(await mkdtemp(join(tmpdir(), "pulumi-logto-sso-")));
  const home = join(temporary, "home");
  const backend = join(temporary, "state");
  await mkdir(home);
  await mkdir(backend);

  const { program, plugin = "installed" } = options;
  const isTemporary = !("folder" in program);
  const folder = isTemporary ? join(temporary, "project") : program.folder;
  if ("yaml" in program) await installYamlHost(cli, home);
  const isTested = "yaml" in program || process.env.TESTED_FRONT_END === "plugin";
  if (isTested && plugin === "installed") await installPlugin(home);
  if (isTemporary) await writeProject(folder, "test", sourceOf(program));
  // It is part of the name of the stack's config file, which is in the project's folder with those of other tests.
  const name = options.name ?? (isTemporary ? "test" : `test-${process.pid}-${stacks++}`);

  const vault = await startVault();
  const env: NodeJS.ProcessEnv = {
    ...cliEnvironment(cli, neutralEnvironment(process.env)),
    NO_COLOR: "1",
    PULUMI_BACKEND_URL: backendUrl(backend),
    ...vault.env,
    PULUMI_CONFIG_PASSPHRASE: "test", // of stacks that a test initializes itself
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: String(plugin === "installed"),
    PULUMI_NODEJS_TRANSPILE_ONLY: "true", // type checking takes a second, and tsc does it
    NODE_COMPILE_CACHE: join(cacheFolder(), "node"), // saves a sixth of `up` in Node.js 22 and newer
    GOGC: "off", // a command ends before its garbage matters; saves 5 % of `up`
    GOMEMLIMIT: "1GiB", // from here on it is collected
    ...options.env,
    // For commands that run `pulumi` themselves.
    PATH: [dirname(cli.path), options.env?.PATH ?? process.env.PATH].join(delimiter),
    PULUMI_HOME: home,
  };
  const stack = new Stack({ cli: cli.path, name, folder, temporary, home, backend, env, vault });
  try {
    if (typeof program === "function") await stack.writeProgram(program);
    await stack.setConfig(await writeStack({ cli, backend, folder, name, config: options.config ?? {} }));
  } catch (error) {
    await stack.dispose();
    throw error;
  }
  return stack;
}

/** Secrets in tests contain this word, so that a leaked one is found. */
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
  backend: string;
  env: NodeJS.ProcessEnv;
  vault: Vault;
}

/** A stack and its project. {@link createStack} creates it, {@link Stack.dispose} removes it. */
export class Stack {
  readonly name: string;
  /** The project's folder, that of Pulumi.yaml. */
  readonly folder: string;
  /** The environment in which the CLI runs. */
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly #cli: string;
  readonly #temporary: string;
  readonly #home: string;
  readonly #backend: string;
  readonly #vault: Vault;
  /** The program, if it runs in this process. */
  #program: InlineProgram | undefined;

  constructor(parts: StackParts) {
    this.name = parts.name;
    this.folder = parts.folder;
    this.env = parts.env;
    this.#cli = parts.cli;
    this.#temporary = parts.temporary;
    this.#home = parts.home;
    this.#backend = parts.backend;
    this.#vault = parts.vault;
  }

  /**
   * Starts a CLI command, for tests that observe or kill it while it runs. It cannot run an inline program.
   */
  start(args: readonly string[], options: CommandOptions = {}): Running {
    return start(this.#cli, args, {
      cwd: this.folder,
      env: { ...this.env, PULUMI_STACK: this.name, ...options.env },
      timeoutSeconds: options.timeoutSeconds ?? COMMAND_SECONDS,
    });
  }

  /** Runs any CLI command on this stack. */
  async pulumi(args: readonly string[], options: CommandOptions = {}): Promise<Result> {
    const result = await this.#run(args, options);
    const shown = args.includes("--show-secrets") ? [] : linesWithSecrets(result.stdout + result.stderr);
    if (shown.length > 0) throw new Error(`pulumi ${args.join(" ")} shows a secret:\n${shown.join("\n")}`);
    if (result.code !== 0 && !options.mayFail) {
      throw new Error(
        `pulumi ${args.join(" ")} exited with code ${result.code}\n${result.stdout}${result.stderr}`,
      );
    }
    return result;
  }

  async #run(args: readonly string[], options: CommandOptions): Promise<Result> {
    const program = usesLanguageHost(args) ? this.#program : undefined;
    if (program === undefined) return this.start(args, options).result;
    return withLanguageHost(program, (flags) => this.start([...args, ...flags], options).result);
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

  /** Returns the state, with secrets encrypted. It is read from the backend, as `pulumi stack export` does. */
  export(): StateExport {
    const { version, checkpoint } = JSON.parse(readFileSync(this.stateFile, "utf8")) as Checkpoint;
    return { version, deployment: checkpoint.latest };
  }

  /** The path of the file in which the backend keeps the state. */
  get stateFile(): string {
    const { name } = parse(readFileSync(join(this.folder, "Pulumi.yaml"), "utf8")) as { name: string };
    return join(this.#backend, ".pulumi", "stacks", name, `${this.name}.json`);
  }

  /** Returns the stack's outputs, with secrets in plain text. */
  async outputs(): Promise<Record<string, unknown>> {
    const stack = this.export().deployment.resources?.find(({ type }) => type === "pulumi:pulumi:Stack");
    const outputs = stack?.outputs ?? {};
    if (!JSON.stringify(outputs).includes('"ciphertext"')) return outputs;
    const { stdout } = await this.pulumi(["stack", "output", "--json", "--show-secrets"]);
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  /** Sets config values with one command. */
  async setConfig(config: Config): Promise<void> {
    const flags = Object.entries(config).flatMap(([key, value]) =>
      typeof value === "string" ? ["--plaintext", `${key}=${value}`] : ["--secret", `${key}=${value.secret}`],
    );
    if (flags.length > 0) await this.pulumi(["config", "set-all", ...flags]);
  }

  async removeConfig(...keys: string[]): Promise<void> {
    await this.pulumi(["config", "rm-all", ...keys]);
  }

  /** Replaces the program of a temporary project by another inline program, or by a source in the same language. */
  async writeProgram(program: Program): Promise<void> {
    this.#program = typeof program === "function" ? program : undefined;
    await writeProgram(this.folder, sourceOf(program));
  }

  /** Returns the pids of the stack's processes: the CLI, its language host, the program and the provider's host. */
  processes(): number[] {
    return processesOf("PULUMI_HOME", this.#home);
  }

  /** Returns the pids of the provider's processes: Pulumi's dynamic host, or the plugin. */
  providers(): number[] {
    return this.#processesWith(/dynamic-provider|plugin.main\.js/);
  }

  /** Returns the pids of the program's processes, without its language host. */
  programs(): number[] {
    return this.#processesWith(/pulumi.cmd.run/);
  }

  #processesWith(commandLine: RegExp): number[] {
    return this.processes().filter((pid) => commandLine.test(commandLineOf(pid)));
  }

  /**
   * Kills the stack's processes and removes its files. Its resources are not deleted. Fails if a file that the CLI wrote
   * contains a secret in plain text: the state, its history and backups, the config, logs.
   */
  async dispose(): Promise<void> {
    await killProcessesOf("PULUMI_HOME", this.#home);
    this.#vault.close();
    if (!existsSync(this.#temporary)) return; // already disposed of
    const files = (await readdir(this.#temporary, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile() && !/^(index\.[jt]s|Pulumi\.yaml)$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name));
    const leaks = files.filter((file) => linesWithSecrets(readFileSync(file, "utf8")).length > 0);
    await this.#remove();
    if (leaks.length > 0) throw new Error(`Secrets in plain text in ${leaks.join(", ")}`);
  }

  async #remove(): Promise<void> {
    await rm(join(this.folder, `Pulumi.${this.name}.yaml`), { force: true });
    await rm(this.#temporary, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Skips the confirmation, and also the preview unless it is all that is run. */
function unattended(flags: readonly string[]): readonly string[] {
  return flags.includes("--preview-only") ? flags : ["--yes", "--skip-preview", ...flags];
}

/** An inline program has no source: without it, a command that would run the source fails. */
function sourceOf(program: Program): ProgramSource {
  return typeof program === "function"
    ? { js: 'throw new Error("This program is an inline program.");' }
    : program;
}

/** Whether a command uses the program's language host, be it only to ask what plugins the program needs. */
function usesLanguageHost([command = ""]: readonly string[]): boolean {
  return ["up", "preview", "refresh", "destroy"].includes(command);
}
