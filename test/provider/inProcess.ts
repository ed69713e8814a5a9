/** Runs of the provider in the process of the test, each as a new process would run it, and a Logto for each test. */
import {
  type Declaration,
  EngineDouble,
  type Properties,
  type Providers,
  startProvider,
} from "../engine/engineDouble";
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
export function settingsFor(logto: Logto, more: Settings = {}): Settings {
  return {
    "logto:endpoint": logto.url,
    "logto:clientId": "m2m",
    "logto:clientSecret": "canary-m2m",
    "logto:timeoutSeconds": "3",
    ...more,
  };
}

/** Loads the provider without anything from an earlier run: Jest has a module cache in addition to that of Node.js. */
export function newProvider(settings: Settings): Promise<Providers> {
  jest.resetModules();
  return startProvider(settings);
}

/** Returns a stack without resources. */
export function newStack(logto: Logto): EngineDouble {
  return new EngineDouble(settingsFor(logto), async (settings) => ({
    providers: await newProvider(settings),
    end: () => Promise.resolve(),
  }));
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
