/**
 * Duplicates among the resources of one program. They are found in the program, which alone knows both resources: the engine's
 * check knows neither, and is called a second time for a replacement.
 */
import * as pulumi from "@pulumi/pulumi";
import { duplicates } from "../connector/duplicateMessages";
import { type ResourceKey, resources } from "../connector/resources";
import { quote } from "../untrustedText";
import { connectorOfId, type DeclaredResource } from "./declaredResources";
import { providerOf } from "./tenant";

/** What a resource claims for itself: a connector name, a config, the switch of a tenant, a set of an organization. */
type Kind = "connectorName" | "config" | "singleSignOn" | ResourceKey;

/** The resource that claimed each value of a kind. */
type Claims = Map<Kind, Map<unknown, DeclaredResource>>;

/** The claims of each run of a program (with the Automation API, a process can have several), by tenant. */
const runs = new WeakMap<object, Map<pulumi.ProviderResource | undefined, Claims>>();

/**
 * Claims the name of a connector, which is unique in Logto, and returns it.
 *
 * @throws RunError if another connector of the tenant has the name
 */
export function claimName(connectorName: string, self: DeclaredResource | undefined): string {
  const other = claim("connectorName", connectorName, self);
  if (self === undefined || other === undefined) return connectorName;
  throw new pulumi.RunError(duplicates.connectorName(labelOf(other), labelOf(self), connectorName));
}

/**
 * Claims the config of a connector.
 *
 * @throws RunError if the connector declares a config itself, or another resource declares it
 */
export function claimConfig(connectorId: unknown, self: DeclaredResource): void {
  const connector = connectorOfId(connectorId);
  const twin = claim("config", connectorId, self);
  const other =
    connector?.hasConfig === true
      ? `SsoConnector ${labelOf(connector)}`
      : twin && `SsoConnectorConfig ${labelOf(twin)}`;
  if (other === undefined) return;
  throw new pulumi.RunError(duplicates.config(labelOf(self), other));
}

/**
 * Claims the switch of enterprise SSO, of which a tenant has one.
 *
 * @throws RunError if another resource declares it
 */
export function claimTenant(self: DeclaredResource): void {
  const other = claim("singleSignOn", "switch", self);
  if (other === undefined) return;
  throw new pulumi.RunError(duplicates.singleSignOn(labelOf(other), labelOf(self)));
}

/**
 * Claims a set of an organization, all of which a resource declares.
 *
 * @throws RunError if another resource declares it
 */
export function claimSet(
  key: ResourceKey,
  args: { readonly organizationId?: unknown } | undefined,
  self: DeclaredResource,
): void {
  const other = claim(key, args?.organizationId, self);
  if (other === undefined) return;
  throw new pulumi.RunError(duplicates.organizationSet(resources[key].name, labelOf(other), labelOf(self)));
}

/** Returns the other resource that has claimed the value before. */
function claim(kind: Kind, value: unknown, self: DeclaredResource | undefined): DeclaredResource | undefined {
  if (self === undefined) return undefined;
  const ofRun = claimsOf(self);
  const claims = ofRun?.get(kind) ?? new Map<unknown, DeclaredResource>();
  ofRun?.set(kind, claims);
  const other = claims.get(value);
  if (other === undefined) claims.set(value, self);
  return other?.resource === self.resource ? undefined : other;
}

/** Names the parent as well, since names of resources are unique below one parent only. */
function labelOf({ name, parent }: DeclaredResource): string {
  return parent === undefined ? quote(name) : `${quote(name)} of ${quote(parent)}`;
}

function claimsOf(self: DeclaredResource): Claims | undefined {
  const run = pulumi.runtime.getStackResource();
  if (run === undefined) return undefined;
  const tenants = runs.get(run) ?? new Map<pulumi.ProviderResource | undefined, Claims>();
  runs.set(run, tenants);
  const provider = providerOf(self.resource);
  const claims: Claims = tenants.get(provider) ?? new Map<Kind, Map<unknown, DeclaredResource>>();
  tenants.set(provider, claims);
  return claims;
}
