/** Findings about the resources that are no connectors: the switch, and the parts of connectors. Pure. */
import { canonical, propertiesOf } from "../../connector/canonical";
import { isSigned } from "../../connector/apiConnector";
import type { Values } from "../../values";
import { resources as tables } from "../../connector/resources";
import { LogtoError } from "../../logto/errors";
import type { SigningKey } from "../../logto/signingKeys";
import type { Fetched, TenantResources } from "../tenant/tenantResources";
import { changeFindings } from "./differences";
import { type FindingSubject, type Finding, newFinding } from "./finding";
import type { OtherResource } from "../stack/managedResources";
import { missingFrom } from "../tenant/wrongTenant";
import type { Tenant } from "../tenant/tenants";

/** A resource that belongs to a connector. */
type Part = OtherResource & { readonly kind: PartKind };
type PartKind = Exclude<OtherResource["kind"], "singleSignOn">;

const isPart = (resource: OtherResource): resource is Part => resource.kind !== "singleSignOn";

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
    changeFindings(subjectOf(resource), ["enabled"], resource.declared, { enabled }, (difference) =>
      enabled ? `${difference}.` : `${difference}, so nobody is offered a connector.`,
    ),
  );
  if (changes.length > 0 || enabled || managed.length === 0) return changes;
  const asDeclared = declared.length > 0 ? ", as declared" : "";
  const message = `Enterprise SSO is disabled in the tenant at ${endpoint}${asDeclared}, so nobody is offered a connector.`;
  const more = declared.length > 0 ? { remedy: "Declare `enabled: true` in the SingleSignOn." } : {};
  return [newFinding("sso-disabled", subjectOf(declared[0]), message, more)];
}

function partFindings(part: Part, tenant: Tenant, resources: TenantResources): Finding[] {
  const { urn, source, declared, resourceName, kind } = part;
  const id = String(declared.connectorId);
  const owner = tenant.managed.find((managed) => managed.id === id);
  const connector = tenant.connectors.find((candidate) => candidate.id === id);
  const name =
    owner?.declared.connectorName ?? connector?.connectorName ?? owner?.resourceName ?? resourceName;
  const subject = { connector: { name, id, urn }, source };
  const rules = partRules[kind];
  const label = rules.label(part);
  const inLogto = rules.inLogto(part, resources);
  if (inLogto instanceof LogtoError) {
    return [newFinding("unchecked", subject, `Its ${label} was not checked: ${inLogto.message}`)];
  }
  if (inLogto === undefined) {
    // A part is gone with its connector.
    if (missingFrom(tenant).some((missing) => missing.id === id)) return [];
    return [newFinding("missing", subject, `Logto at ${tenant.endpoint} no longer has its ${label}.`)];
  }
  const keys = Object.keys(tables[kind].inputs);
  return changeFindings(subject, keys, declared, inLogto, (difference) => `Of its ${label}, ${difference}.`);
}

interface PartRules {
  /** Returns what the part is called, after "its". */
  readonly label: (part: OtherResource) => string;
  /** Returns the part in Logto, in the form in which it is declared. */
  readonly inLogto: (part: OtherResource, resources: TenantResources) => Fetched<Values>;
}

const partRules: Readonly<Record<PartKind, PartRules>> = {
  samlSigningKey: {
    label: ({ id }) => `signing key ${keyIdOf(id)}`,
    inLogto: ({ id, declared: { connectorId } }, { keys }) =>
      mapFetched(keys.get(String(connectorId)), (all) => {
        const key = all.find((candidate) => candidate.id === keyIdOf(id));
        return key && { connectorId, active: key.active };
      }),
  },
  organizationSsoConnector: {
    label: ({ declared }) => `just-in-time link with the organization ${String(declared.organizationId)}`,
    inLogto: ({ declared }, { links }) =>
      mapFetched(links.get(String(declared.organizationId)), (linked) =>
        linked.includes(String(declared.connectorId)) ? declared : undefined,
      ),
  },
  ssoConnectorIdpInitiatedAuth: {
    label: () => "IdP-initiated sign-in",
    inLogto: ({ declared }, { idpInitiatedAuth }) =>
      mapFetched(idpInitiatedAuth.get(String(declared.connectorId)), (auth) => {
        const fields = tables.ssoConnectorIdpInitiatedAuth.inputs;
        return propertiesOf(fields, canonical(fields, auth));
      }),
  },
};

function mapFetched<Value extends object>(
  fetched: Fetched<Value>,
  convert: (value: Value) => Values | undefined,
): Fetched<Values> {
  if (fetched === undefined) return undefined;
  return fetched instanceof LogtoError ? fetched : convert(fetched);
}

/** The ID of a key in the state is that of its connector, a slash, and its own. */
function keyIdOf(id: string): string {
  return id.split("/")[1] ?? "";
}
