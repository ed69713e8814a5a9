/** Asks Logto, and the identity providers where that is wanted, for what the steps follow from. Read-only. */
import { type ApiConnector, isSigned } from "../../connector/apiConnector";
import { proxyFor } from "../../logto/agents";
import type { LogtoClient } from "../../logto/client";
import { LogtoError } from "../../logto/errors";
import { type Settings, SettingsError } from "../../logto/settings";
import { isUnused, type ManagedByProvider, managedByProvider, type ManagedConnector } from "../drift/managed";
import { readStateFile } from "../drift/stateFile";
import {
  ClientCache,
  readTenant,
  settingsOf,
  type Target as TenantTarget,
  type Tenant,
  tenantKey,
} from "../drift/tenants";
import { CommandError, logtoError } from "../errors";
import { probeIdentityProviders } from "../probe/probe";
import type { StateResource } from "../stateResource";
import { findWorkspace, type Workspace } from "../workspace";
import { type ConnectorFacts, isProblem, type LogtoFacts, type Problem, type TenantFacts } from "./facts";
import { type Examined, select, type Selection } from "./report";

export interface ExamineOptions extends Selection {
  readonly stack?: string;
  /** A file with an exported state, or `-` for standard input; `undefined` for the stack's own state, if there is one. */
  readonly state?: string;
  readonly probe?: boolean;
}

/** @throws CommandError if the stack or its state cannot be read */
export async function examine(options: ExamineOptions): Promise<Examined[]> {
  const { workspace, resources } = await readStack(options);
  const clients = new ClientCache();
  const targets = targetsOf(managedByProvider(resources ?? []), workspace);
  const tenants = await Promise.all(
    targets.map(async (target) => {
      const facts = await factsOf(target, resources !== undefined, clients);
      const connectors = connectorsOf(facts.logto?.tenant, target.managed);
      return { facts, connectors, selected: select(connectors, options) };
    }),
  );
  const [withKeys, probes] = await Promise.all([
    Promise.all(tenants.map((one) => readKeys(one, clients))),
    options.probe === true ? probeIdentityProviders(tenants.flatMap(probeTargets)) : undefined,
  ]);
  return withKeys.map((one) => ({
    ...one,
    selected: one.selected.map((facts) => ({ ...facts, probe: probes?.get(facts.connector.id) })),
  }));
}

async function readStack({ stack, state }: ExamineOptions) {
  const workspace = await findWorkspace(stack);
  const resources: readonly StateResource[] | undefined =
    state === undefined ? await workspace?.pulumi.resources("in plain text") : await readStateFile(state);
  return { workspace, resources };
}

interface Target extends Omit<TenantTarget, "settings"> {
  readonly provider: string | undefined;
  readonly settings: Settings | Problem;
}

/** Merges providers of the same tenant, as a check for drift does. */
function targetsOf(groups: readonly ManagedByProvider[], workspace: Workspace | undefined): Target[] {
  const targets = new Map<string, Target>();
  for (const group of groups) {
    const { provider } = group;
    if (isUnused(group, groups)) continue;
    const settings = settingsOrProblem(provider, workspace);
    const key = isProblem(settings) ? `problem of ${provider?.name ?? ""}` : tenantKey(settings);
    const target = targets.get(key) ?? { provider: provider?.name, settings, managed: [], others: [] };
    targets.set(key, target);
    target.managed.push(...group.managed);
    target.others.push(...group.others);
  }
  return [...targets.values()];
}

function settingsOrProblem(
  provider: ManagedByProvider["provider"],
  workspace: Workspace | undefined,
): Settings | Problem {
  try {
    return settingsOf(provider, workspace);
  } catch (error) {
    return problemOf(error);
  }
}

/** @throws the error, if it says nothing about settings */
function problemOf(error: unknown): Problem {
  if (error instanceof SettingsError || error instanceof CommandError) return { problem: error.message };
  throw error;
}

async function factsOf(
  { provider, settings, ...declared }: Target,
  hasStack: boolean,
  clients: ClientCache,
): Promise<TenantFacts> {
  if (isProblem(settings)) return { provider, settings };
  let client: LogtoClient;
  let proxy: TenantFacts["proxy"];
  try {
    proxy = proxyFor(settings.endpoint)?.proxy;
    client = clients.get(settings);
  } catch (error) {
    return { provider, settings, proxy: problemOf(error) };
  }
  const [page, { token, tenant }] = await Promise.all([
    client.getSignInPage().catch(logtoError),
    readAs(client, { settings, ...declared }, clients),
  ]);
  return { provider, settings, proxy, logto: { token, page, tenant, hasStack } };
}

async function readAs(
  client: LogtoClient,
  target: TenantTarget,
  clients: ClientCache,
): Promise<Pick<LogtoFacts, "token" | "tenant">> {
  const token = await client.signIn().then(() => undefined, logtoError);
  const tenant = token === undefined ? await readTenant(clients, target).catch(logtoError) : undefined;
  return { token, tenant };
}

function connectorsOf(
  tenant: Tenant | LogtoError | undefined,
  managed: readonly ManagedConnector[],
): ConnectorFacts[] {
  if (tenant === undefined || tenant instanceof LogtoError) return [];
  // If a connector and its config are two resources, the connector comes first.
  const urns = new Map([...managed].reverse().map(({ id, urn }) => [id, urn]));
  return [
    ...tenant.live.map((connector) => ({ connector, isUnread: false, urn: urns.get(connector.id) })),
    ...[...tenant.unread].map((id) => ({
      connector: declared(id, managed),
      isUnread: true,
      urn: urns.get(id),
    })),
  ];
}

/** A connector that Logto cannot return, as the state has it. */
function declared(id: string, managed: readonly ManagedConnector[]): ApiConnector {
  const parts = managed.filter((one) => one.id === id);
  const fields = Object.assign({}, ...parts.map(({ connector }) => connector)) as Partial<ApiConnector>;
  const { providerName = "OIDC", connectorName = parts[0]?.resourceName ?? id } = fields;
  return { ...fields, id, tenantId: "", createdAt: 0, providerName, connectorName };
}

/** Adds the signing keys of the connectors whose requests Logto signs. */
async function readKeys(one: Examined, clients: ClientCache): Promise<Examined> {
  const { settings } = one.facts;
  if (isProblem(settings)) return one;
  const selected = await Promise.all(
    one.selected.map(async (facts) => {
      if (facts.isUnread || !isSigned(facts.connector.config)) return facts;
      const keys = await clients.get(settings).signingKeys.list(facts.connector.id).catch(logtoError);
      return { ...facts, keys };
    }),
  );
  return { ...one, selected };
}

function probeTargets({ facts: { settings }, selected }: Examined) {
  if (isProblem(settings)) return [];
  const { signInEndpoint } = settings;
  return selected.map(({ connector }) => ({ connector, signInEndpoint }));
}
