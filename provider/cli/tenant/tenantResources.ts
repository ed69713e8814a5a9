/**
 * The resources of a tenant that Logto's list of connectors does not contain: the switch, signing keys, links with organizations
 * and IdP-initiated sign-in. Only what the stack declares is asked for, and everything once. Read-only.
 */
import { certificatesIn } from "../../connector/certificate";
import type { Values } from "../../values";
import { IdpInitiatedAuth } from "../../logto/idpInitiatedAuth";
import { LogtoError } from "../../logto/errors";
import { mapInParallel } from "../../logto/parallel";
import type { SigningKey } from "../../logto/signingKeys";
import { logtoError } from "../io/commandError";
import { expiresSoon } from "../health/expiry";
import type { OtherResource } from "../stack/managedResources";
import { missingFrom } from "./wrongTenant";
import type { Tenant } from "./tenants";

/** A value from Logto, or the error of reading it; `undefined` if it does not exist. */
export type Fetched<Value> = Value | LogtoError | undefined;

export interface TenantResources {
  /** Whether enterprise SSO is enabled; `undefined` if that is of no concern. */
  readonly enabled: Fetched<boolean>;
  /** By the ID of the connector. */
  readonly keys: ReadonlyMap<string, Fetched<readonly SigningKey[]>>;
  /** The IDs of the linked connectors by the ID of the organization. */
  readonly links: ReadonlyMap<string, Fetched<readonly string[]>>;
  /** By the ID of the connector. */
  readonly idpInitiatedAuth: ReadonlyMap<string, Fetched<Values>>;
  /** How many requests were sent. */
  readonly requests: number;
}

/** Returns the answers by what was asked, without those that failed. */
export function otherAnswersOf({
  enabled,
  keys,
  links,
  idpInitiatedAuth,
}: TenantResources): Map<string, unknown> {
  const named = (name: string, answers: ReadonlyMap<string, unknown>) =>
    [...answers].map(([id, answer]) => [`${name} ${id}`, answer] as const);
  const answers = [
    ...(enabled === undefined ? [] : [["enabled", enabled] as const]),
    ...named("keys", keys),
    ...named("links", links),
    ...named("idpInitiatedAuth", idpInitiatedAuth),
  ];
  return new Map(answers.filter(([, answer]) => !(answer instanceof LogtoError)));
}

/** Merges what was read at two endpoints of one tenant: one of them may have read what the other could not. */
export function mergedResources(first: TenantResources, second: TenantResources): TenantResources {
  const isRead = <Value>(answer: Fetched<Value>) => answer !== undefined && !(answer instanceof LogtoError);
  const merged = <Value>(a: ReadonlyMap<string, Fetched<Value>>, b: ReadonlyMap<string, Fetched<Value>>) =>
    new Map([...a, ...[...b].filter(([id, answer]) => !a.has(id) || isRead(answer))]);
  return {
    enabled: isRead(first.enabled) ? first.enabled : (second.enabled ?? first.enabled),
    keys: merged(first.keys, second.keys),
    links: merged(first.links, second.links),
    idpInitiatedAuth: merged(first.idpInitiatedAuth, second.idpInitiatedAuth),
    requests: first.requests + second.requests,
  };
}

export async function readTenantResources(
  tenant: Tenant,
  expiryDays: number,
  now: number,
): Promise<TenantResources> {
  const { client, managed, others } = tenant;
  const requestsBefore = client.requests;
  const idsOf = (kind: OtherResource["kind"], key: string) =>
    new Set(others.filter((resource) => resource.kind === kind).map(({ declared }) => String(declared[key])));
  // What belongs to a connector is gone with it.
  const missing = new Set(missingFrom(tenant).map(({ id }) => id));
  const ofConnectors = (ids: Iterable<string>) => [...ids].filter((id) => !missing.has(id));

  const reads: (() => Promise<void>)[] = [];
  function each<Value>(ids: Iterable<string>, read: (id: string) => Promise<Value | undefined>) {
    const answers = new Map<string, Fetched<Value>>();
    for (const id of ids) reads.push(async () => void answers.set(id, await read(id).catch(logtoError)));
    return answers;
  }
  const needsSwitch = managed.length > 0 || others.some(({ kind }) => kind === "singleSignOn");
  const switches = each(needsSwitch ? [tenant.endpoint] : [], async () => {
    const { singleSignOnEnabled } = await client.signInExperience.get();
    return singleSignOnEnabled;
  });
  // A key that no resource declares is read only if the state says that it expires soon.
  const expiring = managed.filter(({ signingCertificate = "" }) =>
    certificatesIn(signingCertificate).some(({ validTo }) =>
      expiresSoon(Date.parse(validTo), now, expiryDays),
    ),
  );
  const withKeys = new Set([...idsOf("samlSigningKey", "connectorId"), ...expiring.map(({ id }) => id)]);
  const keys = each(ofConnectors(withKeys), (id) => client.signingKeys.list(id));
  const links = each(idsOf("organizationSsoConnector", "organizationId"), (id) =>
    client.organizations.linkedConnectors(id),
  );
  const withAuth = idsOf("ssoConnectorIdpInitiatedAuth", "connectorId");
  const idpInitiatedAuth = each(ofConnectors(withAuth), (id) => new IdpInitiatedAuth(client.call).get(id));

  await mapInParallel(reads, (read) => read());
  const enabled = switches.get(tenant.endpoint);
  return { enabled, keys, links, idpInitiatedAuth, requests: client.requests - requestsBefore };
}
