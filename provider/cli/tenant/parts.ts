/**
 * The resources of a stack that Logto's list of connectors does not contain, and that are no switch: what is asked for each kind,
 * and what the answer means. Resources of which Logto gives the same answer share it.
 */
import { canonical, propertiesOf } from "../../connector/canonical";
import { resources as tables } from "../../connector/resources";
import type { LogtoClient } from "../../logto/client";
import { IdpInitiatedAuth } from "../../logto/idpInitiatedAuth";
import { textsOfRoles } from "../../logto/organizationRoles";
import type { Values } from "../../values";
import type { OtherResource } from "../stack/managedResources";

export type PartKind = Exclude<OtherResource["kind"], "singleSignOn">;
export type Part = OtherResource & { readonly kind: PartKind };

interface PartRules<Answer> {
  /** What it belongs to, and is gone with. */
  readonly owner: "connectorId" | "organizationId" | "none";
  /** Returns the ID in Logto that is asked about. Default: that of its owner. */
  askedId?(part: Part): string;
  /** Reads the answer; `undefined` if there is nothing of the ID. */
  read(client: LogtoClient, id: string): Promise<Answer | undefined>;
  /** Returns what the part is called, after "its"; `undefined` if it is an object of its own. */
  label(part: Part): string | undefined;
  /** Returns the part in Logto, in the form in which it is declared; `undefined` if there is none. */
  inLogto(part: Part, answer: Answer): Values | undefined;
}

export const partRules: Readonly<Record<PartKind, PartRules<unknown>>> = {
  samlSigningKey: rulesOf({
    owner: "connectorId",
    read: (client, id) => client.signingKeys.list(id),
    label: ({ id }) => `signing key ${keyIdOf(id)}`,
    inLogto: ({ id, declared: { connectorId } }, keys) => {
      const key = keys.find((candidate) => candidate.id === keyIdOf(id));
      return key && { connectorId, active: key.active };
    },
  }),
  organizationSsoConnector: rulesOf({
    owner: "connectorId",
    askedId: ({ declared }) => String(declared.organizationId),
    read: (client, id) => client.organizations.linkedConnectors(id),
    label: ({ declared }) => `just-in-time link with the organization ${String(declared.organizationId)}`,
    inLogto: ({ declared }, linked) => (linked.includes(String(declared.connectorId)) ? declared : undefined),
  }),
  ssoConnectorIdpInitiatedAuth: rulesOf({
    owner: "connectorId",
    read: (client, id) => new IdpInitiatedAuth(client.call).get(id),
    label: () => "IdP-initiated sign-in",
    inLogto: (_, auth) => inputsOf("ssoConnectorIdpInitiatedAuth", auth),
  }),
  organization: rulesOf({
    owner: "none",
    askedId: ({ id }) => id,
    read: (client, id) => client.organizations.read(id),
    label: () => undefined,
    inLogto: (_, organization) => inputsOf("organization", organization),
  }),
  organizationJitRoles: setRules("roles", "just-in-time roles", {
    read: (client, id) => client.organizations.jitRoles(id),
    elements: textsOfRoles,
  }),
  organizationJitEmailDomains: setRules("emailDomains", "just-in-time email domains", {
    read: (client, id) => client.organizations.jitEmailDomains(id),
    elements: (domains) => domains,
  }),
};

export const partKinds = Object.keys(partRules) as PartKind[];

export function isPart(resource: OtherResource): resource is Part {
  return resource.kind !== "singleSignOn";
}

/** The ID of what a part belongs to; its own if it is an object of its own. */
export function ownerIdOf(part: Part): string {
  const { owner } = partRules[part.kind];
  return owner === "none" ? part.id : String(part.declared[owner]);
}

/** The ID by which a part is asked for. */
export function askedIdOf(part: Part): string {
  return partRules[part.kind].askedId?.(part) ?? ownerIdOf(part);
}

function rulesOf<Answer>(of: PartRules<Answer>): PartRules<unknown> {
  return of;
}

/**
 * Returns the rules of a set of an organization.
 *
 * @param key the input that has it
 */
function setRules<Answer>(
  key: string,
  label: string,
  of: {
    read(client: LogtoClient, organizationId: string): Promise<Answer | undefined>;
    /** Returns the elements, in the spelling of the program where there are several. */
    elements(answer: Answer, declared: unknown): readonly string[];
  },
): PartRules<unknown> {
  return rulesOf<Answer>({
    owner: "organizationId",
    read: (client, id) => of.read(client, id),
    label: () => label,
    inLogto: ({ declared: { organizationId, [key]: declared } }, answer) => ({
      organizationId,
      [key]: [...of.elements(answer, declared)].sort(),
    }),
  });
}

function inputsOf(kind: PartKind, answer: Values): Values {
  const { inputs } = tables[kind];
  return propertiesOf(inputs, canonical(inputs, answer));
}

/** The ID of a key in the state is that of its connector, a slash, and its own. */
function keyIdOf(id: string): string {
  return id.split("/")[1] ?? "";
}
