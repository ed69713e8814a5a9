/** Asks Logto, and the identity providers where that is wanted, for what the steps follow from. Read-only. */
import { type ApiConnector, isSigned } from "../../connector/apiConnector";
import { proxyFor } from "../../logto/agents";
import type { LogtoClient } from "../../logto/client";
import { LogtoError } from "../../logto/errors";
import { mapInParallel } from "../../logto/parallel";
import { SettingsError } from "../../logto/settings";
import type { ManagedConnector } from "../stack/managedResources";
import { readStateFile } from "../stack/stateFile";
import { ClientCache, mergeEndpoints, readTenant, type Tenant } from "../tenant/tenants";
import { type Target, targetsOf, type UnusableTarget } from "../tenant/targets";
import { CommandError, logtoError } from "../io/commandError";
import { probeIdentityProviders } from "../probe/probe";
import type { StateResource } from "../stack/stateResource";
import { findWorkspace } from "../stack/workspace";
import { isProblem, type LogtoFacts, type Problem, type TenantFacts } from "./facts";
import type { ConnectorFacts } from "../health/connectorFacts";
import { type Examined, select, type Selection } from "./doctorReport";

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
  const targets = targetsOf(resources ?? [], workspace);
  const read = await mapInParallel(targets, (target) => factsOf(target, resources !== undefined, clients));
  const tenants = withoutRepetition(read).map((facts) => {
    const connectors = connectorsOf(readTenantOf(facts));
    return { facts, connectors, selected: select(connectors, options) };
  });
  const withKeys = await mapInParallel(tenants, (one) => readKeys(one, clients));
  return options.probe === true ? withProbes(withKeys) : withKeys;
}

async function readStack({ stack, state }: ExamineOptions) {
  const workspace = await findWorkspace(stack);
  const resources: readonly StateResource[] | undefined =
    state === undefined ? await workspace?.pulumi.resources("in plain text") : await readStateFile(state);
  return { workspace, resources };
}

async function factsOf(
  target: Target | UnusableTarget,
  hasStack: boolean,
  clients: ClientCache,
): Promise<TenantFacts> {
  const { provider } = target;
  if ("error" in target) return { provider, settings: { problem: target.error.message } };
  const { settings } = target;
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
    readAs(client, target, clients),
  ]);
  return { provider, settings, proxy, logto: { token, page, tenant, hasStack } };
}

/** @throws the error, if it says nothing about settings */
function problemOf(error: unknown): Problem {
  if (error instanceof SettingsError || error instanceof CommandError) return { problem: error.message };
  throw error;
}

function readTenantOf({ logto }: TenantFacts): Tenant | undefined {
  return logto?.tenant instanceof LogtoError ? undefined : logto?.tenant;
}

/** Leaves the connectors of a tenant that has several endpoints to the first of them. */
function withoutRepetition(all: readonly TenantFacts[]): TenantFacts[] {
  const merged = mergeEndpoints(
    all.map((facts) => [facts]),
    ([facts]) => facts && readTenantOf(facts),
    ([facts]) =>
      new Map(facts?.logto?.page instanceof LogtoError ? [] : Object.entries(facts?.logto?.page ?? {})),
    ([first, ...others], again, tenant) => [
      ...(first === undefined ? [] : [changed(first, { tenant })]),
      ...others,
      ...again.map((facts) => changed(facts, { tenant: undefined, sameTenantAs: tenant.endpoint })),
    ],
  );
  return merged.flat();
}

function changed(facts: TenantFacts, change: Pick<LogtoFacts, "tenant" | "sameTenantAs">): TenantFacts {
  return facts.logto === undefined ? facts : { ...facts, logto: { ...facts.logto, ...change } };
}

async function readAs(
  client: LogtoClient,
  target: Target,
  clients: ClientCache,
): Promise<Pick<LogtoFacts, "token" | "tenant">> {
  const token = await client.signIn().then(() => undefined, logtoError);
  const tenant = token === undefined ? await readTenant(clients, target).catch(logtoError) : undefined;
  return { token, tenant };
}

function connectorsOf(tenant: Tenant | undefined): ConnectorFacts[] {
  if (tenant === undefined) return [];
  const { managed } = tenant;
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
  const selected = await mapInParallel(one.selected, async (facts) => {
    if (facts.isUnread || !isSigned(facts.connector.config)) return facts;
    const keys = await clients.get(settings).signingKeys.list(facts.connector.id).catch(logtoError);
    return { ...facts, keys };
  });
  return { ...one, selected };
}

/** Adds what the identity providers of the selected connectors answer. */
async function withProbes(tenants: readonly Examined[]): Promise<Examined[]> {
  const targets = new Map(
    tenants.flatMap(({ facts, selected }) => {
      const { settings } = facts;
      if (isProblem(settings)) return [];
      const managed = new Map(readTenantOf(facts)?.managed.map((one) => [one.id, one]));
      return selected.map((one) => {
        const { signInEndpoint, mayHaveOtherSignInEndpoint = false } =
          managed.get(one.connector.id) ?? ({ signInEndpoint: settings.signInEndpoint } as const);
        return [one, { connector: one.connector, signInEndpoint, mayHaveOtherSignInEndpoint }] as const;
      });
    }),
  );
  const probes = await probeIdentityProviders([...targets.values()]);
  const probeOf = (one: ConnectorFacts) => {
    const target = targets.get(one);
    return target && probes.get(target);
  };
  return tenants.map((tenant) => ({
    ...tenant,
    selected: tenant.selected.map((one) => ({ ...one, probe: probeOf(one) })),
  }));
}
