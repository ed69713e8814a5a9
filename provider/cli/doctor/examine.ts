/** Asks Logto, and with `--probe` the identity providers, for all from which the steps follow. Read-only. */
import { type ApiConnector, isSigned } from "../../connector/apiConnector";
import { writtenDomainOf } from "../../connector/domain";
import { proxyFor } from "../../logto/agents";
import type { LogtoClient } from "../../logto/client";
import { hasCode, LogtoError } from "../../logto/errors";
import { IdpInitiatedAuth } from "../../logto/idpInitiatedAuth";
import { mapInParallel } from "../../logto/parallel";
import { SettingsError } from "../../logto/settings";
import { isConsole } from "../../logto/signInExperience";
import { isSaml } from "../health/connectorSteps";
import type { ExaminedConnector } from "../health/examinedConnector";
import { logtoError } from "../io/commandError";
import { probeMetadata } from "../probe/metadata";
import { defaultTimeoutMs, probeIdentityProviders, type ProbeTarget } from "../probe/probe";
import { languageOfStack } from "../stack/language";
import { managedById, type ManagedConnector } from "../stack/managedResources";
import { type Joined, joinedOrganizations } from "../tenant/joinedOrganizations";
import { readState, type StateOptions } from "../stack/readState";
import { type StackTenant, stackTenantsOf, type UnusableTenant } from "../tenant/stackTenants";
import { ClientCache, mergeEndpoints, readTenant, type Tenant } from "../tenant/tenants";
import type { Examination } from "./doctorReport";
import { claiming, selectConnectors, type Selection } from "./selection";
import type { ExaminedTenant, LogtoAccess } from "./examinedTenant";

export interface ExamineOptions extends Selection, StateOptions {
  readonly probe?: boolean;
}

/** @throws CommandError if the stack or its state cannot be read */
export async function examine(options: ExamineOptions): Promise<Examination[]> {
  const { workspace, resources } = await readState(options);
  const language = await languageOfStack(resources ?? []);
  const clients = new ClientCache();
  const tenants = await mapInParallel(stackTenantsOf(resources ?? [], workspace), (stackTenant) =>
    examineTenant(stackTenant, resources !== undefined, clients),
  );
  const examinations = withoutRepetition(tenants).map((examined) => {
    const connectors = connectorsOf(readTenantOf(examined));
    return { examined, connectors, selected: selectConnectors(connectors, options), language };
  });
  const isAnySelected = examinations.some(({ selected }) => selected.length > 0);
  const detailed = await mapInParallel(examinations, async (examination) =>
    // In a stack with several tenants, the others need not have it.
    isAnySelected && examination.selected.length === 0
      ? examination
      : withDetails(examination, clients, options),
  );
  return options.probe === true ? withProbes(detailed) : detailed;
}

async function examineTenant(
  stackTenant: StackTenant | UnusableTenant,
  hasStack: boolean,
  clients: ClientCache,
): Promise<ExaminedTenant> {
  const { provider } = stackTenant;
  if ("error" in stackTenant) return { provider, settings: stackTenant.error };
  const { settings } = stackTenant;
  let client: LogtoClient;
  let proxy: ExaminedTenant["proxy"];
  try {
    proxy = proxyFor(settings.endpoint)?.proxy;
    client = clients.get(settings);
  } catch (error) {
    if (error instanceof SettingsError) return { provider, settings, proxy: error };
    throw error;
  }
  const [page, { token, tenant }] = await Promise.all([
    client.getSignInPage().catch(logtoError),
    signInAndRead(client, stackTenant, clients),
  ]);
  const tenantEndpoint =
    !(page instanceof LogtoError) && isConsole(page)
      ? await client.getTenantEndpoint().catch(() => undefined)
      : undefined;
  return { provider, settings, proxy, logto: { token, page, tenantEndpoint, tenant, hasStack } };
}

async function signInAndRead(
  client: LogtoClient,
  stackTenant: StackTenant,
  clients: ClientCache,
): Promise<Pick<LogtoAccess, "token" | "tenant">> {
  const token = await client.signIn().then(() => undefined, logtoError);
  const tenant = token === undefined ? await readTenant(clients, stackTenant).catch(logtoError) : undefined;
  return { token, tenant };
}

function readTenantOf({ logto }: ExaminedTenant): Tenant | undefined {
  return logto?.tenant instanceof LogtoError ? undefined : logto?.tenant;
}

/** Leaves the connectors of a tenant that has several endpoints to the first of them. */
function withoutRepetition(tenants: readonly ExaminedTenant[]): ExaminedTenant[] {
  const merged = mergeEndpoints(
    tenants.map((examined) => [examined]),
    ([first]) => first && readTenantOf(first),
    ([first]) =>
      new Map(first?.logto?.page instanceof LogtoError ? [] : Object.entries(first?.logto?.page ?? {})),
    ([first, ...others], again, tenant) => [
      ...(first === undefined ? [] : [withLogto(first, { tenant })]),
      ...others,
      ...again.map((examined) => withLogto(examined, { tenant: undefined, sameTenantAs: tenant.endpoint })),
    ],
  );
  return merged.flat();
}

