/** Which Logto tenant a resource of the program lives in, as far as the program can tell. */
import * as pulumi from "@pulumi/pulumi";
import { unknown } from "@pulumi/pulumi/output";
import type { LogtoClient } from "../logto/client";
import { missingSettings, readSettings, setting, withoutSlash } from "../logto/settings";
import type { LookupOptions } from "./args";
import { Provider } from "./provider";
import { tokens } from "./tokens";

/** The explicit provider of a resource, also one that it inherits from its parent. */
export function providerOf(resource: pulumi.CustomResource): pulumi.ProviderResource | undefined {
  return resource.getProvider(tokens.ssoConnector.type);
}

const stackConfig = (name: string) => new pulumi.Config("logto").get(name.replace(/^logto:/, ""));

/** The address that URLs to register at an identity provider begin with: where users sign in. */
export function signInAddressOf(resource: pulumi.CustomResource): pulumi.Output<string> {
  const provider = providerOf(resource);
  if (provider instanceof Provider) return provider.signInAddress;
  const address =
    setting("signInEndpoint", stackConfig, process.env) ?? setting("endpoint", stackConfig, process.env);
  // Without an endpoint a preview goes on with what it knows, and `up` fails at its first request.
  return pulumi.output(address === undefined ? (unknown as unknown as string) : withoutSlash(address));
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
  const provider = opts?.provider ?? opts?.parent?.getProvider(tokens.ssoConnector.type);
  if (provider !== undefined && !(provider instanceof Provider)) {
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
