/** Look-ups: functions that read what the program does not declare. */
import * as pulumi from "@pulumi/pulumi";
import { getAllResources, unknown } from "@pulumi/pulumi/output";
import type { Values } from "../values";
import { type LookupName, lookups } from "../logto/lookupTable";
import type { ReadLimits } from "../logto/sharedReads";
import { quote } from "../untrustedText";
import type { ConnectorProperties, OrganizationProperties } from "./args";
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

interface OrganizationById<Text> {
  /** The ID of the organization in Logto. */
  readonly id: Text;
  readonly name?: undefined;
}
interface OrganizationByName<Text> {
  /** The name of the organization (case-sensitive), which Logto accepts more than once: several of the name are an error. */
  readonly name: Text;
  readonly id?: undefined;
}

/** Finds an organization by its ID or by its name. */
export type GetOrganizationArgs = OrganizationById<string> | OrganizationByName<string>;

/** Finds an organization by its ID or by its name, which may be outputs. */
export type GetOrganizationOutputArgs =
  OrganizationById<pulumi.Input<string>> | OrganizationByName<pulumi.Input<string>>;

/** An organization that was looked up. */
export interface GetOrganizationResult extends OrganizationProperties {
  /** The ID of the organization in Logto. */
  readonly id: string;
}

interface RoleById<Text> {
  /** The ID of the role in Logto. */
  readonly id: Text;
  readonly name?: undefined;
}
interface RoleByName<Text> {
  /** The name of the role (unique in a tenant, case-sensitive). */
  readonly name: Text;
  readonly id?: undefined;
}

/** Finds a role of organizations by its ID or by its name. */
export type GetOrganizationRoleArgs = RoleById<string> | RoleByName<string>;

/** Finds a role of organizations by its ID or by its name, which may be outputs. */
export type GetOrganizationRoleOutputArgs = RoleById<pulumi.Input<string>> | RoleByName<pulumi.Input<string>>;

/** A role that members of organizations can have. */
export interface GetOrganizationRoleResult {
  /** The ID of the role in Logto. */
  readonly id: string;
  /** The name of the role, unique in a tenant. */
  readonly name: string;
  /** The description in Logto's console. */
  readonly description?: string;
  /** Who can have the role: `User`, or `MachineToMachine`. */
  readonly type: string;
}

/** The result of {@link getOrganizationRoles}. */
export interface GetOrganizationRolesResult {
  /** Every role of organizations of the tenant, by name. */
  readonly roles: readonly GetOrganizationRoleResult[];
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

/** Looks up an organization by its ID, or by its name. Several organizations of the name are an error that lists their IDs. */
export function getOrganization(
  args: GetOrganizationArgs,
  opts?: pulumi.InvokeOptions,
): Promise<GetOrganizationResult> {
  return lookUp("getOrganization", { ...args }, opts);
}

/** Looks up an organization by its ID or name, as {@link getOrganization} does, from inputs that may be outputs. */
export function getOrganizationOutput(
  args: GetOrganizationOutputArgs,
  opts?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetOrganizationResult> {
  return asOutput("getOrganization", args, opts);
}

/** Looks up a role that members of organizations can have, by its ID or by its name (unique in a tenant, case-sensitive). */
export function getOrganizationRole(
  args: GetOrganizationRoleArgs,
  opts?: pulumi.InvokeOptions,
): Promise<GetOrganizationRoleResult> {
  return lookUp("getOrganizationRole", { ...args }, opts);
}

/** Looks up a role by its ID or name, as {@link getOrganizationRole} does, from inputs that may be outputs. */
export function getOrganizationRoleOutput(
  args: GetOrganizationRoleOutputArgs,
  opts?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetOrganizationRoleResult> {
  return asOutput("getOrganizationRole", args, opts);
}

/** Looks up every role that members of organizations can have. */
export function getOrganizationRoles(opts?: pulumi.InvokeOptions): Promise<GetOrganizationRolesResult> {
  return lookUp("getOrganizationRoles", {}, opts);
}

/** Looks up every role of organizations, as {@link getOrganizationRoles} does, as an output. */
export function getOrganizationRolesOutput(
  opts?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetOrganizationRolesResult> {
  return asOutput("getOrganizationRoles", {}, opts);
}

/** The key of the list that the result of a unit test's mock must have; what it must be, if that is no list. */
const resultKeys = {
  getSsoConnector: "the connector",
  getOrganization: "the organization",
  getOrganizationRole: "the role",
  getOrganizationRoles: "roles",
  getSsoConnectors: "connectors",
  getSsoConnectorProviders: "providers",
} as const satisfies Record<LookupName, string>;

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
  const isList = !key.startsWith("the ");
  if (answer === undefined || (isList && !Array.isArray((answer as Values)[key]))) {
    throw new pulumi.RunError(
      `The function call of pulumi.runtime.setMocks did not answer the token ${quote(token)}: return ` +
        `${isList ? `{ ${key}: [ … ] }` : key} for it.`,
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
