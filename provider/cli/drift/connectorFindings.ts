/** The rules by which a check finds drift, and what stops people from signing in, or soon will. Pure. */
import { type ApiConnector, connectorKeys, toState } from "../../connector/apiConnector";
import { exposedSecretProblem, withoutExposed } from "../../connector/exposedSecret";
import { quote } from "../../untrustedText";
import { byName } from "../io/layout";
import { withoutDomains } from "../health/connectorSteps";
import { dayOf } from "../health/expiry";
import {
  certificateState,
  certificateWords,
  idpHealthOf,
  invalidityText,
  unreadReason,
} from "../health/idpHealth";
import { type ConnectorProbe, decisiveResult } from "../probe/probe";
import type { TenantResources } from "../tenant/tenantResources";
import { changeFindings, shown } from "./differences";
import { type FindingSubject, type Finding, newFinding } from "./finding";
import { findingClasses } from "../health/findingClasses";
import { signingStep } from "../health/samlSteps";
import { connectorsByDomain } from "../health/sharedDomains";
import {
  isUnconfirmed,
  managedById,
  type ManagedConnector,
  unconfirmedRemedy,
} from "../stack/managedResources";
import { otherFindings } from "./otherResourceFindings";
import type { Tenant } from "../tenant/tenants";

/** A tenant, with all that a check has read of it. */
export interface CheckedTenant {
  readonly tenant: Tenant;
  readonly resources: TenantResources;
  /** The probes by the ID of the connector; `undefined` if the identity providers were not asked. */
  readonly probes: ReadonlyMap<string, ConnectorProbe> | undefined;
}

/**
 * Compares what a stack manages in a tenant with what the tenant has.
 *
 * @param now milliseconds since the epoch
 * @param replacedIds the connectors that the next update deletes
 */
export function findDrift(
  checked: CheckedTenant,
  expiryDays: number,
  now: number,
  replacedIds: ReadonlySet<string> = new Set(),
): Finding[] {
  const { tenant, resources } = checked;
  const { managed, connectors } = tenant;
  const inLogto = new Map(connectors.map((connector) => [connector.id, connector]));
  const owners = managedById(managed);
  const withConfig = new Set(managed.filter(({ declared }) => declared.config).map(({ id }) => id));
  const ofStack = managed.flatMap((resource) => {
    const { id, declared } = resource;
    const connector = inLogto.get(id);
    const isOwner = owners.get(id) === resource;
    if (connector === undefined) return isOwner ? [absenceFinding(resource, tenant)] : [];
    const findings = [
      ...changesOf(resource, connector),
      ...(isOwner
        ? [
            ...healthFindings(resource, connector, withConfig.has(id), expiryDays, now),
            ...domainFindings(resource, connector),
            ...keyFindings(resource, connector, resources, expiryDays, now),
            ...probeFindings(resource, checked.probes?.get(id)),
          ]
        : []),
    ];
    if (declared.connectorName !== undefined) return findings;
    // A config has no name of its own.
    const name = withoutExposed(connector.connectorName);
    return findings.map((finding) => ({ ...finding, connector: { ...finding.connector, name } }));
  });
  const unconfirmed = new Set(managed.filter(isUnconfirmed).map(({ declared }) => declared.connectorName));
  const unmanaged = connectors
    .filter(({ id, connectorName }) => !owners.has(id) && !unconfirmed.has(connectorName))
    .map((connector) => unmanagedFinding(connector, tenant, replacedIds.has(connector.id)));
  return [
    ...ofStack,
    ...otherFindings(tenant, resources),
    ...unmanaged,
    ...domainConflicts(connectors, owners),
  ];
}

