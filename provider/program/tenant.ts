/** Which Logto tenant a resource of the program lives in, as far as the program can tell. */
import * as pulumi from "@pulumi/pulumi";
import { unknown } from "@pulumi/pulumi/output";
import type { LogtoClient } from "../logto/client";
import { missingSettings, readSettings, signInAddress } from "../logto/settings";
import { Provider } from "./provider";
import { tokens } from "./tokens";

/** Of the resources of this package: Pulumi's dynamic provider. */
const packageName = "pulumi-nodejs";

/**
 * The provider that the children of a resource get from it. The engine goes by the package of a provider alone; the SDK goes
 * by the key under which it stands in the option `providers`, which in `providers: { logto: tenant }` is another one
 * (seen with @pulumi/pulumi 3.270).
 */
export function inheritedProvider(parent: pulumi.Resource | undefined): pulumi.ProviderResource | undefined {
  const { __providers: providers = {} } = (parent ?? {}) as {
    __providers?: Record<string, pulumi.ProviderResource & { getPackage(): string }>;
  };
  return Object.values(providers).findLast((provider) => provider.getPackage() === packageName);
}

/** The explicit provider of a resource, also one that it inherits from its parent. */
export function providerOf(resource: pulumi.CustomResource): pulumi.ProviderResource | undefined {
  return resource.getProvider(tokens.ssoConnector.type);
}

const stackConfig = (name: string) => new pulumi.Config("logto").get(name.replace(/^logto:/, ""));

/**
 * The address that URLs to register at an identity provider begin with: where users sign in. Taken from the settings where
 * the program sees them, so that it stays known while an update is previewed; else from what the provider process saw, which
 * can have settings of its own (Automation API with `envVars`).
 *
 * @throws RunError in the deployment, where neither is known
 */
export function signInAddressOf(resource: LocatedResource): pulumi.Output<string> {
  const provider = providerOf(resource);
  if (Provider.isInstance(provider)) return provider.signInAddress;
  const address = provider === undefined ? settled(() => signInAddress(stackConfig, process.env)) : undefined;
  if (address !== undefined) return pulumi.output(address);
  return resource.endpoint.apply((endpoint) => {
    if (endpoint !== undefined) return endpoint;
    if (pulumi.runtime.isDryRun()) return unknown as unknown as string;
    throw new pulumi.RunError(
      `The address of Logto is not known. ${missingSettings(stackConfig, process.env)[0] ?? ""} In a unit test with ` +
        'mocks, set it by `pulumi.runtime.setAllConfig({ "logto:endpoint": "https://logto.example.com" })`.',
    );
  });
}

/** @throws RunError with what is wrong with a setting: only of this kind the message is shown by itself */
function settled<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw new pulumi.RunError((error as Error).message);
  }
}

interface LocatedResource extends pulumi.CustomResource {
  readonly endpoint: pulumi.Output<string | undefined>;
}

let warned = false;

/** A preview needs no credentials, so that a pull request from outside can have one; but `up` will. */
export function warnOfMissingSettings(provider: pulumi.ProviderResource | undefined): void {
  if (warned || !pulumi.runtime.isDryRun() || provider !== undefined) return;
  const missing = missingSettings(stackConfig, process.env);
  if (missing.length === 0) return;
  warned = true;
  void pulumi.log.warn(
    `This preview needs no access to Logto, but \`pulumi up\` will.\n${missing.join("\n")}`,
  );
}

/**
 * The answer to a question that a program asks Logto; not known in a preview where the tenant is not.
 *
 * @throws RunError in the deployment, with what the client's error says
 */
export function ask<Answer>(
  opts: LookupOptions | undefined,
  question: (client: LogtoClient) => Promise<Answer>,
): pulumi.Output<Answer> {
  const provider = opts?.provider ?? inheritedProvider(opts?.parent);
  if (provider !== undefined && !Provider.isInstance(provider)) {
    throw new pulumi.RunError("The option provider of a look-up must be a logto.Provider.");
  }
  const answer = clientOf(provider).apply((client) =>
    client === undefined
      ? pulumi.output(unknown)
      : pulumi.output(
          question(client).catch((error: unknown) => {
            // Only of this kind the message is shown by itself.
            throw error instanceof pulumi.RunError ? error : new pulumi.RunError((error as Error).message);
          }),
        ),
  );
  return answer as pulumi.Output<unknown> as pulumi.Output<Answer>;
}

type Clients = Map<Provider | undefined, pulumi.Output<LogtoClient | undefined>>;
/** By run of a program: a process can have several, by the Automation API. */
const clients = new WeakMap<object, Clients>();

/** One for all look-ups in a tenant, which share its token and its list; `undefined` without credentials. */
function clientOf(provider: Provider | undefined): pulumi.Output<LogtoClient | undefined> {
  const run = pulumi.runtime.getStackResource() ?? clients;
  const known: Clients = clients.get(run) ?? new Map<Provider | undefined, never>();
  clients.set(run, known);
  const client = known.get(provider) ?? makeClient(provider);
  known.set(provider, client);
  return client;
}

function makeClient(provider: Provider | undefined): pulumi.Output<LogtoClient | undefined> {
  warnOfMissingSettings(provider);
  const values: pulumi.Output<unknown> = provider?.settings ?? pulumi.output(undefined);
  // By apply, whose result stays what it is: pulumi.output would make a plain object of the client.
  const client = values.apply(async (given) => {
    const own = given as Readonly<Record<string, string | undefined>> | undefined;
    const get = own === undefined ? stackConfig : (name: string) => own[name];
    const env = own === undefined ? process.env : { LOGTO_ALLOW_HTTP: process.env.LOGTO_ALLOW_HTTP };
    if (pulumi.runtime.isDryRun() && missingSettings(get, env).length > 0) return undefined;
    try {
      const settings = readSettings(get, env);
      // Only a program that asks something loads what it takes to ask.
      const { LogtoClient: Client } = await import("../logto/client.js");
      return new Client(settings);
    } catch (error) {
      throw new pulumi.RunError((error as Error).message);
    }
  });
  return client;
}

export interface LookupOptions {
  provider?: pulumi.ProviderResource;
  parent?: pulumi.Resource;
}
