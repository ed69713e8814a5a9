/** For tests with the real CLI: a Logto for each test, and stacks that use it. Both are removed after the test. */
import { join } from "node:path";
import { type Config, createStack, findCli, type Result, type Stack, type StackOptions } from "./engine";
import { type Logto, type LogtoOptions, startLogto } from "./logto";

const stacks: Stack[] = [];

/** @param take receives the Logto of each test in the file, before the test starts */
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

/** Returns the stack config for access to a Logto. */
export function accessTo(logto: Logto): Config {
  return {
    "logto:endpoint": logto.url,
    "logto:clientId": "m2m",
    "logto:clientSecret": { secret: "canary-m2m" },
  };
}

/** @param config default: that of {@link accessTo} */
export async function stackOf(
  logto: Logto,
  program: StackOptions["program"],
  { config = accessTo(logto), ...options }: Omit<Partial<StackOptions>, "program"> = {},
): Promise<Stack> {
  const stack = await createStack({ program, config, ...options });
  stacks.push(stack);
  return stack;
}

/** Returns a project in the folder `examples`. */
export function example(name: string): StackOptions["program"] {
  return { folder: join(__dirname, "..", "examples", name) };
}

/** Looks for drift as a pipeline does: the exit code is 7 if there is any, and --diff prints the changed paths. */
export function driftOf(stack: Stack): Promise<Result> {
  return stack.pulumi(["refresh", "--preview-only", "--diff", "--expect-no-changes"], { mayFail: true });
}

/** Returns the bodies of the PATCH requests since the log was last taken. */
export function patchesOf(logto: Logto): object[] {
  return logto.log.filter(({ method }) => method === "PATCH").map(({ body }) => body as object);
}

/** Kills the provider's process, as a crash or the kernel does, and those that killed commands have left. */
export function killHost(stack: Stack, signal: NodeJS.Signals = "SIGKILL"): void {
  for (const pid of stack.providers()) process.kill(pid, signal);
}
