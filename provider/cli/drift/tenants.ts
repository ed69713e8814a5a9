/** The tenants that contain the connectors of a stack. Each is read once. */
import type { ApiConnector } from "../../connector/apiConnector";
import { LogtoClient } from "../../logto/client";
import { LogtoError } from "../../logto/errors";
import { environmentOfProvider, readSettings, type Settings, SettingsError } from "../../logto/settings";
import { tokenPath } from "../../logto/token";
import { quote } from "../../untrustedText";
import { CommandError } from "../errors";
import type { StateResource } from "../stateResource";
import type { Workspace } from "../workspace";
import {
  isUnused,
  type ManagedByProvider,
  managedByProvider,
  type ManagedConnector,
  type OtherResource,
} from "./managed";

/** A tenant with what the stack manages in it. */
export interface Tenant {
  /** In canonical form. */
  readonly endpoint: string;
  readonly client: LogtoClient;
  readonly managed: readonly ManagedConnector[];
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
export async function readTenants(targets: readonly Target[], clients: ClientCache): Promise<Tenant[]> {
  const tenants = await Promise.all(
    targets.map(async (target) => {
      try {
        return await readTenant(clients, target);
      } catch (error) {
        if (targets.length === 1 || !(error instanceof LogtoError)) throw error;
        throw new CommandError(`Could not check the tenant ${target.settings.endpoint}: ${error.message}`);
      }
    }),
  );
  return mergeAliases(tenants);
}

export interface Target {
  readonly settings: Settings;
  readonly managed: ManagedConnector[];
  readonly others: OtherResource[];
}

/** Merges providers of the same tenant. The stack's own settings take precedence, as they are the current ones. */
export function targetsOf(resources: readonly StateResource[], workspace: Workspace | undefined): Target[] {
  const groups = managedByProvider(resources);
  const targets = new Map<string, Target>();
  for (const group of groups) {
    if (isUnused(group, groups)) continue;
    const settings = settingsOf(group.provider, workspace);
    const key = tenantKey(settings);
    const target = targets.get(key) ?? { settings, managed: [], others: [] };
    targets.set(key, target);
    target.managed.push(...group.managed);
    target.others.push(...group.others);
  }
  return [...targets.values()];
}

/** @throws SettingsError or, for a `logto.Provider`, CommandError naming it */
export function settingsOf(
  provider: ManagedByProvider["provider"],
  workspace: Workspace | undefined,
): Settings {
  if (provider === undefined) return readSettings((name) => workspace?.config.get(name), process.env);
  const { name, settings } = provider;
  const get = (key: string) => (typeof settings[key] === "string" ? settings[key] : undefined);
  try {
    return readSettings(get, environmentOfProvider(process.env));
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw new CommandError(`The logto.Provider ${quote(name)} cannot be used: ${error.message}`);
  }
}

/** A tenant of Logto Cloud may have several endpoints, but has one resource indicator. */
export function tenantKey({ endpoint, resource }: Settings): string {
  const isCloud = /^https:\/\/[^./]+\.logto\.app\/api$/.test(resource) && resource !== selfHosted;
  return isCloud ? resource : endpoint;
}

const selfHosted = "https://default.logto.app/api";

export async function readTenant(
  clients: ClientCache,
  { settings, managed, others }: Target,
): Promise<Tenant> {
  const client = clients.get(settings);
  const requestsBefore = client.requests;
  try {
    const { rows, unreadable } = await client.listReadableConnectors();
    const listed = new Set(rows.map(({ id }) => id));
    const absent = new Set(managed.map(({ id }) => id).filter((id) => !listed.has(id)));
    const lookups = unreadable === 0 ? [] : await Promise.all([...absent].map((id) => lookUp(client, id)));
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

/** Tells a deleted connector, of which Logto answers at once, from one whose identity provider hangs. */
async function lookUp(client: LogtoClient, id: string) {
  try {
    return { id, live: await client.getConnector(id), timedOut: false };
  } catch (error) {
    if (error instanceof LogtoError && error.code === "timeout")
      return { id, live: undefined, timedOut: true };
    throw error;
  }
}

/** Merges tenants with common connectors, whose IDs are random: one tenant under two endpoints. */
function mergeAliases(tenants: readonly Tenant[]): Tenant[] {
  const result: Tenant[] = [];
  for (const tenant of tenants) {
    const ids = new Set(tenant.live.map(({ id }) => id));
    const index = result.findIndex(({ live }) => live.some(({ id }) => ids.has(id)));
    const first = result[index];
    if (first === undefined) result.push(tenant);
    else result[index] = merged(first, tenant);
  }
  return result;
}

/** What one of two endpoints could not read, the other may have read. */
function merged(first: Tenant, second: Tenant): Tenant {
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
