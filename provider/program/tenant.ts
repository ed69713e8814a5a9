/** The Logto tenant that a resource or a look-up belongs to, as far as the program knows it. */
import * as pulumi from "@pulumi/pulumi";
import { unknown } from "@pulumi/pulumi/output";
import { typeTokenOf } from "../dynamic/tokens";
import { asExpected } from "../expectedError";
import type { LogtoClient } from "../logto/client";
import {
  missingSettings,
  misspeltSettings,
  previewWarning,
  providerSettings,
  readSettings,
  signInAddress,
  stackSettings,
  wrongSettings,
} from "../logto/settings";
import { configKeyOf } from "../logto/settingTable";
import { Provider } from "./explicitProvider";

/** The package of Pulumi's dynamic provider, to which all resources of this package belong. */
const packageName = "pulumi-nodejs";

/**
 * The provider that the children of a resource inherit from it. The engine looks at the package of a provider alone; the SDK
 * looks at its key in the option `providers`, which in `providers: { logto: tenant }` differs from the package (Pulumi:
 * sdk/nodejs/resource.ts).
 */
export function inheritedProvider(parent: pulumi.Resource | undefined): pulumi.ProviderResource | undefined {
  const { __providers: providers = {} } = (parent ?? {}) as {
    __providers?: Record<string, pulumi.ProviderResource & { getPackage(): string }>;
  };
  return Object.values(providers).findLast((provider) => provider.getPackage() === packageName);
}

/** The explicit provider of a resource, its own or its parent's. */
export function providerOf(resource: pulumi.CustomResource): pulumi.ProviderResource | undefined {
  return resource.getProvider(typeTokenOf("ssoConnector"));
}

/**
 * Whether the program runs under `pulumi.runtime.setMocks`. The SDK has no function that says so, but only its mock monitor
 * holds mocks.
 */
export function hasMocks(): boolean {
  const monitor: object | undefined = pulumi.runtime.getMonitor();
  return monitor !== undefined && "mocks" in monitor;
}

const stackSource = () => stackSettings((key) => new pulumi.Config("logto").get(key.replace(/^logto:/, "")));

/**
 * The address with which URLs to register at an identity provider begin: where users sign in. The settings give it where the
 * program has them, so that it stays known while an update is previewed. Else the provider process gives the one that it used:
 * it can have settings of its own (Automation API with `envVars`).
 *
 * @throws RunError where neither knows it: under mocks at once, else in the deployment
 */
export function signInAddressOf(resource: LocatedResource): pulumi.Output<string> {
  const provider = providerOf(resource);
  if (Provider.isInstance(provider)) return provider.signInAddress;
  const address = provider === undefined ? withRunError(() => signInAddress(stackSource())) : undefined;
  if (address !== undefined) return pulumi.output(address);
  if (hasMocks()) {
    throw new pulumi.RunError(
      "logto:endpoint is not set, and the URLs to register at an identity provider begin with it. Before the test loads " +
        'the program, call `pulumi.runtime.setAllConfig({ "logto:endpoint": "https://logto.example.com" })`.',
    );
  }
  return resource.endpoint.apply((endpoint) => {
    if (endpoint !== undefined) return endpoint;
    if (pulumi.runtime.isDryRun()) return unknown as unknown as string;
    throw new pulumi.RunError(
      `The address of Logto is not known. ${missingSettings(stackSource())[0]?.message ?? ""}`,
    );
  });
}

interface LocatedResource extends pulumi.CustomResource {
  readonly endpoint: pulumi.Output<string | undefined>;
}

/** Makes every error a RunError, which the CLI shows without a stack trace. */
function withRunError<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw asRunError(error);
  }
}

export function asRunError(error: unknown): pulumi.RunError {
  return pulumi.RunError.isInstance(error) ? error : new pulumi.RunError(asExpected(error).message);
}

/** With the Automation API, one process can run several programs. */
const runOfProgram = (): object => pulumi.runtime.getStackResource() ?? clientsByRun;
const checkedRuns = new WeakSet<object>();

/**
 * Checks the settings of the stack config in a preview, which sends nothing by which the provider would find out. Those that are
 * missing or misspelt are warned of, once.
 *
 * @throws RunError naming every setting that is wrong
 */
export function checkSettings(provider: pulumi.ProviderResource | undefined): void {
  const run = runOfProgram();
  if (provider !== undefined || checkedRuns.has(run) || !pulumi.runtime.isDryRun() || hasMocks()) return;
  checkedRuns.add(run);
  const source = stackSource();
  const wrong = wrongSettings(source);
  if (wrong.length > 0) throw new pulumi.RunError(wrong.map(({ message }) => message).join("\n"));
  const missing = missingSettings(source);
  const warnings = [
    ...misspeltSettings(Object.keys(pulumi.runtime.allConfig())),
    ...(missing.length > 0 ? [previewWarning(missing)] : []),
  ];
  for (const warning of warnings) void pulumi.log.warn(warning);
}

/** A preview does not know yet which tenant to ask, or how to sign in there. */
export class UnknownTenantError extends pulumi.RunError {}

type Clients = Map<Provider | undefined, Promise<LogtoClient>>;
const clientsByRun = new WeakMap<object, Clients>();

/**
 * Resolves with the client of a look-up. All look-ups in one tenant share it, and so its access token and list of connectors.
 *
 * @throws UnknownTenantError in a preview that does not know the tenant's settings
 * @throws RunError where the settings can't be used
 */
export function clientFor({ provider: given, parent }: pulumi.InvokeOptions): Promise<LogtoClient> {
  const provider = given ?? inheritedProvider(parent);
  if (provider !== undefined && !Provider.isInstance(provider)) {
    throw new pulumi.RunError("The option provider of a look-up must be a logto.Provider.");
  }
  checkSettings(provider);
  const run = runOfProgram();
  const clients: Clients = clientsByRun.get(run) ?? new Map<Provider | undefined, never>();
  clientsByRun.set(run, clients);
  const client = clients.get(provider) ?? makeClient(provider);
  clients.set(provider, client);
  return client;
}

async function makeClient(provider: Provider | undefined): Promise<LogtoClient> {
  const own = provider && (await valueOf(provider.settings));
  if (provider !== undefined && own === undefined) {
    throw new UnknownTenantError("The arguments of its logto.Provider are not known before `pulumi up`.");
  }
  const settings = own as Readonly<Record<string, string | undefined>> | undefined;
  const source =
    settings === undefined ? stackSource() : providerSettings((name) => settings[configKeyOf(name)]);
  const missing = missingSettings(source);
  if (pulumi.runtime.isDryRun() && missing.length > 0) {
    throw new UnknownTenantError(missing.map(({ message }) => message).join("\n"));
  }
  try {
    const read = readSettings(source);
    // Loaded only by programs that look something up.
    const { LogtoClient: Client } = await import("../logto/client.js");
    return new Client(read);
  } catch (error) {
    throw asRunError(error);
  }
}

/** Resolves with the value of an output, or `undefined` where it is not known, which the SDK's types have no way to say. */
function valueOf<Value>(output: pulumi.Output<Value>): Promise<Value | undefined> {
  return (output as unknown as { promise: () => Promise<Value | undefined> }).promise();
}
