/** Findings about the resources that are no connectors: the switch, and the parts of connectors. Pure. */
import { isSigned } from "../../connector/apiConnector";
import { resources as tables } from "../../connector/resources";
import { LogtoError } from "../../logto/errors";
import type { SigningKey } from "../../logto/signingKeys";
import { isPending } from "../../lifecycle/pendingCreate";
import { askedIdOf, isPart, ownerIdOf, type Part, partRules } from "../tenant/parts";
import type { TenantResources } from "../tenant/tenantResources";
import { changeFindings } from "./differences";
import { type FindingSubject, type Finding, newFinding } from "./finding";
import { type OtherResource, unconfirmedRemedy } from "../stack/managedResources";
import { missingFrom } from "../tenant/wrongTenant";
import type { Tenant } from "../tenant/tenants";

export function otherFindings(tenant: Tenant, resources: TenantResources): Finding[] {
  const parts = tenant.others.filter(isPart);
  return [
    ...switchFindings(tenant, resources),
    ...parts.flatMap((part) => partFindings(part, tenant, resources)),
    ...unmanagedKeyFindings(tenant, resources),
  ];
}

/**
 * Keys that no resource of the stack is, of the connectors whose keys the stack declares: a `pulumi up` that is killed while
 * it creates one leaves such a key. A key with which Logto signs is in use, as the one of `signAuthnRequest` before a rotation.
 */
function unmanagedKeyFindings({ managed, others, connectors }: Tenant, { keys }: TenantResources): Finding[] {
  const declared = others.filter(({ kind }) => kind === "samlSigningKey");
  const ids = new Set(declared.map(({ id }) => id));
  return [...new Set(declared.map(({ declared: { connectorId } }) => String(connectorId)))].flatMap((id) => {
    const ofConnector = keys.get(id);
    const connector = connectors.find((candidate) => candidate.id === id);
    if (connector === undefined || ofConnector === undefined || ofConnector instanceof LogtoError) return [];
    const isUsed = ({ active }: SigningKey) => active && isSigned(connector.config);
    const left = ofConnector.filter((key) => !isUsed(key) && !ids.has(`${id}/${key.id}`));
    if (left.length === 0) return [];
    const owner = managed.find((resource) => resource.id === id);
    const name = owner?.declared.connectorName ?? connector.connectorName;
    const subject = { connector: { name, id, urn: owner?.urn ?? null }, source: owner?.source };
    const [have, which] = left.length === 1 ? ["a signing key", "which is"] : ["signing keys", "which are"];
    const listed = left.map((key) => `${id}/${key.id}${key.active ? " (active)" : ""}`).join(", ");
    const message = `It has ${have} in Logto, ${which} not in the stack, and with which Logto does not sign: ${listed}.`;
    return [newFinding("signing-key-unmanaged", subject, message)];
  });
}

/** A switch that the stack declares and that is off is one finding: the change, which says what follows from it. */
function switchFindings({ endpoint, managed, others }: Tenant, { enabled }: TenantResources): Finding[] {
  if (enabled === undefined) return [];
  const declared = others.filter(({ kind }) => kind === "singleSignOn");
  const subjectOf = (resource?: OtherResource): FindingSubject => ({
    connector: { name: resource?.resourceName ?? "enterprise SSO", id: endpoint, urn: resource?.urn ?? null },
    source: resource?.source,
  });
  if (enabled instanceof LogtoError) {
    const message = `Whether enterprise SSO is enabled was not checked: ${enabled.message}`;
    return [newFinding("unchecked", subjectOf(declared[0]), message)];
  }
  const changes = declared.flatMap((resource) =>
    changeFindings(subjectOf(resource), ["enabled"], resource, { enabled }, (difference) =>
      enabled ? `${difference}.` : `${difference}, so nobody is offered a connector.`,
    ),
  );
  if (changes.length > 0 || enabled || managed.length === 0) return changes;
  const asDeclared = declared.length > 0 ? ", as declared" : "";
  const message = `Enterprise SSO is disabled in the tenant at ${endpoint}${asDeclared}, so nobody is offered a connector.`;
  const more = declared.length > 0 ? { remedy: "Declare `enabled: true` in the SingleSignOn." } : {};
  return [newFinding("sso-disabled", subjectOf(declared[0]), message, more)];
}

function partFindings(part: Part, tenant: Tenant, { answers }: TenantResources): Finding[] {
  const { kind } = part;
  const subject = subjectOf(part, tenant, answers);
  const rules = partRules[kind];
  const label = rules.label(part);
  const its = label === undefined ? "It" : `Its ${label}`;
  if (isPending(part.id)) {
    const message = `The answer to its create was lost, so that the state does not know its ID.`;
    return [newFinding("unchecked", subject, message, { remedy: unconfirmedRemedy(tables[kind].noun) })];
  }
  const answer = answers.get(kind)?.get(askedIdOf(part));
  if (answer instanceof LogtoError) {
    return [newFinding("unchecked", subject, `${its} was not checked: ${answer.message}`)];
  }
  const inLogto = answer === undefined ? undefined : rules.inLogto(part, answer);
  if (inLogto === undefined) {
    // A part is gone with what it belongs to.
    if (
      missingFrom(tenant).some(({ id }) => id === ownerIdOf(part)) ||
      isOrganizationMissing(part, tenant, answers)
    )
      return [];
    const what = label === undefined ? "it" : `its ${label}`;
    return [newFinding("missing", subject, `Logto at ${tenant.endpoint} no longer has ${what}.`)];
  }
  const keys = Object.keys(tables[kind].inputs);
  const ofPart = label === undefined ? "" : `Of its ${label}, `;
  return changeFindings(subject, keys, part, inLogto, (difference) => `${ofPart}${difference}.`);
}

/** Names what a part belongs to: the connector or the organization as it is declared, else as Logto has it. */
function subjectOf(
  part: Part,
  { managed, others, connectors }: Tenant,
  answers: TenantResources["answers"],
): FindingSubject {
  const { urn, source, resourceName } = part;
  const id = ownerIdOf(part);
  const connector = managed.find((resource) => resource.id === id);
  const organization = others.find((resource) => resource.kind === "organization" && resource.id === id);
  const inLogto =
    connectors.find((candidate) => candidate.id === id)?.connectorName ??
    (answers.get("organization")?.get(id) as { readonly name?: string } | undefined)?.name;
  const name =
    connector?.declared.connectorName ??
    (organization?.declared.name as string | undefined) ??
    inLogto ??
    connector?.resourceName ??
    resourceName;
  return { connector: { name, id, urn }, source };
}

/** Whether the stack declares the organization of a part, and Logto does not have it. */
function isOrganizationMissing(part: Part, { others }: Tenant, answers: TenantResources["answers"]): boolean {
  const id = String(part.declared.organizationId);
  const isDeclared = others.some((resource) => resource.kind === "organization" && resource.id === id);
  return part.kind !== "organization" && isDeclared && answers.get("organization")?.get(id) === undefined;
}
