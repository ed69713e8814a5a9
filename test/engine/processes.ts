import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

/** The exit code and the output of a command. */
export interface Result {
  /** The exit code; 128 plus the signal's number if a signal ended the command, as in shells. */
  code: number;
  stdout: string;
  stderr: string;
  /** Wall time from start to end. */
  seconds: number;
}

/** A running command. */
export interface Running {
  pid: number;
  process: ChildProcess;
  /** Settles when the command has ended and its output is read; rejects only if it could not be started. */
  result: Promise<Result>;
}

export interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Kills the command after this time. */
  timeoutSeconds?: number;
  /** Standard input. Default: empty. */
  input?: string;
}

/** Returns the exit code with which a shell reports how a process ended. */
function exitCode(code: number | null, signal: NodeJS.Signals | null): number {
  return code ?? 128 + (signal ? constants.signals[signal] : 0);
}

/** The children that are stopped when this process exits. */
const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGINT");
});

/** Starts a command and collects its output. */
export function start(command: string, args: readonly string[], options: RunOptions = {}): Running {
  const startTime = performance.now();
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ["pipe", "pipe", "pipe"],
  });
  // The command may end before it has read all of its input.
  child.stdin.on("error", () => undefined).end(options.input);
  running.add(child);
  child.once("close", () => running.delete(child));
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const deadline =
    options.timeoutSeconds === undefined
      ? undefined
      : setTimeout(() => {
          stderr += `\nKilled after ${options.timeoutSeconds ?? 0} s.`;
          child.kill("SIGKILL");
          // Processes that it started may hold these open.
          child.stdout.destroy();
          child.stderr.destroy();
        }, options.timeoutSeconds * 1000);
  const result = new Promise<Result>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      const seconds = (performance.now() - startTime) / 1000;
      resolve({ code: exitCode(code, signal), stdout, stderr, seconds });
    });
  }).finally(() => {
    clearTimeout(deadline);
  });
  return { pid: child.pid ?? 0, process: child, result };
}

/** Runs a command and waits for its end. */
export function run(command: string, args: readonly string[], options?: RunOptions): Promise<Result> {
  return start(command, args, options).result;
}

/**
 * Returns the pids of the processes that have `variable=value` in their environment. A killed CLI leaves its language host
 * and providers behind, each in its own process group and without a parent: only the environment identifies them.
 */
export function processesOf(variable: string, value: string): number[] {
  const entry = `${variable}=${value}`;
  if (process.platform === "linux") {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name) && environmentOf(name).includes(entry))
      .map(Number);
  }
  // Windows shows nobody the environment of a process. There, each ends when its parent has.
  if (process.platform === "win32") return [];
  // BSD's ps prints the environment after the arguments.
  const listing = spawnSync("ps", ["-A", "-E", "-ww", "-o", "pid=,command="], { encoding: "utf8" }).stdout;
  return listing
    .split("\n")
    .filter((line) => `${line} `.includes(` ${entry} `))
    .map((line) => Number.parseInt(line, 10));
}

function environmentOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
  } catch {
    return []; // It has ended, or belongs to another user.
  }
}

/** Kills the processes that have `variable=value` in their environment, and waits for their end. */
export async function killProcessesOf(variable: string, value: string): Promise<void> {
  const deadline = Date.now() + 5_000;
  for (let pids = processesOf(variable, value); pids.length > 0; pids = processesOf(variable, value)) {
    if (Date.now() > deadline) throw new Error(`Processes did not end: ${pids.join(", ")}`);
    for (const pid of pids) kill(pid);
    await sleep(10);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended in the meantime.
  }
}
