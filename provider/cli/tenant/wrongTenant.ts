/** Detects that a check reads another tenant than the one that contains the stack's connectors. Pure. */
import { CommandError } from "../io/commandError";
import { counted } from "../io/layout";
import { isUnconfirmed, managedById, type ManagedConnector } from "../stack/managedResources";
import type { Tenant } from "./tenants";

/** The share of the connectors from which on it is unlikely that missing ones were deleted by hand. */
const nearlyAll = 0.9;

/** @throws CommandError if the tenant looks like another one, as all findings would be wrong then */
export function assertSameTenant(tenant: Tenant): void {
  const other = otherTenantOf(tenant);
  if (other !== undefined) {
    throw new CommandError(
      `This looks like another tenant: ${other.reason} Nothing was compared. ${other.remedy}`,
    );
  }
}

/** Returns why a tenant looks like another one than that of the stack's connectors, and what to do; `undefined` if it does not. */
export function otherTenantOf(
  tenant: Tenant,
): { readonly reason: string; readonly remedy: string } | undefined {
  const { client, endpoint, managed, connectors } = tenant;
  const { size } = managedById(managed.filter((resource) => !isUnconfirmed(resource)));
  const missing = missingFrom(tenant);
  if (missing.length === 0) return undefined;
  const tenantIds = new Set(connectors.map(({ tenantId }) => tenantId));
  const otherEndpoints = missing.flatMap(({ lastSeen }) =>
    lastSeen.endpoint === undefined || lastSeen.endpoint === endpoint ? [] : [lastSeen.endpoint],
  );
  const otherTenantIds = missing.flatMap(({ lastSeen: { tenantId } }) =>
    tenantId === undefined || tenantIds.size === 0 || tenantIds.has(tenantId) ? [] : [tenantId],
  );
  const isRecordedElsewhere = [otherEndpoints, otherTenantIds].some(({ length }) => length === size);
  // A single missing connector may well have been deleted.
  const areNearlyAll = missing.length > 1 && missing.length >= nearlyAll * size;
  if (!isRecordedElsewhere && !areNearlyAll) return undefined;

  const [lastEndpoint] = otherEndpoints;
  const [lastTenantId] = otherTenantIds;
  const recorded =
    lastEndpoint !== undefined
      ? ` Last seen at ${lastEndpoint}, according to the state.`
      : lastTenantId !== undefined
        ? ` The tenant is ${[...tenantIds].join(", ")}, and ${lastTenantId} according to the state.`
        : "";
  return {
    reason:
      `${missing.length} of the stack's ${counted(size, "connector")} ` +
      `${missing.length === 1 ? "is" : "are"} not in Logto at ${endpoint}.${recorded}`,
    remedy:
      `Check ${client.settings.origin("endpoint")} and the selected stack. If the ` +
      "tenant is right, run `pulumi up --refresh` to recreate what was deleted, with new IDs and URLs.",
  };
}

/** Returns the connectors of the stack that Logto does not have, each once. One that it may never have had is not among them. */
export function missingFrom({ managed, connectors, unread }: Tenant): ManagedConnector[] {
  const ids = new Set(connectors.map(({ id }) => id));
  return [...managedById(managed).values()].filter(
    (resource) => !isUnconfirmed(resource) && !ids.has(resource.id) && !unread.has(resource.id),
  );
}
