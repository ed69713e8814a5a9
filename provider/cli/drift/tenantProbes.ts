/** Probes of the identity providers of a stack's connectors. */
import { idpHealthOf } from "../health/idpHealth";
import {
  type ConnectorProbe,
  decisiveResult,
  defaultTimeoutMs,
  probeIdentityProviders,
} from "../probe/probe";
import { managedById } from "../stack/managedResources";
import type { Tenant } from "../tenant/tenants";

/**
 * Probes with the configs in Logto, with which it signs users in. Connectors that the stack does not manage are left out.
 *
 * @returns the probes of each tenant, by the ID of the connector
 */
export async function probeTenants(
  tenants: readonly Tenant[],
  now: number,
): Promise<ReadonlyMap<Tenant, ReadonlyMap<string, ConnectorProbe>>> {
  const targets = tenants.flatMap((tenant) => {
    const managed = managedById(tenant.managed);
    return tenant.connectors.flatMap((connector) => {
      const own = managed.get(connector.id);
      if (own === undefined || !idpHealthOf(connector, now).usable) return [];
      const { signInEndpoint, mayHaveOtherSignInEndpoint } = own;
      return [{ tenant, connector, signInEndpoint, mayHaveOtherSignInEndpoint }];
    });
  });
  const timeouts = tenants.map(({ client }) => client.settings.timeoutSeconds * 1000);
  const probes = await probeIdentityProviders(targets, Math.min(defaultTimeoutMs, ...timeouts));
  const byId = new Map(tenants.map((tenant) => [tenant, new Map<string, ConnectorProbe>()]));
  for (const [{ tenant, connector }, probe] of probes) byId.get(tenant)?.set(connector.id, probe);
  return byId;
}

/** Returns how many connectors of a tenant were probed, and for how many of them the result is unknown. */
export function probeCounts({ managed }: Tenant, probes: ReadonlyMap<string, ConnectorProbe>) {
  const own = [...managedById(managed).keys()].flatMap((id) => probes.get(id) ?? []);
  const undetermined = own.filter((probe) => decisiveResult(probe).meaning === "unknown").length;
  return { probed: own.length, undetermined };
}
