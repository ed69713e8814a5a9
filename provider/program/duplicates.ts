/**
 * Duplicates among the resources of one program. They are found in the program, which alone knows both resources: the engine's
 * check knows neither, and is called a second time for a replacement.
 */
import * as pulumi from "@pulumi/pulumi";
import { duplicates } from "../connector/duplicateMessages";
import { quote } from "../untrustedText";
import { connectorOfId, type DeclaredResource } from "./declaredResources";
import { providerOf } from "./tenant";

/** The resource that claimed each connector name, the config of each `connectorId`, and the switch of a tenant. */
interface Claims {
  readonly names: Map<string, DeclaredResource>;
  readonly configs: Map<unknown, DeclaredResource>;
  readonly singleSignOn: Map<"switch", DeclaredResource>;
}

/** The claims of each run of a program (with the Automation API, a process can have several), by tenant. */
const runs = new WeakMap<object, Map<pulumi.ProviderResource | undefined, Claims>>();

/**
 * Claims the name of a connector, which is unique in Logto, and returns it.
 *
 * @throws RunError if another connector of the tenant has the name
 */
export function claimName(connectorName: string, self: DeclaredResource | undefined): string {
  const other = claim(claimsOf(self)?.names, connectorName, self);
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
  const twin = claim(claimsOf(self)?.configs, connectorId, self);
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
  const other = claim(claimsOf(self)?.singleSignOn, "switch", self);
  if (other === undefined) return;
  throw new pulumi.RunError(duplicates.singleSignOn(labelOf(other), labelOf(self)));
}

/** Returns the other resource that has claimed the key before. */
function claim<Key>(
  claims: Map<Key, DeclaredResource> | undefined,
  key: Key,
  self: DeclaredResource | undefined,
): DeclaredResource | undefined {
  if (self === undefined) return undefined;
  const other = claims?.get(key);
  if (other === undefined) claims?.set(key, self);
  return other?.resource === self.resource ? undefined : other;
}

/** Names the parent as well, since names of resources are unique below one parent only. */
function labelOf({ name, parent }: DeclaredResource): string {
  return parent === undefined ? quote(name) : `${quote(name)} of ${quote(parent)}`;
}

function claimsOf(self: DeclaredResource | undefined): Claims | undefined {
  const run = pulumi.runtime.getStackResource();
  if (self === undefined || run === undefined) return undefined;
  const tenants = runs.get(run) ?? new Map<pulumi.ProviderResource | undefined, Claims>();
  runs.set(run, tenants);
  const provider = providerOf(self.resource);
  const claims = tenants.get(provider) ?? {
    names: new Map(),
    configs: new Map(),
    singleSignOn: new Map(),
  };
  tenants.set(provider, claims);
  return claims;
}