function unmanagedFinding(connector: ApiConnector, { provider }: Tenant, isReplaced: boolean): Finding {
  const { id, providerName } = connector;
  if (isReplaced) {
    const message = "The stack has replaced it, and it was not deleted yet.";
    const remedy = "Run `pulumi up`, which deletes it.";
    return newFinding("unmanaged", connectorSubject(connector), message, { remedy });
  }
  const message = `It is in Logto, but not in the stack (${providerName}).`;
  const general = findingClasses.unmanaged.remedy;
  // The command is copied into a shell.
  const option = /^[\w-]+$/.test(id) ? `--id ${id}` : "--id ID";
  const remedy =
    provider === undefined
      ? general.replace("--id ID", option)
      : general.replace(/adopt it with `[^`]*`/, adoptByHand);
  return newFinding("unmanaged", connectorSubject(connector), message, { remedy });
}

/** `import` only reads the tenant of the stack's own settings, and writes code for it. */
const adoptByHand = "declare it as it is in Logto, with `adopt: true` and the option `provider`";

/** A connector that cannot be read cannot be compared, and must not pass as unchanged. */
function absenceFinding(resource: ManagedConnector, { endpoint, unread, connectors }: Tenant): Finding {
  const subject = subjectOf(resource);
  if (isUnconfirmed(resource)) {
    const { connectorName } = resource.declared;
    const found = connectors.find((connector) => connector.connectorName === connectorName);
    const message =
      "The answer of Logto to its create was lost, so the state does not have its ID. " +
      (found === undefined
        ? `Logto at ${endpoint} has no readable connector of that name.`
        : `Logto at ${endpoint} has the connector ${found.id} of that name. It was not compared.`);
    return newFinding("unchecked", subject, message, { remedy: unconfirmedRemedy("connector") });
  }
  return unread.has(resource.id)
    ? newFinding("idp-unreachable", subject, `${unreadReason("Its identity provider")} It was not compared.`)
    : newFinding("missing", subject, `Logto at ${endpoint} no longer has it.`);
}

function changesOf(resource: ManagedConnector, connector: ApiConnector): Finding[] {
  const { declared } = resource;
  const { tenantId, createdAt, ...inLogto } = toState(connector, declared.config);
  const keys = connectorKeys.filter((key) => declared[key] !== undefined);
  return changeFindings(subjectOf(resource), keys, resource, inLogto);
}

function healthFindings(
  resource: ManagedConnector,
  connector: ApiConnector,
  declaresConfig: boolean,
  expiryDays: number,
  now: number,
): Finding[] {
  const subject = subjectOf(resource);
  const { usable, reachable, certificates } = idpHealthOf(connector, now);
  // A declared config that is gone is a change.
  if (!usable) return declaresConfig ? [] : [newFinding("unusable", subject, "It has no config.")];
  if (!reachable) {
    const { issuer, metadataUrl } = connector.config ?? {};
    const address = issuer ?? metadataUrl ?? connector.providerName;
    const target = exposedSecretProblem(address) !== undefined ? "its issuer" : shown(address);
    return [newFinding("idp-unreachable", subject, `Logto cannot reach ${target}.`)];
  }
  if (certificates === undefined) return [];
  const state = certificateState(certificates, now, expiryDays);
  if (state === "valid" || state === "unknown") return [];
  const onDay = (time = NaN) => `on ${dayOf(time) ?? "an unknown day"}`;
  const { name, note } = certificateWords(certificates);
  return state === "invalid"
    ? [
        newFinding(
          "certificate-invalid",
          subject,
          `${name} ${invalidityText(certificates, now, onDay)}.${note}`,
        ),
      ]
    : [
        newFinding(
          "certificate-expiring",
          subject,
          `${name} expires ${onDay(certificates.expiresAt)}.${note}`,
        ),
      ];
}

/** Domains that are declared and gone are a change. */
function domainFindings(resource: ManagedConnector, connector: ApiConnector): Finding[] {
  const step = withoutDomains(connector);
  if (step === undefined || resource.declared.domains?.length !== 0) return [];
  return [newFinding("not-served", subjectOf(resource), step.message)];
}

function keyFindings(
  resource: ManagedConnector,
  connector: ApiConnector,
  { keys }: TenantResources,
  expiryDays: number,
  now: number,
): Finding[] {
  const { status, message, remedy } = signingStep(connector, keys.get(resource.id), now, expiryDays);
  if (status === "unknown" || remedy === undefined) return [];
  const more = { remedy, severity: status === "fail" ? "error" : "warning" } as const;
  return [newFinding("signing-key-expiring", subjectOf(resource), message, more)];
}

/** An answer from which nothing follows is no finding. */
function probeFindings(resource: ManagedConnector, probe: ConnectorProbe | undefined): Finding[] {
  if (probe === undefined) return [];
  const { meaning, message, ...more } = decisiveResult(probe);
  if (meaning === "accepted" || meaning === "unknown") return [];
  const findingClass = meaning === "rejected" ? "credentials-rejected" : meaning;
  return [newFinding(findingClass, subjectOf(resource), message, more)];
}

function domainConflicts(
  connectors: readonly ApiConnector[],
  owners: ReadonlyMap<string, ManagedConnector>,
): Finding[] {
  return [...connectorsByDomain(connectors)].flatMap(([shared, sharing]) => {
    const domain = withoutExposed(shared);
    // By name: Logto's order is that of their creation, which differs from one deployment to the next.
    const [first, ...rest] = sharing.toSorted(byName);
    if (first === undefined || rest.length === 0) return [];
    const names = [first, ...rest].map(({ connectorName }) => quote(withoutExposed(connectorName)));
    const owner = [first, ...rest].map(({ id }) => owners.get(id)).find((resource) => resource !== undefined);
    const message = `The domain ${domain} is on ${names.join(" and ")}.`;
    const subject = owner ? subjectOf(owner) : connectorSubject(first);
    return [newFinding("domain-conflict", subject, message, { domain })];
  });
}

function subjectOf({ declared, resourceName, id, urn, source }: ManagedConnector): FindingSubject {
  return { connector: { name: declared.connectorName ?? resourceName, id, urn }, source };
}

/** The subject of a finding about a connector that no resource manages. */
function connectorSubject({ connectorName, id }: ApiConnector): FindingSubject {
  return { connector: { name: connectorName, id, urn: null } };
}
