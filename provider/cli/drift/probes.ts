/** Probes of the identity providers of a stack's connectors. */
import { idpHealthOf } from "../idpHealth";
import { outcomeOf, type Probe, probeIdentityProviders } from "../probe/probe";
import type { Tenant } from "./tenants";

/** How long an identity provider may take, unless Logto itself has less time. */
const maxMs = 10_000;

/** Asks with what Logto has, since that is what it signs users in with. Connectors of others are not asked about. */
export function probeTenants(tenants: readonly Tenant[], now: number): Promise<Map<string, Probe>> {
  const targets = tenants.flatMap(({ client, managed, live }) => {
    const ids = new Set(managed.map(({ id }) => id));
    const { signInEndpoint } = client.settings;
    return live
      .filter((connector) => ids.has(connector.id) && idpHealthOf(connector, now).usable)
      .map((connector) => ({ connector, signInEndpoint }));
  });
  const timeouts = tenants.map(({ client }) => client.settings.timeoutSeconds * 1000);
  return probeIdentityProviders(targets, { timeoutMs: Math.min(maxMs, ...timeouts) });
}

/** How many connectors of a tenant were probed, and of how many of them nothing followed. */
export function probeCounts({ managed }: Tenant, probes: ReadonlyMap<string, Probe>) {
  const own = [...new Set(managed.map(({ id }) => id))].flatMap((id) => probes.get(id) ?? []);
  const undetermined = own.filter((probe) => outcomeOf(probe).outcome === "unknown").length;
  return { probed: own.length, undetermined };
}
