/** The tenant of a stack's own settings, and which of its connectors the stack manages. */
import { LogtoError } from "../../logto/errors";
import { mapInParallel } from "../../logto/parallel";
import { isOneTenant, tenantKey } from "../../logto/sameTenant";
import { readSettings, type Settings, SettingsError } from "../../logto/settings";
import { quote } from "../../untrustedText";
import { CommandError, logtoError } from "../io/commandError";
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
  const settings = await readOwnSettings(workspace);
  const [tenant, resources = []] = await Promise.all([
    readTenant(clients, { provider: undefined, settings, managed: [], others: [] }),
    workspace?.pulumi.resources("in plain text"),
  ]);
  const managed = await connectorsInTenant(tenant, stackTenantsOf(resources, workspace), clients);
  return { tenant, resources, managed };
}

/** Says of a stack whose settings are those of explicit providers that this command does not use them. */
async function readOwnSettings(workspace: Workspace | undefined): Promise<Settings> {
  try {
    return readSettings(settingsSourceOf(workspace));
  } catch (error) {
    if (!(error instanceof SettingsError) || workspace === undefined) throw error;
    const resources = await workspace.pulumi.resources("in plain text");
    const names = stackTenantsOf(resources, workspace).flatMap(({ provider = [] }) => provider);
    if (names.length === 0) throw error;
    throw new CommandError(
      `${error.message}\nThis command uses these settings, and not those of a logto.Provider (${names.map(quote).join(", ")}). ` +
        "To list a tenant of one, set LOGTO_ENDPOINT, LOGTO_CLIENT_ID and LOGTO_CLIENT_SECRET. To take over a connector there, " +
        "declare it as it is in Logto, with `adopt: true` and the option `provider`.",
    );
  }
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
