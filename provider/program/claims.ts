/**
 * What two connectors of one program can't share. Told here because only the program knows the names of both
 * resources; the engine's check gets neither, and is called a second time for a replacement.
 */
import * as pulumi from "@pulumi/pulumi";
import { connectorOfId } from "./resource";
import { providerOf } from "./tenant";

/** Who claimed what in a tenant: name of the resource by connector name, by domain, and by `connectorId` of a config. */
interface Claims {
  readonly names: Map<string, string>;
  readonly domains: Map<string, string>;
  readonly configs: Map<unknown, string>;
}

/** By run of a program (a process can run several, with the Automation API) and by tenant. */
const runs = new WeakMap<object, Map<pulumi.ProviderResource | undefined, Claims>>();

/** @throws RunError where another connector of the same tenant has the name already: Logto holds it once. */
export function claimName(
  connectorName: string,
  resourceName: string,
  self: { readonly resource?: pulumi.CustomResource },
): string {
  const other = claim(claimsOf(self.resource)?.names, connectorName, resourceName);
  if (other === undefined) return connectorName;
  throw new pulumi.RunError(
    `The SSO connectors ${JSON.stringify(other)} and ${JSON.stringify(resourceName)} have the same connectorName ` +
      `${JSON.stringify(connectorName)}, which Logto allows once in a tenant. Give one of them another connectorName.`,
  );
}

/** Logto allows a domain on two connectors, and then lets its users choose: rarely what was meant. */
export function claimDomains(
  domains: pulumi.Input<pulumi.Input<string>[] | undefined>,
  resourceName: string,
  self: pulumi.CustomResource,
): void {
  const claimAll = (known: unknown) => {
    const texts: unknown[] = Array.isArray(known) ? known : [];
    for (const domain of texts.filter((one) => typeof one === "string")) {
      const other = claim(claimsOf(self)?.domains, domain.toLowerCase(), resourceName);
      if (other === undefined) continue;
      void pulumi.log.warn(
        `The domain ${JSON.stringify(domain)} is also on the SSO connector ${JSON.stringify(other)}.`,
        self,
      );
    }
  };
  // What is plain needs no output, of which a large program has enough.
  if (Array.isArray(domains) && domains.every((domain) => typeof domain === "string")) claimAll(domains);
  else pulumi.output(domains).apply(claimAll);
}

/** @throws RunError where the connector declares a config itself, or another resource declares it */
export function claimConfig(connectorId: unknown, resourceName: string, self: pulumi.CustomResource): void {
  const connector = connectorOfId(connectorId);
  const twin = claim(claimsOf(self)?.configs, connectorId, resourceName);
  const other =
    connector?.hasConfig === true
      ? `SsoConnector ${JSON.stringify(connector.name)}`
      : twin && `SsoConnectorConfig ${JSON.stringify(twin)}`;
  if (other === undefined) return;
  throw new pulumi.RunError(
    `The SsoConnectorConfig ${JSON.stringify(resourceName)} declares the config of a connector, and so does the ` +
      `${other}. Take one of the two out.`,
  );
}

function claim<Key>(
  claims: Map<Key, string> | undefined,
  key: Key,
  resourceName: string,
): string | undefined {
  const other = claims?.get(key);
  if (other === undefined) claims?.set(key, resourceName);
  return other === resourceName ? undefined : other;
}

function claimsOf(self: pulumi.CustomResource | undefined): Claims | undefined {
  const run = pulumi.runtime.getStackResource();
  if (self === undefined || run === undefined) return undefined;
  const tenants = runs.get(run) ?? new Map<pulumi.ProviderResource | undefined, Claims>();
  runs.set(run, tenants);
  const claims = tenants.get(providerOf(self)) ?? {
    names: new Map(),
    domains: new Map(),
    configs: new Map(),
  };
  tenants.set(providerOf(self), claims);
  return claims;
}
