/** Look-ups: what a program can read of Logto without declaring it. */
import * as pulumi from "@pulumi/pulumi";
import { getAllResources, unknown } from "@pulumi/pulumi/output";
import { type ApiConnector, toState } from "../connector/apiConnector";
import type { Values } from "../connector/canonical";
import { isSecretConfigKey } from "../connector/identityProviders";
import type { LogtoClient } from "../logto/client";
import type { ReadableList } from "../logto/connectorList";
import { quote } from "../untrustedText";
import type { ConnectorProperties } from "./args";
import { asRunError, clientFor, hasMocks, inheritedProvider, UnknownTenantError } from "./tenant";

interface ById<Text> {
  /** The ID of the connector in Logto. */
  readonly id: Text;
  readonly connectorName?: undefined;
}
interface ByName<Text> {
  /** The name of the connector (case-sensitive). */
  readonly connectorName: Text;
  readonly id?: undefined;
}

/** Finds a connector by its ID or by its name. */
export type GetSsoConnectorArgs = ById<string> | ByName<string>;

/** Finds a connector by its ID or by its name, which may be outputs. */
export type GetSsoConnectorOutputArgs = ById<pulumi.Input<string>> | ByName<pulumi.Input<string>>;

/** A connector that was looked up. */
export interface GetSsoConnectorResult extends ConnectorProperties {
  /** The ID of the connector in Logto. */
  readonly id: string;
  /** The config without its secret keys; `{}` if the connector has none. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** The result of {@link getSsoConnectors}. */
export interface GetSsoConnectorsResult {
  /** Every connector of the tenant, by name. */
  readonly connectors: readonly GetSsoConnectorResult[];
}

/** A kind of identity provider that Logto has connectors for. */
export interface SsoConnectorProvider {
  /** The `providerName` of its connectors. */
  readonly providerName: string;
  /** The protocol. */
  readonly providerType: "oidc" | "saml";
  /** The name in Logto's console, such as `Microsoft Entra ID (OIDC)`. */
  readonly name: string;
  /** The description in Logto's console. */
  readonly description: string;
  /** The logo: a URL or data URI. */
  readonly logo: string;
  /** The logo for the dark theme: a URL or data URI. */
  readonly logoDark: string;
}

/** The result of {@link getSsoConnectorProviders}. */
export interface GetSsoConnectorProvidersResult {
  /** The kinds of identity provider, as Logto orders them. */
  readonly providers: readonly SsoConnectorProvider[];
}

/**
 * Looks up a connector by its ID, or by its name (unique in a tenant, case-sensitive). The result holds no secret:
 * `SsoConnector.get` reads the whole config, with its secrets marked.
 *
 * In a preview without credentials it rejects. {@link getSsoConnectorOutput} takes outputs, and is unknown there.
 */
export function getSsoConnector(
  args: GetSsoConnectorArgs,
  opts?: pulumi.InvokeOptions,
): Promise<GetSsoConnectorResult> {
  return lookUp("getSsoConnector", { ...args }, opts, async (client) => {
    const { id, connectorName } = args;
    if ((id === undefined) === (connectorName === undefined)) {
      throw new pulumi.RunError("getSsoConnector takes either id or connectorName.");
    }
    if (id === undefined) return resultOf(named(await client.sharedConnectors(), connectorName));
    const row = await client.readConnector(id);
    if (row !== undefined) return resultOf(row);
    throw new pulumi.RunError(`Logto has no SSO connector with the ID ${quote(id)}.`);
  });
}

/** Looks up a connector by its ID or name, as {@link getSsoConnector} does, from inputs that may be outputs. */
export function getSsoConnectorOutput(
  args: GetSsoConnectorOutputArgs,
  opts?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetSsoConnectorResult> {
  return asOutput(args, opts, (known) => getSsoConnector(known as GetSsoConnectorArgs, opts));
}

/** Looks up every connector of the tenant. The results hold no secrets. */
export function getSsoConnectors(opts?: pulumi.InvokeOptions): Promise<GetSsoConnectorsResult> {
  return lookUp("getSsoConnectors", {}, opts, async (client) => ({
    connectors: allOf(await client.sharedConnectors())
      .map(resultOf)
      .sort((a, b) => (a.connectorName < b.connectorName ? -1 : 1)),
  }));
}

/** Looks up every connector of the tenant, as {@link getSsoConnectors} does, as an output. */
export function getSsoConnectorsOutput(
  opts?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetSsoConnectorsResult> {
  return asOutput({}, opts, () => getSsoConnectors(opts));
}

/** Looks up the kinds of identity provider that the tenant's Logto has connectors for. */
export function getSsoConnectorProviders(
  opts?: pulumi.InvokeOptions,
): Promise<GetSsoConnectorProvidersResult> {
  return lookUp("getSsoConnectorProviders", {}, opts, async (client) => ({
    providers: (await client.listProviders()) as unknown as SsoConnectorProvider[],
  }));
}

/** Looks up the kinds of identity provider, as {@link getSsoConnectorProviders} does, as an output. */
export function getSsoConnectorProvidersOutput(
  opts?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetSsoConnectorProvidersResult> {
  return asOutput({}, opts, () => getSsoConnectorProviders(opts));
}

/** The key that a result can't do without, for answers of a unit test's mocks. */
const resultKeys = {
  getSsoConnector: undefined,
  getSsoConnectors: "connectors",
  getSsoConnectorProviders: "providers",
} as const;
type LookupName = keyof typeof resultKeys;

async function lookUp<Result>(
  name: LookupName,
  args: Values,
  opts: pulumi.InvokeOptions = {},
  question: (client: LogtoClient) => Promise<Result>,
): Promise<Result> {
  if (pulumi.runtime.getMonitor() === undefined) {
    throw new pulumi.RunError(
      `${name} works in a Pulumi program only. Run it with the Pulumi CLI, or in a unit test after pulumi.runtime.setMocks.`,
    );
  }
  if (hasMocks()) return (await mockedAnswer(name, args, opts)) as Result;
  try {
    return await question(await clientFor(opts));
  } catch (error) {
    if (!(error instanceof UnknownTenantError)) throw asRunError(error);
    throw new UnknownTenantError(
      `${name} can't be answered in this preview. Use ${name}Output, whose result is unknown here, or set what is missing.\n` +
        error.message,
    );
  }
}

/** Answers from the mocks of a unit test, by the function `call`, to which every Pulumi package sends its look-ups. */
async function mockedAnswer(
  name: LookupName,
  args: Values,
  { provider, parent }: pulumi.InvokeOptions,
): Promise<unknown> {
  const token = `logto:index:${name}`;
  const tenant = provider ?? inheritedProvider(parent);
  let answer: unknown;
  try {
    answer = await pulumi.runtime.invoke(token, args, tenant && { provider: tenant });
  } catch {
    // The SDK keeps neither the message nor the stack of what a mock throws.
  }
  const key = resultKeys[name];
  if (answer === undefined || (key !== undefined && !Array.isArray((answer as Values)[key]))) {
    throw new pulumi.RunError(
      `The function call of pulumi.runtime.setMocks did not answer the token ${quote(token)}: return ` +
        `${key === undefined ? "the connector" : `{ ${key}: [ … ] }`} for it.`,
    );
  }
  return answer;
}

/** The output form of a look-up: unknown until its inputs are known and what it depends on has been created. */
function asOutput<Result>(
  args: unknown,
  { dependsOn }: pulumi.InvokeOutputOptions = {},
  lookUpKnown: (args: unknown) => Promise<Result>,
): pulumi.Output<Result> {
  const inputs: pulumi.Output<unknown> = pulumi.output(args);
  return pulumi.all([inputs, created(inputs), created(pulumi.output(dependsOn))]).apply(async ([known]) => {
    try {
      return await lookUpKnown(known);
    } catch (error) {
      if (error instanceof UnknownTenantError) return unknown;
      throw error;
    }
  }) as pulumi.Output<unknown> as pulumi.Output<Result>;
}

/** Known once the resources that an output holds or comes from have been created. */
function created(source: pulumi.Output<unknown>): pulumi.Output<unknown> {
  return source.apply(async (held) => {
    const resources = [held].flat().filter((one) => pulumi.Resource.isInstance(one));
    return pulumi.all([...resources, ...(await getAllResources(source))].flatMap(idsOf)).apply(() => true);
  });
}

/** The IDs of a resource and of the children of a component. */
function idsOf(resource: pulumi.Resource): pulumi.Output<string>[] {
  if (pulumi.CustomResource.isInstance(resource)) return [resource.id];
  const { __childResources: children = [] } = resource as { __childResources?: Iterable<pulumi.Resource> };
  return [resource.urn, ...[...children].flatMap(idsOf)];
}

function allOf({ rows, unreadable }: ReadableList): ApiConnector[] {
  if (unreadable === 0) return rows;
  throw new pulumi.RunError(
    `Logto returned ${rows.length} of the tenant's SSO connectors, but not ${unreadable} whose identity provider does not ` +
      "respond. Bring the identity provider back, or delete its connector.",
  );
}

function named(list: ReadableList, connectorName: string): ApiConnector {
  const row = list.rows.find((one) => one.connectorName === connectorName);
  if (row !== undefined) return row;
  const similar = allOf(list).filter(
    (one) => one.connectorName.toLowerCase() === connectorName.toLowerCase(),
  );
  const hint = similar.map((one) => quote(one.connectorName)).join(", ");
  throw new pulumi.RunError(
    `Logto has no SSO connector with the name ${quote(connectorName)}` +
      `${hint === "" ? "" : `, but ${hint}: names are case-sensitive`}.`,
  );
}

function resultOf(connector: ApiConnector): GetSsoConnectorResult {
  const config = Object.entries(connector.config ?? {}).filter(([key]) => !isSecretConfigKey(key));
  const properties = toState(connector, undefined) as unknown as ConnectorProperties;
  return { ...properties, id: connector.id, config: Object.fromEntries(config) };
}
