/** The tenants that contain the connectors of a stack. Each is read once at each of its endpoints. */
import type { ApiConnector } from "../../connector/apiConnector";
import { LogtoClient } from "../../logto/client";
import { LogtoError } from "../../logto/errors";
import { mapInParallel, maxParallel } from "../../logto/parallel";
import { isOneTenant, tenantKey } from "../../logto/sameTenant";
import type { Settings } from "../../logto/settings";
import { tokenPath } from "../../logto/token";
import { CommandError, logtoError } from "../io/commandError";
import type { ManagedConnector, OtherResource } from "../stack/managedResources";
import type { LocatedConnector, Target, UnusableTarget } from "./targets";

/** A tenant with what the stack manages in it. */
export interface Tenant {
  /** In canonical form. */
  readonly endpoint: string;
  readonly client: LogtoClient;
  readonly managed: readonly LocatedConnector[];
  readonly others: readonly OtherResource[];
  readonly live: readonly ApiConnector[];
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
    for (const [key, one] of this.#clients) if (one === client) this.#clients.delete(key);
  }
}

/** @throws CommandError naming the tenant that cannot be read, if there are several */
export function readTenants(targets: readonly Target[], clients: ClientCache): Promise<Tenant[]> {
  return mapInParallel(targets, async (target) => {
    try {
      return await readTenant(clients, target);
    } catch (error) {
      if (targets.length === 1 || !(error instanceof LogtoError)) throw error;
      throw new CommandError(`Could not check the tenant ${target.settings.endpoint}: ${error.message}`);
    }
  });
}

export async function readTenant(
  clients: ClientCache,
  { settings, managed, others }: Omit<Target, "provider">,
): Promise<Tenant> {
  const client = clients.get(settings);
  const requestsBefore = client.requests;
  try {
    const { connectors: rows, unreadable } = await client.listReadableConnectors();
    const listed = new Set(rows.map(({ id }) => id));
    const absent = new Set(managed.map(({ id }) => id).filter((id) => !listed.has(id)));
    const lookups = unreadable === 0 ? [] : await lookUpAll(client, absent);
    const found = lookups.flatMap(({ live }) => (live === undefined ? [] : [live]));
    return {
      endpoint: settings.endpoint,
      client,
      managed,
      others,
      live: [...rows, ...found],
      unread: new Set(lookups.filter(({ timedOut }) => timedOut).map(({ id }) => id)),
      unreadable: Math.max(0, unreadable - found.length),
      requests: client.requests - requestsBefore,
    };
  } catch (error) {
    if (error instanceof LogtoError && error.path === tokenPath) clients.delete(client);
    throw error;
  }
}

/** The share of the timeout that each of many look-ups has: of those that hang, five rounds are given up before all time is over. */
const shareOfMany = 1 / 5;

/** Looks connectors up by their IDs, all of them in the time of one request. */
function lookUpAll(client: LogtoClient, ids: ReadonlySet<string>) {
  const timeoutMs = client.settings.timeoutSeconds * 1000;
  const end = Date.now() + timeoutMs;
  const shareMs = ids.size > maxParallel ? timeoutMs * shareOfMany : timeoutMs;
  return mapInParallel(ids, (id) => lookUp(client, id, Math.min(shareMs, end - Date.now())));
}

/** Tells a deleted connector, of which Logto answers at once, from one whose identity provider hangs. */
async function lookUp(client: LogtoClient, id: string, timeoutMs: number) {
  try {
    return { id, live: await client.getConnector(id, timeoutMs), timedOut: false };
  } catch (error) {
    if (error instanceof LogtoError && error.code === "timeout")
      return { id, live: undefined, timedOut: true };
    throw error;
  }
}

/**
 * Returns the connectors of a stack that are in a tenant. A provider with another endpoint may be one of the same tenant: where that
 * endpoint gives the same answers, or none.
 */
export async function managedIn(
  tenant: Tenant,
  targets: readonly (Target | UnusableTarget)[],
  clients: ClientCache,
): Promise<ManagedConnector[]> {
  const key = tenantKey(tenant.client.settings);
  const ids = new Set(tenant.live.map(({ id }) => id));
  const managed = await mapInParallel(targets, async (target): Promise<readonly ManagedConnector[]> => {
    if ("error" in target || tenantKey(target.settings) === key) return target.managed;
    if (!target.managed.some(({ id }) => ids.has(id))) return [];
    const read = await readTenant(clients, target).catch(logtoError);
    const isSame = read instanceof LogtoError || isOneTenant(answersOf(tenant), answersOf(read));
    return isSame ? target.managed : [];
  });
  return managed.flat();
}

function answersOf({ live, unreadable }: Tenant, others: ReadonlyMap<string, unknown> = new Map()) {
  return { connectors: live, unreadable, others };
}

/**
 * Merges what was read at several endpoints of one tenant.
 *
 * @param othersOf returns the answers besides connectors, by what was asked, without those that failed
 */
export function mergeEndpoints<Read>(
  all: readonly Read[],
  tenantOf: (read: Read) => Tenant | undefined,
  othersOf: (read: Read) => ReadonlyMap<string, unknown>,
  merge: (first: Read, second: Read, tenant: Tenant) => Read,
): Read[] {
  const result: Read[] = [];
  for (const read of all) {
    const tenant = tenantOf(read);
    const isSame = (other: Read) => {
      const otherTenant = tenantOf(other);
      if (tenant === undefined || otherTenant === undefined) return false;
      return isOneTenant(answersOf(otherTenant, othersOf(other)), answersOf(tenant, othersOf(read)));
    };
    const index = result.findIndex(isSame);
    const first = result[index];
    const firstTenant = first && tenantOf(first);
    if (first === undefined || firstTenant === undefined || tenant === undefined) result.push(read);
    else result[index] = merge(first, read, mergedTenant(firstTenant, tenant));
  }
  return result;
}

/** What one of two endpoints could not read, the other may have read. */
function mergedTenant(first: Tenant, second: Tenant): Tenant {
  const live = new Map([...second.live, ...first.live].map((row) => [row.id, row]));
  const count = Math.max(...[first, second].map((one) => one.live.length + one.unreadable));
  return {
    ...first,
    managed: [...first.managed, ...second.managed],
    others: [...first.others, ...second.others],
    live: [...live.values()],
    unread: new Set([...first.unread, ...second.unread].filter((id) => !live.has(id))),
    unreadable: Math.max(0, count - live.size),
    requests: first.requests + second.requests,
  };
}