function withLogto(
  examined: ExaminedTenant,
  change: Pick<LogtoAccess, "tenant" | "sameTenantAs">,
): ExaminedTenant {
  return examined.logto === undefined ? examined : { ...examined, logto: { ...examined.logto, ...change } };
}

function connectorsOf(tenant: Tenant | undefined): ExaminedConnector[] {
  if (tenant === undefined) return [];
  const managed = managedById(tenant.managed);
  return [
    ...tenant.connectors.map((connector) => ({
      connector,
      isUnread: false,
      urn: managed.get(connector.id)?.urn,
    })),
    ...[...tenant.unread].map((id) => ({
      connector: declaredConnector(id, tenant.managed),
      isUnread: true,
      urn: managed.get(id)?.urn,
    })),
  ];
}

/** Returns a connector that Logto cannot return, as the state has it. */
function declaredConnector(id: string, managed: readonly ManagedConnector[]): ApiConnector {
  const parts = managed.filter((resource) => resource.id === id);
  const fields = Object.assign({}, ...parts.map(({ declared }) => declared)) as Partial<ApiConnector>;
  const { providerName = "OIDC", connectorName = parts[0]?.resourceName ?? id } = fields;
  return { ...fields, id, tenantId: "", createdAt: 0, providerName, connectorName };
}

/**
 * Adds what Logto's list of connectors does not have: signing keys, the configs of IdP-initiated sign-in, and for an address what
 * its users join.
 */
async function withDetails(
  examination: Examination,
  clients: ClientCache,
  { email }: Selection,
): Promise<Examination> {
  const { settings } = examination.examined;
  if (settings instanceof SettingsError || readTenantOf(examination.examined) === undefined)
    return examination;
  const client = clients.get(settings);
  const withKeys = await mapInParallel(examination.selected, async (examined) => {
    if (examined.isUnread || !isSigned(examined.connector.config)) return examined;
    return { ...examined, keys: await client.signingKeys.list(examined.connector.id).catch(logtoError) };
  });
  const withAuth = await withIdpInitiatedAuth(withKeys, client);
  if (email === undefined) return { ...examination, selected: withAuth };
  const claimed = claiming(examination.connectors, email);
  const ids = new Set([...withAuth, ...claimed].map(({ connector }) => connector.id));
  const joined = await joinedOrganizations(client, writtenDomainOf(email), [...ids]).catch(logtoError);
  return { ...examination, selected: withOrganizations(withAuth, joined), joined };
}

function withOrganizations(
  selected: readonly ExaminedConnector[],
  joined: Joined | LogtoError,
): ExaminedConnector[] {
  return selected.map((examined) => ({
    ...examined,
    organizations: joined instanceof LogtoError ? joined : joined.byConnector.get(examined.connector.id),
  }));
}

/** The first connector shows whether Logto has the feature at all: one without it is asked once. */
async function withIdpInitiatedAuth(
  selected: readonly ExaminedConnector[],
  { call }: LogtoClient,
): Promise<readonly ExaminedConnector[]> {
  const endpoint = new IdpInitiatedAuth(call);
  const read = ({ connector }: ExaminedConnector) => endpoint.get(connector.id).catch(logtoError);
  const first = selected.find(isAsked);
  if (first === undefined) return selected;
  const ofFirst = await read(first);
  if (hasCode(ofFirst, "no-idp-initiated-auth")) return selected;
  return mapInParallel(selected, async (examined) => {
    if (!isAsked(examined)) return examined;
    return { ...examined, idpInitiatedAuth: examined === first ? ofFirst : await read(examined) };
  });
}

/** Whether a connector can have a config of IdP-initiated sign-in that Logto returns. */
function isAsked({ connector, isUnread }: ExaminedConnector): boolean {
  return !isUnread && isSaml(connector);
}

/** Adds the probes of the selected connectors' identity providers. */
async function withProbes(examinations: readonly Examination[]): Promise<Examination[]> {
  const targets = new Map(
    examinations.flatMap(({ examined, selected }) => {
      const { settings } = examined;
      if (settings instanceof SettingsError) return [];
      const managed = managedById(readTenantOf(examined)?.managed ?? []);
      return selected.map((selectedConnector): [ExaminedConnector, ProbeTarget] => {
        const { connector } = selectedConnector;
        const { signInEndpoint, mayHaveOtherSignInEndpoint = false } =
          managed.get(connector.id) ?? ({ signInEndpoint: settings.signInEndpoint } as const);
        return [selectedConnector, { connector, signInEndpoint, mayHaveOtherSignInEndpoint }];
      });
    }),
  );
  const [probes, metadata] = await Promise.all([
    probeIdentityProviders([...targets.values()]),
    probeMetadata([...targets.keys()], defaultTimeoutMs),
  ]);
  const probeOf = (examined: ExaminedConnector) => {
    const target = targets.get(examined);
    return target && probes.get(target);
  };
  return examinations.map((examination) => ({
    ...examination,
    selected: examination.selected.map((examined) => ({
      ...examined,
      probe: probeOf(examined),
      metadata: metadata.get(examined),
    })),
  }));
}
