/**
 * What two connectors of one program can't share. Told here because only the program knows both resources; the engine's
 * check gets neither, and is called a second time for a replacement.
 */
import * as pulumi from "@pulumi/pulumi";
import { quote } from "../untrustedText";
import { connectorOfId, type Declared } from "./declared";
import { providerOf } from "./tenant";

/** Which resource claimed what in a tenant: by connector name, by domain, and by `connectorId` of a config. */
interface Claims {
  readonly names: Map<string, Declared>;
  readonly domains: Map<string, Declared>;
  readonly configs: Map<unknown, Declared>;
}

/** By run of a program (a process can run several, with the Automation API) and by tenant. */
const runs = new WeakMap<object, Map<pulumi.ProviderResource | undefined, Claims>>();

/** @throws RunError where another connector of the same tenant has the name already: Logto holds it once. */
export function claimName(connectorName: string, self: Declared | undefined): string {
  const other = claim(claimsOf(self)?.names, connectorName, self);
  if (self === undefined || other === undefined) return connectorName;
  throw new pulumi.RunError(
    `The SSO connectors ${labelOf(other)} and ${labelOf(self)} have the same connectorName ${quote(connectorName)}, ` +
      "which Logto allows once in a tenant. Give one of them another connectorName.",
  );
}

/** Logto allows a domain on two connectors, and then lets its users choose: rarely what was meant. */
export function claimDomains(
  domains: pulumi.Input<pulumi.Input<string>[] | undefined>,
  self: Declared,
): void {
  const claimAll = (known: unknown) => {
    const texts: unknown[] = Array.isArray(known) ? known : [];
    for (const domain of texts.filter((one) => typeof one === "string")) {
      const other = claim(claimsOf(self)?.domains, domain.toLowerCase(), self);
      if (other === undefined) continue;
      void pulumi.log.warn(
        `The domain ${quote(domain)} is also on the SSO connector ${labelOf(other)}.`,
        self.resource,
      );
    }
  };
  // What is plain needs no output, of which a large program has enough.
  if (Array.isArray(domains) && domains.every((domain) => typeof domain === "string")) claimAll(domains);
  else pulumi.output(domains).apply(claimAll);
}

/** @throws RunError where the connector declares a config itself, or another resource declares it */
export function claimConfig(connectorId: unknown, self: Declared): void {
  const connector = connectorOfId(connectorId);
  const twin = claim(claimsOf(self)?.configs, connectorId, self);
  const other =
    connector?.hasConfig === true
      ? `SsoConnector ${labelOf(connector)}`
      : twin && `SsoConnectorConfig ${labelOf(twin)}`;
  if (other === undefined) return;
  throw new pulumi.RunError(
    `The SsoConnectorConfig ${labelOf(self)} declares the config of a connector, and so does the ${other}. Take one of ` +
      "the two out.",
  );
}

/** The other resource that has claimed it before. */
function claim<Key>(
  claims: Map<Key, Declared> | undefined,
  key: Key,
  self: Declared | undefined,
): Declared | undefined {
  if (self === undefined) return undefined;
  const other = claims?.get(key);
  if (other === undefined) claims?.set(key, self);
  return other?.resource === self.resource ? undefined : other;
}

/** Names of resources are unique only below one parent. */
function labelOf({ name, parent }: Declared): string {
  return parent === undefined ? quote(name) : `${quote(name)} of ${quote(parent)}`;
}

function claimsOf(self: Declared | undefined): Claims | undefined {
  const run = pulumi.runtime.getStackResource();
  if (self === undefined || run === undefined) return undefined;
  const tenants = runs.get(run) ?? new Map<pulumi.ProviderResource | undefined, Claims>();
  runs.set(run, tenants);
  const provider = providerOf(self.resource);
  const claims = tenants.get(provider) ?? { names: new Map(), domains: new Map(), configs: new Map() };
  tenants.set(provider, claims);
  return claims;
}
