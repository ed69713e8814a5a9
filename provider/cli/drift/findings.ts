/** The rules by which a check finds drift, and what will become a problem. Pure. */
import { isDeepStrictEqual } from "node:util";
import { type ApiConnector, connectorKeys, toState } from "../../connector/apiConnector";
import { isObject } from "../../connector/canonical";
import { isSecretConfigKey } from "../../connector/identityProviders";
import { quote } from "../../untrustedText";
import { type CertificateHealth, idpHealthOf } from "../idpHealth";
import { type Finding, type FindingClass, findingClasses } from "./finding";
import type { ManagedConnector } from "./managedConnector";
import type { Tenant } from "./tenants";

/**
 * Compares what a stack manages in a tenant with all connectors of the tenant.
 *
 * @param now milliseconds since the epoch
 */
export function findingsOf(tenant: Tenant, expiryDays: number, now: number): Finding[] {
  const { endpoint, managed, live, unread } = tenant;
  const liveById = new Map(live.map((one) => [one.id, one]));
  // If a connector and its config are two resources, the connector is the one that reports on both.
  const owners = new Map([...managed].reverse().map((one) => [one.id, one]));
  const withConfig = new Set(managed.filter(({ connector }) => connector.config).map(({ id }) => id));
  const ofStack = managed.flatMap((one) => {
    const found = liveById.get(one.id);
    const isOwner = owners.get(one.id) === one;
    if (found === undefined) {
      if (!isOwner) return [];
      if (unread.has(one.id)) return [unreadFinding(one)];
      return [newFinding("missing", one, `Logto at ${endpoint} has no connector ${one.id}.`)];
    }
    const findings = [
      ...changesOf(one, found),
      ...(isOwner ? healthFindings(one, found, withConfig.has(one.id), expiryDays, now) : []),
    ];
    if (one.connector.connectorName !== undefined) return findings;
    // A config has no name of its own.
    const name = found.connectorName;
    return findings.map((finding) => ({ ...finding, connector: { ...finding.connector, name } }));
  });
  const unmanaged = live.filter(({ id }) => !owners.has(id)).map(unmanagedFinding);
  return [...ofStack, ...unmanaged, ...domainConflicts(live, owners)];
}

function unmanagedFinding(live: ApiConnector): Finding {
  const name = quote(live.connectorName);
  return newFinding("unmanaged", live, `The connector ${name} (${live.providerName}) is not in the stack.`);
}

/** A connector that cannot be read cannot be compared, and must not pass as unchanged. */
function unreadFinding(one: ManagedConnector): Finding {
  const message =
    "Its identity provider accepts Logto's requests but never answers, so Logto cannot return the connector. It was not compared.";
  return newFinding("idp-unreachable", one, message);
}

function changesOf(one: ManagedConnector, row: ApiConnector): Finding[] {
  const { tenantId, createdAt, ...current } = toState(row, one.connector.config);
  return connectorKeys
    .filter((key) => one.connector[key] !== undefined)
    .flatMap((key) => differencesAt(key, one.connector[key], current[key]))
    .map(({ path, declared, live, secret }) => {
      if (secret) return { ...newFinding("changed", one, `${path} differs.`), path };
      const message = `${path} is ${shown(live)}, not ${shown(declared)}.`;
      return { ...newFinding("changed", one, message), path, declared, live };
    });
}

interface Difference {
  readonly path: string;
  readonly declared: unknown;
  readonly live: unknown;
  readonly secret: boolean;
}

/** Returns one difference for each innermost key. A list is compared as one value. */
function differencesAt(path: string, declared: unknown, live: unknown): Difference[] {
  if (isDeepStrictEqual(declared, live)) return [];
  const [property, key] = path.split(".");
  const secret =
    (property === "config" && (key === undefined || isSecretConfigKey(key))) ||
    containsSecret(declared) ||
    containsSecret(live);
  if ((secret && key !== undefined) || !isObject(declared) || !isObject(live)) {
    return [{ path, declared, live, secret }];
  }
  const keys = [...new Set([...Object.keys(declared), ...Object.keys(live)])].sort();
  return keys.flatMap((inner) => differencesAt(`${path}.${inner}`, declared[inner], live[inner]));
}

