/** Probes of the identity providers of a stack's connectors. */
import { idpHealthOf } from "../health/idpHealth";
import { outcomeOf, type Probe, probeIdentityProviders } from "../probe/probe";
import type { Tenant } from "../tenant/tenants";

/** How long an identity provider may take, unless Logto itself has less time. */
const maxMs = 10_000;

/**
 * Asks with what Logto has, since that is what it signs users in with. Connectors of others are not asked about.
 *
 * @returns the probes of each tenant, by the ID of the connector
 */
export async function probeTenants(
  tenants: readonly Tenant[],
  now: number,
): Promise<ReadonlyMap<Tenant, ReadonlyMap<string, Probe>>> {
  const targets = tenants.flatMap((tenant) => {
    const managed = new Map(tenant.managed.map((one) => [one.id, one]));
    return tenant.live.flatMap((connector) => {
      const own = managed.get(connector.id);
      if (own === undefined || !idpHealthOf(connector, now).usable) return [];
      const { signInEndpoint, mayHaveOtherSignInEndpoint } = own;
      return [{ tenant, connector, signInEndpoint, mayHaveOtherSignInEndpoint }];
    });
  });
  const timeouts = tenants.map(({ client }) => client.settings.timeoutSeconds * 1000);
  const probes = await probeIdentityProviders(targets, { timeoutMs: Math.min(maxMs, ...timeouts) });
  const byId = new Map(tenants.map((tenant) => [tenant, new Map<string, Probe>()]));
  for (const target of targets) {
    const probe = probes.get(target);
    if (probe !== undefined) byId.get(target.tenant)?.set(target.connector.id, probe);
  }
  return byId;
}

/** How many connectors of a tenant were probed, and of how many of them nothing followed. */
export function probeCounts({ managed }: Tenant, probes: ReadonlyMap<string, Probe>) {
  const own = [...new Set(managed.map(({ id }) => id))].flatMap((id) => probes.get(id) ?? []);
  const undetermined = own.filter((probe) => outcomeOf(probe).outcome === "unknown").length;
  return { probed: own.length, undetermined };
}
