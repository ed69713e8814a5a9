/** Runs of the provider in the process of the test, each as a new process would run it, and a Logto for each test. */
import { type Declaration, EngineDouble, type Properties } from "../engine/engineDouble";
import { type Logto, type LogtoOptions, startLogto } from "../logto";

/** @param take receives the Logto of each test in the file, before the test starts */
export function eachWithLogto(take: (logto: Logto) => unknown, options: LogtoOptions = {}): void {
  jest.setTimeout(60_000);
  let logto: Logto;
  beforeEach(async () => {
    logto = await startLogto(options);
    await take(logto);
  });
  afterEach(() => logto.close());
}

type Settings = Readonly<Record<string, string>>;

/** Returns the stack config for access to a Logto, as a provider gets it. */
export function settingsFor({ url }: { readonly url: string }, more: Settings = {}): Settings {
  return { "logto:endpoint": url, "logto:clientId": "m2m", "logto:clientSecret": "canary-m2m", ...more };
}

/** Returns a stack without resources. In each run, the provider knows nothing of an earlier one. */
export function newStack(logto: Logto, more: Settings = {}): EngineDouble {
  return new EngineDouble(settingsFor(logto, more));
}

/** Runs `pulumi up --refresh`, or `pulumi up`. Throws the errors of the resources. */
export async function deploy(
  stack: EngineDouble,
  program: Readonly<Record<string, Properties | Declaration>>,
  { refresh = true } = {},
): Promise<void> {
  const errors = await stack.up(program, { refresh });
  if (errors.size > 0) throw new Error([...errors.values()].map(({ message }) => message).join("\n"));
}

/** Returns the bodies of the requests with a method since the log was last taken. */
export function bodiesOf(logto: Logto, method: "PATCH" | "PUT"): unknown[] {
  return logto.log.filter((request) => request.method === method).map(({ body }) => body);
}

/** Catches what each test in the file prints to standard output. */
export function catchOutput(): { text: string } {
  const output = { text: "" };
  beforeEach(() => {
    output.text = "";
    jest.spyOn(process.stdout, "write").mockImplementation((text) => {
      output.text += String(text);
      return true;
    });
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  return output;
}

/** Resolves with the message of the error of a call. */
export const messageOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => "no error",
    (error: unknown) => (error as Error).message,
  );

/** Expects a run without errors. */
export async function succeed(run: Promise<Map<string, Error>>): Promise<void> {
  expect([...(await run).values()]).toEqual([]);
}
