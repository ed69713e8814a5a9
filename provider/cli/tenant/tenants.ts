/** The tenants that contain the connectors of a stack. Each is read once at each of its endpoints. */
import type { ApiConnector } from "../../connector/apiConnector";
import { LogtoClient } from "../../logto/client";
import { hasCode, LogtoError } from "../../logto/errors";
import { mapInParallel, maxParallel } from "../../logto/parallel";
import { isOneTenant, type TenantAnswers } from "../../logto/sameTenant";
import type { Settings } from "../../logto/settings";
import { tokenPath } from "../../logto/token";
import { CommandError } from "../io/commandError";
import type { OtherResource } from "../stack/managedResources";
import type { LocatedConnector, StackTenant } from "./stackTenants";

/** A tenant with what the stack manages in it. */
export interface Tenant {
  /** In canonical form. */
  readonly endpoint: string;
  readonly client: LogtoClient;
  /** Name of the first `logto.Provider` of it; `undefined` for that of the stack's own settings. */
  readonly provider: string | undefined;
  readonly managed: readonly LocatedConnector[];
  readonly others: readonly OtherResource[];
  /** All of its connectors that can be read, managed or not. */
  readonly connectors: readonly ApiConnector[];
  /** IDs of managed connectors that cannot be read, as their identity providers do not answer Logto. */
  readonly unread: ReadonlySet<string>;
  /** How many connectors of the tenant cannot be read for that reason, managed or not. */
  readonly unreadable: number;
  readonly requests: number;
}

/** Clients by their settings. A client that is used again has an access token and open connections. */
export class ClientCache {
  readonly #clients = new Map<string, LogtoClient>();

  get(settings: Settings): LogtoClient {
    const key = JSON.stringify(settings);
    const client = this.#clients.get(key) ?? new LogtoClient(settings);
    this.#clients.set(key, client);
    return client;
  }

  /** Drops a client whose credentials were rejected: it would not try them again, though they may be fixed in Logto. */
  delete(client: LogtoClient): void {
    for (const [key, cached] of this.#clients) if (cached === client) this.#clients.delete(key);
  }
}

/** @throws CommandError naming the tenant that cannot be read, if there are several */
export function readTenants(stackTenants: readonly StackTenant[], clients: ClientCache): Promise<Tenant[]> {
  return mapInParallel(stackTenants, async (stackTenant) => {
    try {
      return await readTenant(clients, stackTenant);
    } catch (error) {
      if (stackTenants.length === 1 || !(error instanceof LogtoError)) throw error;
      throw new CommandError(`Could not check the tenant ${stackTenant.settings.endpoint}: ${error.message}`);
    }
  });
}

export async function readTenant(
  clients: ClientCache,
  { provider, settings, managed, others }: StackTenant,
): Promise<Tenant> {
  const client = clients.get(settings);
  const requestsBefore = client.requests;
  try {
    const { connectors: listed, unreadable } = await client.listReadableConnectors();
    const listedIds = new Set(listed.map(({ id }) => id));
    const absent = new Set(managed.map(({ id }) => id).filter((id) => !listedIds.has(id)));
    const lookups = unreadable === 0 ? [] : await lookUpAll(client, absent);
    const single = lookups.flatMap(({ connector }) => connector ?? []);
    return {
      endpoint: settings.endpoint,
      client,
      provider,
      managed,
      others,
      connectors: [...listed, ...single],
      unread: new Set(lookups.filter(({ timedOut }) => timedOut).map(({ id }) => id)),
      unreadable: Math.max(0, unreadable - single.length),
      requests: client.requests - requestsBefore,
    };
  } catch (error) {
    if (error instanceof LogtoError && error.path === tokenPath) clients.delete(client);
    throw error;
  }
}

/** The share of the timeout that each of many look-ups has, so that there is time for five rounds of those that hang. */
const shareOfMany = 1 / 5;

/** Looks connectors up by their IDs, all of them in the time of one request. */
function lookUpAll(client: LogtoClient, ids: ReadonlySet<string>) {
  const timeoutMs = client.settings.timeoutSeconds * 1000;
  const end = Date.now() + timeoutMs;
  const shareMs = ids.size > maxParallel ? timeoutMs * shareOfMany : timeoutMs;
  return mapInParallel(ids, (id) => lookUp(client, id, Math.min(shareMs, end - Date.now())));
}

/** Looks a connector up: Logto answers at once if it was deleted, and not in time if its identity provider hangs. */
async function lookUp(client: LogtoClient, id: string, timeoutMs: number) {
  try {
    return { id, connector: await client.getConnector(id, timeoutMs), timedOut: false };
  } catch (error) {
    if (hasCode(error, "timeout")) return { id, connector: undefined, timedOut: true };
    throw error;
  }
}

/** Returns what tells one tenant from another. */
export function answersOf(
  { connectors, unreadable }: Tenant,
  others: TenantAnswers["others"] = new Map(),
): TenantAnswers {
  return { connectors, unreadable, others };
}

/**
 * Merges what was read at several endpoints of one tenant.
 *
 * @param othersOf returns the answers besides connectors, by what was asked, without those that failed
 */
export function mergeEndpoints<Read>(
  reads: readonly Read[],
  tenantOf: (read: Read) => Tenant | undefined,
  othersOf: (read: Read) => TenantAnswers["others"],
  merge: (first: Read, second: Read, tenant: Tenant) => Read,
): Read[] {
  const merged: Read[] = [];
  for (const read of reads) {
    const tenant = tenantOf(read);
    const isSame = (other: Read) => {
      const otherTenant = tenantOf(other);
      if (tenant === undefined || otherTenant === undefined) return false;
      return isOneTenant(answersOf(otherTenant, othersOf(other)), answersOf(tenant, othersOf(read)));
    };
    const index = merged.findIndex(isSame);
    const first = merged[index];
    const firstTenant = first && tenantOf(first);
    if (first === undefined || firstTenant === undefined || tenant === undefined) merged.push(read);
    else merged[index] = merge(first, read, mergedTenant(firstTenant, tenant));
  }
  return merged;
}

/** Merges two reads of a tenant: one may have what the other could not read. */
function mergedTenant(first: Tenant, second: Tenant): Tenant {
  const connectors = new Map(
    [...second.connectors, ...first.connectors].map((connector) => [connector.id, connector]),
  );
  const count = Math.max(...[first, second].map((read) => read.connectors.length + read.unreadable));
  return {
    ...first,
    managed: [...first.managed, ...second.managed],
    others: [...first.others, ...second.others],
    connectors: [...connectors.values()],
    unread: new Set([...first.unread, ...second.unread].filter((id) => !connectors.has(id))),
    unreadable: Math.max(0, count - connectors.size),
    requests: first.requests + second.requests,
  };
}
