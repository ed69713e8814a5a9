/** `logto-sso` as users run it, in the project of a stack. */
import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { Result, Stack } from "./engine";
import { type Running, start } from "./engine/processes";

const command = join(__dirname, "..", "dist", "cli", "main.js");

/** Where a command runs: the project of a stack, or any other folder. */
export type Place = Pick<Stack, "folder" | "env" | "name">;

interface LaunchOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** For its standard input. */
  readonly input?: string | undefined;
  readonly timeoutSeconds?: number;
}

/** An error where it ends with another exit code than success, if it must not; and where it shows a secret. */
export async function logtoSso(
  stack: Place,
  args: readonly string[],
  options: LaunchOptions & { readonly mayFail?: boolean } = {},
): Promise<Result> {
  const result = await launchLogtoSso(stack, args, options).result;
  const said = result.stdout + result.stderr;
  if (said.includes("canary")) throw new Error(`logto-sso ${args.join(" ")} shows a secret:\n${said}`);
  if (result.code !== 0 && options.mayFail !== true) {
    throw new Error(`logto-sso ${args.join(" ")} ended with ${result.code}:\n${said}`);
  }
  return result;
}

interface Watched {
  readonly process: ChildProcess;
  readonly result: Promise<Result>;
  /** Waits until its standard output, from what was waited for before on, fits; gives the first group. */
  said(pattern: RegExp): Promise<string>;
  /** The same of its standard error. */
  complained(pattern: RegExp): Promise<string>;
}

/** Starts a command that goes on until it is ended. */
export function startLogtoSso(stack: Place, args: readonly string[], options: LaunchOptions = {}): Watched {
  const { process, result } = launchLogtoSso(stack, args, options);
  return { process, result, said: waiter(process.stdout), complained: waiter(process.stderr) };
}

/** Starts a command. */
export function launchLogtoSso(
  stack: Place,
  args: readonly string[],
  { env = {}, cwd, input, timeoutSeconds = 120 }: LaunchOptions,
): Running {
  return start(process.execPath, [command, ...args], {
    cwd: cwd ?? stack.folder,
    env: { ...stack.env, PULUMI_STACK: stack.name, ...env },
    timeoutSeconds,
    ...(input === undefined ? {} : { input }),
  });
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