/** Finds a password in a URL, or a private key: entered into the wrong field by hand, it is still a secret. */
function containsSecret(value: unknown): boolean {
  return typeof value === "string" && /:\/\/[^\s/?#]*@|-----BEGIN [A-Z ]*PRIVATE KEY/.test(value);
}

function healthFindings(
  one: ManagedConnector,
  live: ApiConnector,
  declaresConfig: boolean,
  expiryDays: number,
  now: number,
): Finding[] {
  const { usable, reachable, certificates } = idpHealthOf(live, now);
  // A declared config that is gone is a change.
  if (!usable) return declaresConfig ? [] : [newFinding("unusable", one, "It has no config.")];
  if (!reachable) {
    const { issuer, metadataUrl } = live.config ?? {};
    const address = issuer ?? metadataUrl ?? live.providerName;
    const target = containsSecret(address) ? "its issuer" : shown(address);
    return [newFinding("idp-unreachable", one, `Logto cannot reach ${target}.`)];
  }
  if (certificates === undefined) return [];
  const { isValid, expiresAt = Infinity, count } = certificates;
  const day = Number.isFinite(expiresAt) ? new Date(expiresAt).toISOString().slice(0, 10) : "an unknown day";
  const note =
    count === undefined ? " Logto reports only the first one: check the metadata for other valid ones." : "";
  if (!isValid || expiresAt <= now) {
    const message = `${certificateName(certificates)} is not valid (not after ${day}).${note}`;
    return [newFinding("certificate-invalid", one, message)];
  }
  if (expiresAt > now + expiryDays * 86_400_000) return [];
  const message = `${certificateName(certificates)} expires on ${day}.${note}`;
  return [newFinding("certificate-expiring", one, message)];
}

function certificateName({ count }: CertificateHealth): string {
  if (count === undefined) return "The first certificate in its metadata";
  return count === 1 ? "Its certificate" : `The last of its ${count} certificates`;
}

function domainConflicts(
  live: readonly ApiConnector[],
  owners: ReadonlyMap<string, ManagedConnector>,
): Finding[] {
  const byDomain = new Map<string, ApiConnector[]>();
  for (const one of live) {
    const domains = Array.isArray(one.domains)
      ? one.domains.map((domain) => String(domain).toLowerCase())
      : [];
    for (const domain of new Set(domains)) byDomain.set(domain, [...(byDomain.get(domain) ?? []), one]);
  }
  return [...byDomain].flatMap(([domain, sharing]) => {
    const [first, second] = sharing;
    if (first === undefined || second === undefined) return [];
    const names = sharing.map(({ connectorName }) => quote(connectorName)).sort();
    const owner = sharing.map(({ id }) => owners.get(id)).find((one) => one !== undefined);
    const message = `The domain ${domain} is on ${names.join(" and ")}.`;
    return [newFinding("domain-conflict", owner ?? first, message)];
  });
}

function newFinding(
  findingClass: FindingClass,
  about: ManagedConnector | ApiConnector,
  message: string,
): Finding {
  const { severity, remedy } = findingClasses[findingClass];
  const { id } = about;
  // The command is copied into a shell.
  const option = /^[\w-]+$/.test(id) ? `--id ${id}` : "--id ID";
  const common = { class: findingClass, severity, message, remedy: remedy.replace("--id ID", option) };
  if (!isManaged(about)) return { ...common, connector: { name: about.connectorName, id, urn: null } };
  const { connector, resourceName, urn, source } = about;
  return { ...common, connector: { name: connector.connectorName ?? resourceName, id, urn }, source };
}

function isManaged(about: ManagedConnector | ApiConnector): about is ManagedConnector {
  return "resourceName" in about;
}

function shown(value: unknown): string {
  if (value === undefined) return "absent";
  const json = JSON.stringify(value);
  return json.length > 200 ? `${json.slice(0, 200)}…` : json;
}
