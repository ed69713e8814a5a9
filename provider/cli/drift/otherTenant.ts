/** Whether a tenant is the one that the stack's connectors are in, or another that was asked by mistake. Pure. */
import { CommandError } from "../errors";
import type { Tenant } from "./tenants";

/** From this part of them on, missing connectors are no longer taken for connectors that somebody deleted. */
const nearlyAll = 0.9;

/** @throws CommandError where the tenant looks like another one: what would be told of it would be wrong all through */
export function refuseOtherTenant({ endpoint, managed, rows, unread }: Tenant): void {
  const live = new Set(rows.map(({ id }) => id));
  const all = new Map(managed.map((one) => [one.id, one]));
  const missing = [...all.values()].filter(({ id }) => !live.has(id) && !unread.has(id));
  if (missing.length === 0) return;
  const elsewhere = missing.flatMap(({ lastSeen }) =>
    lastSeen.endpoint !== undefined && canonicalEndpoint(lastSeen.endpoint) !== canonicalEndpoint(endpoint)
      ? [lastSeen.endpoint]
      : [],
  );
  const tenantIds = new Set(rows.map(({ tenantId }) => tenantId));
  const foreign = missing.flatMap(({ lastSeen: { tenantId } }) =>
    tenantId !== undefined && tenantIds.size > 0 && !tenantIds.has(tenantId) ? [tenantId] : [],
  );
  const isEach = (list: readonly string[]) => missing.length === all.size && list.length === all.size;
  // One that somebody deleted can be the only one; of several that are gone, hardly all were deleted by hand.
  const areMany = missing.length > 1 && missing.length >= nearlyAll * all.size;
  if (!isEach(elsewhere) && !isEach(foreign) && !areMany) return;

  const [recorded] = elsewhere;
  const [tenantId] = foreign;
  const known =
    recorded !== undefined
      ? ` The state says that they were last seen at ${recorded}.`
      : tenantId !== undefined
        ? ` The state says that they are in the tenant ${tenantId}, not in ${[...tenantIds].join(", ")}.`
        : "";
  throw new CommandError(
    `This looks like another tenant: ${missing.length} of the stack's ${all.size} ${all.size === 1 ? "connector" : "connectors"} ` +
      `${missing.length === 1 ? "is" : "are"} not in Logto at ${endpoint}.${known} So nothing was compared. ` +
      "Check logto:endpoint (or LOGTO_ENDPOINT, or the endpoint of the logto.Provider) and that the stack is the right one. " +
      "If it is this tenant and they were deleted, `pulumi up --refresh` creates them anew, with new IDs and URLs.",
  );
}

/** The one way to write an address. */
export function canonicalEndpoint(endpoint: string): string {
  return URL.canParse(endpoint) ? new URL(endpoint).href.replace(/\/+$/, "") : endpoint;
}
