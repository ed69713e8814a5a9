/** For tests through the real CLI: a Logto for each test, and stacks that sign in to it. All ends behind the test. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Config, createStack, findCli, type Result, type Stack, type StackOptions } from "./engine";
import { type Logto, type LogtoOptions, startLogto } from "./logto";

const stacks: Stack[] = [];

/** @param take is given the Logto of each test of the file, before it begins */
export function eachWithLogto(take: (logto: Logto) => unknown, options: LogtoOptions = {}): void {
  jest.setTimeout(240_000);
  beforeAll(() => findCli(), 600_000);
  let logto: Logto;
  beforeEach(async () => {
    logto = await startLogto(options);
    await take(logto);
  });
  afterEach(async () => {
    try {
      for (const stack of stacks.splice(0)) await stack.dispose();
    } finally {
      await logto.close();
    }
  });
}

/** What a stack's config says to sign in to a Logto. */
export function accessTo(logto: Logto): Config {
  return {
    "logto:endpoint": logto.url,
    "logto:clientId": "m2m",
    "logto:clientSecret": { secret: "canary-m2m" },
  };
}

/** @param config `undefined`: that of {@link accessTo} */
export async function stackOf(
  logto: Logto,
  program: StackOptions["program"],
  { config = accessTo(logto), env = {} }: { config?: Config; env?: NodeJS.ProcessEnv } = {},
): Promise<Stack> {
  const stack = await createStack({ program, config, env });
  stacks.push(stack);
  return stack;
}

/** A project of the folder `examples`. */
export function example(name: string): StackOptions["program"] {
  return { folder: join(__dirname, "..", "examples", name) };
}

/** What drift looks like to a pipeline: exit code 7, with the changed paths told by --diff. */
export function driftOf(stack: Stack): Promise<Result> {
  return stack.pulumi(["refresh", "--preview-only", "--diff", "--expect-no-changes"], { mayFail: true });
}

/** The bodies of the PATCHes since the log was last taken. */
export function patchesOf(logto: Logto): object[] {
  return logto.log.filter(({ method }) => method === "PATCH").map(({ body }) => body as object);
}

/** Ends the process that hosts the provider, as a crash or the kernel would. */
export function killHost(stack: Stack, signal: NodeJS.Signals = "SIGKILL"): void {
  const host = stack
    .processes()
    .find((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("dynamic-provider"));
  if (host !== undefined) process.kill(host, signal);
}
