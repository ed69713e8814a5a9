/** The tenants that the connectors of a stack live in, each of them read once. */
import type { Row } from "../../connector/row";
import { LogtoClient } from "../../logto/client";
import { LogtoError } from "../../logto/errors";
import { readSettings, type Settings } from "../../logto/settings";
import { tokenPath } from "../../logto/token";
import type { StateResource } from "../pulumi";
import type { Workspace } from "../workspace";
import { type Managed, managedByProvider, type ManagedByProvider } from "./managed";
import { canonicalEndpoint, refuseOtherTenant } from "./otherTenant";

/** A tenant as it is now, and what the stack manages in it. */
export interface Tenant {
  readonly endpoint: string;
  readonly managed: readonly Managed[];
  readonly rows: readonly Row[];
  /** IDs of the stack that can't be read, because their identity providers do not answer Logto. */
  readonly unread: ReadonlySet<string>;
  /** How many connectors can't be read for that reason, others' included. */
  readonly unreadable: number;
  readonly requests: number;
}

/** Clients by what they sign in with: one that is used again has a token and connections already. */
export class Clients {
  readonly #clients = new Map<string, LogtoClient>();

  of(settings: Settings): LogtoClient {
    const key = JSON.stringify(settings);
    const client = this.#clients.get(key) ?? new LogtoClient(settings);
    this.#clients.set(key, client);
    return client;
  }

  /** One whose credentials were refused does not try them again: somebody may have put that right in Logto. */
  forget(client: LogtoClient): void {
    for (const [key, one] of this.#clients) if (one === client) this.#clients.delete(key);
  }
}

/**
 * Reads every tenant of a stack.
 *
 * @throws CommandError where a tenant is not the one that the stack's connectors are in
 */
export async function readTenants(
  resources: readonly StateResource[],
  workspace: Workspace | undefined,
  clients: Clients,
): Promise<Tenant[]> {
  const plans = byTenant(managedByProvider(resources), workspace);
  const tenants = withoutDoubles(
    await Promise.all(plans.map(({ settings, managed }) => readTenant(clients, settings, managed))),
  );
  for (const tenant of tenants) refuseOtherTenant(tenant);
  return tenants;
}

interface Plan {
  readonly settings: Settings;
  readonly managed: Managed[];
}

/** Two providers of one tenant are one; the stack's own settings come first, as they are today's. */
function byTenant(groups: readonly ManagedByProvider[], workspace: Workspace | undefined): Plan[] {
  const plans = new Map<string, Plan>();
  for (const { settings: explicit, connectors } of groups) {
    // Where all connectors are of explicit providers, there may be no other tenant.
    if (explicit === undefined && connectors.length === 0 && groups.length > 1) continue;
    const settings =
      explicit === undefined
        ? readSettings((name) => workspace?.config.get(name), process.env)
        : readSettings((name) => explicit[name], { LOGTO_ALLOW_HTTP: process.env.LOGTO_ALLOW_HTTP });
    const key = tenantKey(settings);
    const plan = plans.get(key) ?? { settings, managed: [] };
    plans.set(key, plan);
    plan.managed.push(...connectors);
  }
  return [...plans.values()];
}

/** On Logto Cloud a tenant can have several addresses, and one resource indicator. */
function tenantKey({ endpoint, resource }: Settings): string {
  return /^https:\/\/[^./]+\.logto\.app\/api$/.test(resource) && resource !== selfHosted
    ? resource
    : canonicalEndpoint(endpoint);
}

const selfHosted = "https://default.logto.app/api";

async function readTenant(
  clients: Clients,
  settings: Settings,
  managed: readonly Managed[],
): Promise<Tenant> {
  const client = clients.of(settings);
  const before = client.requests;
  try {
    const { rows, unreadable } = await client.listReadableConnectors();
    const looked = unreadable === 0 ? [] : await lookAgain(client, absentFrom(rows, managed));
    const found = looked.flatMap(({ row }) => (row === undefined ? [] : [row]));
    return {
      endpoint: settings.endpoint,
      managed,
      rows: [...rows, ...found],
      unread: new Set(looked.filter(({ hangs }) => hangs).map(({ id }) => id)),
      unreadable: Math.max(0, unreadable - found.length),
      requests: client.requests - before,
    };
  } catch (error) {
    if (error instanceof LogtoError && error.path === tokenPath) clients.forget(client);
    throw error;
  }
}

function absentFrom(rows: readonly Row[], managed: readonly Managed[]): string[] {
  const there = new Set(rows.map(({ id }) => id));
  return [...new Set(managed.map(({ id }) => id))].filter((id) => !there.has(id));
}

interface Looked {
  readonly id: string;
  readonly row?: Row | undefined;
  readonly hangs: boolean;
}

/** One by one: of a connector that is gone Logto says so at once, while it waits for an identity provider that hangs. */
function lookAgain(client: LogtoClient, ids: readonly string[]): Promise<Looked[]> {
  return Promise.all(
    ids.map(async (id) => {
      try {
        return { id, row: await client.getConnector(id), hangs: false };
      } catch (error) {
        if (error instanceof LogtoError && error.code === "timeout") return { id, hangs: true };
        throw error;
      }
    }),
  );
}

/** Tenants in which the same connectors are, whose IDs are random, are one by two addresses. */
function withoutDoubles(tenants: readonly Tenant[]): Tenant[] {
  const result: Tenant[] = [];
  for (const tenant of tenants) {
    const ids = new Set(tenant.rows.map(({ id }) => id));
    const same = result.findIndex(({ rows }) => rows.some(({ id }) => ids.has(id)));
    const first = result[same];
    if (first === undefined) result.push(tenant);
    else
      result[same] = {
        ...first,
        managed: [...first.managed, ...tenant.managed],
        unread: new Set([...first.unread, ...tenant.unread]),
        requests: first.requests + tenant.requests,
      };
  }
  return result;
}
