/** The tenant of a stack's own settings, and which of its connectors the stack manages. */
import { LogtoError } from "../../logto/errors";
import { mapInParallel } from "../../logto/parallel";
import { isOneTenant, tenantKey } from "../../logto/sameTenant";
import { readSettings } from "../../logto/settings";
import { logtoError } from "../io/commandError";
import type { ManagedConnector } from "../stack/managedResources";
import type { StateResource } from "../stack/stateResource";
import { settingsSourceOf, type Workspace } from "../stack/workspace";
import { type StackTenant, stackTenantsOf, type UnusableTenant } from "./stackTenants";
import { answersOf, ClientCache, readTenant, type Tenant } from "./tenants";

interface OwnTenant {
  readonly tenant: Tenant;
  /** The resources of the stack, in whatever tenant; none without a stack. */
  readonly resources: readonly StateResource[];
  /** The connectors of the stack that are in the tenant. */
  readonly managed: readonly ManagedConnector[];
}

/** @param workspace `undefined` to read the tenant that the environment names */
export async function readOwnTenant(workspace: Workspace | undefined): Promise<OwnTenant> {
  const clients = new ClientCache();
  const settings = readSettings(settingsSourceOf(workspace));
  const [tenant, resources = []] = await Promise.all([
    readTenant(clients, { settings, managed: [], others: [] }),
    workspace?.pulumi.resources("in plain text"),
  ]);
  const managed = await connectorsInTenant(tenant, stackTenantsOf(resources, workspace), clients);
  return { tenant, resources, managed };
}

/**
 * Returns the connectors of a stack that are in a tenant. A provider with another endpoint may be one of the same tenant: where
 * that endpoint gives the same answers, or none.
 */
async function connectorsInTenant(
  tenant: Tenant,
  stackTenants: readonly (StackTenant | UnusableTenant)[],
  clients: ClientCache,
): Promise<ManagedConnector[]> {
  const key = tenantKey(tenant.client.settings);
  const ids = new Set(tenant.connectors.map(({ id }) => id));
  const managed = await mapInParallel(stackTenants, async (other): Promise<readonly ManagedConnector[]> => {
    if ("error" in other || tenantKey(other.settings) === key) return other.managed;
    if (!other.managed.some(({ id }) => ids.has(id))) return [];
    const read = await readTenant(clients, other).catch(logtoError);
    const isSame = read instanceof LogtoError || isOneTenant(answersOf(tenant), answersOf(read));
    return isSame ? other.managed : [];
  });
  return managed.flat();
}
