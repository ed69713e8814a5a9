/** Look-ups: functions that read what the program does not declare. */
import * as pulumi from "@pulumi/pulumi";
import { getAllResources, unknown } from "@pulumi/pulumi/output";
import type { Values } from "../values";
import { type LookupName, lookups } from "../logto/lookupTable";
import type { ReadLimits } from "../logto/sharedReads";
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
 * In a preview without credentials it rejects. {@link getSsoConnectorOutput} takes outputs, and is unknown there; it also sees
 * what the resources that it depends on have changed in the same deployment.
 */
export function getSsoConnector(
  args: GetSsoConnectorArgs,
  opts?: pulumi.InvokeOptions,
): Promise<GetSsoConnectorResult> {
  return lookUp("getSsoConnector", { ...args }, opts);
}

/** Looks up a connector by its ID or name, as {@link getSsoConnector} does, from inputs that may be outputs. */
export function getSsoConnectorOutput(
  args: GetSsoConnectorOutputArgs,
  opts?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetSsoConnectorResult> {
  return asOutput("getSsoConnector", args, opts);
}

/** Looks up every connector of the tenant. The results hold no secrets. */
export function getSsoConnectors(opts?: pulumi.InvokeOptions): Promise<GetSsoConnectorsResult> {
  return lookUp("getSsoConnectors", {}, opts);
}

/** Looks up every connector of the tenant, as {@link getSsoConnectors} does, as an output. */
export function getSsoConnectorsOutput(
  opts?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetSsoConnectorsResult> {
  return asOutput("getSsoConnectors", {}, opts);
}

/** Looks up the kinds of identity provider that the tenant's Logto has connectors for. */
export function getSsoConnectorProviders(
  opts?: pulumi.InvokeOptions,
): Promise<GetSsoConnectorProvidersResult> {
  return lookUp("getSsoConnectorProviders", {}, opts);
}

/** Looks up the kinds of identity provider, as {@link getSsoConnectorProviders} does, as an output. */
export function getSsoConnectorProvidersOutput(
  opts?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetSsoConnectorProvidersResult> {
  return asOutput("getSsoConnectorProviders", {}, opts);
}

/** The key that the result of a unit test's mock must have. */
const resultKeys = {
  getSsoConnector: undefined,
  getSsoConnectors: "connectors",
  getSsoConnectorProviders: "providers",
} as const satisfies Record<LookupName, string | undefined>;

async function lookUp<Result>(
  name: LookupName,
  args: Values,
  opts: pulumi.InvokeOptions = {},
  limits?: ReadLimits,
): Promise<Result> {
  if (pulumi.runtime.getMonitor() === undefined) {
    throw new pulumi.RunError(
      `${name} works in a Pulumi program only. Run it with the Pulumi CLI, or in a unit test after pulumi.runtime.setMocks.`,
    );
  }
  if (hasMocks()) return (await mockedAnswer(name, args, opts)) as Result;
  try {
    return (await lookups[name](await clientFor(opts), args, limits)) as Result;
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

/** The output form of a look-up: unknown until its inputs are known and what it depends on has been created or updated. */
function asOutput<Result>(
  name: LookupName,
  args: object,
  opts: pulumi.InvokeOutputOptions = {},
): pulumi.Output<Result> {
  const inputs: pulumi.Output<unknown> = pulumi.output(args);
  const dependencies = [inputs, pulumi.output(opts.dependsOn)].map(dependsOnResources);
  return pulumi.all([inputs, ...dependencies]).apply(async ([resolvedArgs, ...areDependent]: unknown[]) => {
    // It must tell what those resources have made of the tenant.
    const limits = areDependent.includes(true) ? { maxAgeMs: 0 } : {};
    try {
      return await lookUp<Result>(name, { ...(resolvedArgs as Values) }, opts, limits);
    } catch (error) {
      if (error instanceof UnknownTenantError) return unknown;
      throw error;
    }
  }) as pulumi.Output<unknown> as pulumi.Output<Result>;
}

/** Whether an output contains or comes from resources: known once these have been created or updated. */
function dependsOnResources(output: pulumi.Output<unknown>): pulumi.Output<unknown> {
  return output.apply(async (value) => {
    const contained = [value].flat(Infinity).filter((element) => pulumi.Resource.isInstance(element));
    const resources = [...contained, ...(await getAllResources(output))];
    return pulumi.all(resources.flatMap(idsOf)).apply(() => resources.length > 0);
  });
}

/** The IDs of a resource and of the children of a component. */
function idsOf(resource: pulumi.Resource): pulumi.Output<string>[] {
  if (pulumi.CustomResource.isInstance(resource)) return [resource.id];
  const { __childResources: children = [] } = resource as { __childResources?: Iterable<pulumi.Resource> };
  return [resource.urn, ...[...children].flatMap(idsOf)];
}
