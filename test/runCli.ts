/** Runs the command `logto-sso` as users do. */
import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { Result, Stack } from "./engine";
import { type Running, start } from "./engine/processes";

const command = join(__dirname, "..", "dist", "cli", "main.js");

/** Where a command runs: in the project of a stack, or in any other folder. */
export type Place = Pick<Stack, "folder" | "env" | "name">;

interface LaunchOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Standard input. */
  readonly input?: string | undefined;
  readonly timeoutSeconds?: number;
  /** Runs the command in a pseudo-terminal with so many columns, where standard output and standard error are one. */
  readonly columns?: number | undefined;
}

/** Fails if the command prints a secret, and, without `mayFail`, if its exit code is not 0. */
export async function logtoSso(
  stack: Place,
  args: readonly string[],
  options: LaunchOptions & { readonly mayFail?: boolean } = {},
): Promise<Result> {
  const result = await launchLogtoSso(stack, args, options).result;
  const output = result.stdout + result.stderr;
  if (output.includes("canary")) throw new Error(`logto-sso ${args.join(" ")} shows a secret:\n${output}`);
  if (result.code !== 0 && options.mayFail !== true) {
    throw new Error(`logto-sso ${args.join(" ")} exited with ${result.code}:\n${output}`);
  }
  return result;
}

interface RunningCommand {
  readonly process: ChildProcess;
  readonly result: Promise<Result>;
  /** Waits until standard output matches after the previous match. Returns the first group. */
  waitForStdout(pattern: RegExp): Promise<string>;
  /** Waits until standard error matches after the previous match. Returns the first group. */
  waitForStderr(pattern: RegExp): Promise<string>;
}

/** Starts a command that runs until it is stopped. */
export function startLogtoSso(
  stack: Place,
  args: readonly string[],
  options: LaunchOptions = {},
): RunningCommand {
  const { process, result } = launchLogtoSso(stack, args, options);
  return {
    process,
    result,
    waitForStdout: waiter(process.stdout),
    waitForStderr: waiter(process.stderr),
  };
}

/** Starts a command. */
export function launchLogtoSso(
  stack: Place,
  args: readonly string[],
  { env = {}, cwd, input, timeoutSeconds = 120, columns }: LaunchOptions,
): Running {
  const words = [process.execPath, command, ...args];
  const [program, ...rest] = columns === undefined ? words : inPseudoTerminal(words, columns);
  return start(program ?? "", rest, {
    cwd: cwd ?? stack.folder,
    env: { ...stack.env, PULUMI_STACK: stack.name, ...env },
    timeoutSeconds,
    ...(input === undefined ? {} : { input }),
  });
}

function inPseudoTerminal(words: readonly string[], columns: number): string[] {
  const quoted = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
  const shell = `stty cols ${columns} rows 50; exec ${quoted.join(" ")}`;
  return ["script", "--quiet", "--return", "--command", shell, "/dev/null"];
}

/**
 * Runs a function of a command in this process, with the environment and the working directory of a place. For what does not
 * depend on the process: starting one takes 0.1 s of CPU time.
 */
export async function inThisProcess<Value>(
  { folder, env }: Place,
  run: () => Promise<Value>,
): Promise<Value> {
  const before = { env: process.env, folder: process.cwd() };
  process.env = { ...env };
  process.chdir(folder);
  try {
    return await run();
  } finally {
    process.env = before.env;
    process.chdir(before.folder);
  }
}

function waiter(stream: Readable | null): (pattern: RegExp) => Promise<string> {
  let text = "";
  let look: () => void = () => undefined;
  stream?.on("data", (more: string) => {
    text += more;
    look();
  });
  return (pattern) =>
    new Promise((resolve) => {
      look = () => {
        const found = pattern.exec(text);
        if (found === null) return;
        look = () => undefined;
        text = text.slice(found.index + found[0].length);
        resolve(found[1] ?? "");
      };
      look();
    });
}
