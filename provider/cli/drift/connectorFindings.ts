/** The rules by which a check finds drift, and what stops people from signing in, or soon will. Pure. */
import { type ApiConnector, connectorKeys, toState } from "../../connector/apiConnector";
import { exposedSecretProblem, withoutExposed } from "../../connector/exposedSecret";
import { quote } from "../../untrustedText";
import { domainsOf, signingStep, withoutDomains } from "../health/connectorSteps";
import {
  certificateName,
  certificateNote,
  certificateState,
  idpHealthOf,
  unreadReason,
} from "../health/idpHealth";
import { outcomeOf, type Probe } from "../probe/probe";
import type { Details } from "../tenant/details";
import { changeFindings, shown } from "./differences";
import { type About, type Finding, newFinding } from "./finding";
import { findingClasses } from "../health/findingClasses";
import type { ManagedConnector } from "../stack/managedResources";
import { otherFindings } from "./otherResourceFindings";
import type { Tenant } from "../tenant/tenants";

/** What a check knows of a tenant. */
export interface Checked {
  readonly tenant: Tenant;
  readonly details: Details;
  /** What identity providers answered, by the ID of the connector; `undefined` if they were not asked. */
  readonly probes: ReadonlyMap<string, Probe> | undefined;
}

/**
 * Compares what a stack manages in a tenant with what the tenant has.
 *
 * @param now milliseconds since the epoch
 */
export function findingsOf(checked: Checked, expiryDays: number, now: number): Finding[] {
  const { tenant, details, probes } = checked;
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
      return [newFinding("missing", aboutManaged(one), `Logto at ${endpoint} has no connector ${one.id}.`)];
    }
    const findings = [
      ...changesOf(one, found),
      ...(isOwner
        ? [
            ...healthFindings(one, found, withConfig.has(one.id), expiryDays, now),
            ...unservedFindings(one, found),
            ...keyFindings(one, found, details, expiryDays, now),
            ...probeFindings(one, probes?.get(one.id)),
          ]
        : []),
    ];
    if (one.connector.connectorName !== undefined) return findings;
    // A config has no name of its own.
    const name = withoutExposed(found.connectorName);
    return findings.map((finding) => ({ ...finding, connector: { ...finding.connector, name } }));
  });
  const unmanaged = live.filter(({ id }) => !owners.has(id)).map(unmanagedFinding);
  return [...ofStack, ...otherFindings(tenant, details), ...unmanaged, ...domainConflicts(live, owners)];
}

function unmanagedFinding(live: ApiConnector): Finding {
  const { id, providerName } = live;
  const message = `The connector ${quote(withoutExposed(live.connectorName))} (${providerName}) is not in the stack.`;
  // The command is copied into a shell.
  const option = /^[\w-]+$/.test(id) ? `--id ${id}` : "--id ID";
  const remedy = findingClasses.unmanaged.remedy.replace("--id ID", option);
  return newFinding("unmanaged", aboutLive(live), message, { remedy });
}

/** A connector that cannot be read cannot be compared, and must not pass as unchanged. */
function unreadFinding(one: ManagedConnector): Finding {
  const message = `${unreadReason("Its identity provider")} It was not compared.`;
  return newFinding("idp-unreachable", aboutManaged(one), message);
}

function changesOf(one: ManagedConnector, row: ApiConnector): Finding[] {
  const { tenantId, createdAt, ...current } = toState(row, one.connector.config);
  const keys = connectorKeys.filter((key) => one.connector[key] !== undefined);
  return changeFindings(aboutManaged(one), keys, one.connector, current);
}

function healthFindings(
  one: ManagedConnector,
  live: ApiConnector,
  declaresConfig: boolean,
  expiryDays: number,
  now: number,
): Finding[] {
  const about = aboutManaged(one);
  const { usable, reachable, certificates } = idpHealthOf(live, now);
  // A declared config that is gone is a change.
  if (!usable) return declaresConfig ? [] : [newFinding("unusable", about, "It has no config.")];
  if (!reachable) {
    const { issuer, metadataUrl } = live.config ?? {};
    const address = issuer ?? metadataUrl ?? live.providerName;
    const target = exposedSecretProblem(address) !== undefined ? "its issuer" : shown(address);
    return [newFinding("idp-unreachable", about, `Logto cannot reach ${target}.`)];
  }
  if (certificates === undefined) return [];
  const state = certificateState(certificates, now, expiryDays);
  if (state === "valid" || state === "unknown") return [];
  const { expiresAt = NaN } = certificates;
  const day = Number.isFinite(expiresAt) ? new Date(expiresAt).toISOString().slice(0, 10) : "an unknown day";
  const [name, note] = [certificateName(certificates), certificateNote(certificates)];
  return state === "invalid"
    ? [newFinding("certificate-invalid", about, `${name} is not valid (not after ${day}).${note}`)]
    : [newFinding("certificate-expiring", about, `${name} expires on ${day}.${note}`)];
}

/** Domains that are declared and gone are a change. */
function unservedFindings(one: ManagedConnector, live: ApiConnector): Finding[] {
  const step = withoutDomains(live);
  if (step === undefined || one.connector.domains?.length !== 0) return [];
  return [newFinding("not-served", aboutManaged(one), step.message)];
}

function keyFindings(
  one: ManagedConnector,
  live: ApiConnector,
  { keys }: Details,
  expiryDays: number,
  now: number,
): Finding[] {
  const { status, message, remedy } = signingStep(live, keys.get(one.id), now, expiryDays);
  if (status === "unknown" || remedy === undefined) return [];
  const more = { remedy, severity: status === "fail" ? "error" : "warning" } as const;
  return [newFinding("signing-key-expiring", aboutManaged(one), message, more)];
}

/** An answer from which nothing follows is no finding. */
function probeFindings(one: ManagedConnector, probe: Probe | undefined): Finding[] {
  if (probe === undefined) return [];
  const { outcome, reason, ...more } = outcomeOf(probe);
  if (outcome === "rejected") return [newFinding("credentials-rejected", aboutManaged(one), reason, more)];
  return outcome === "redirect-not-registered" ? [newFinding(outcome, aboutManaged(one), reason, more)] : [];
}

function domainConflicts(
  live: readonly ApiConnector[],
  owners: ReadonlyMap<string, ManagedConnector>,
): Finding[] {
  const byDomain = new Map<string, ApiConnector[]>();
  for (const one of live) {
    for (const domain of domainsOf(one)) byDomain.set(domain, [...(byDomain.get(domain) ?? []), one]);
  }
  return [...byDomain].flatMap(([shared, sharing]) => {
    const domain = withoutExposed(shared);
    const [first, second] = sharing;
    if (first === undefined || second === undefined) return [];
    const names = sharing.map(({ connectorName }) => quote(withoutExposed(connectorName))).sort();
    const owner = sharing.map(({ id }) => owners.get(id)).find((one) => one !== undefined);
    const message = `The domain ${domain} is on ${names.join(" and ")}.`;
    return [
      newFinding("domain-conflict", owner ? aboutManaged(owner) : aboutLive(first), message, { domain }),
    ];
  });
}

function aboutManaged({ connector, resourceName, id, urn, source }: ManagedConnector): About {
  return { connector: { name: connector.connectorName ?? resourceName, id, urn }, source };
}

function aboutLive({ connectorName, id }: ApiConnector): About {
  return { connector: { name: connectorName, id, urn: null } };
}
