/** The organization of a customer, as an import finds it: what the customer's file declares of it. */
import { canonical, propertiesOf, stateFrom } from "../../connector/canonical";
import { differingPaths } from "../../connector/compare";
import { withoutExposed } from "../../connector/exposedSecret";
import {
  organizationInputs,
  organizationJitEmailDomainsInputs,
  organizationJitRolesInputs,
  type ResourceKey,
  resources,
} from "../../connector/resources";
import { validate } from "../../connector/validate";
import { unknownValue } from "../../engine/engineValues";
import { joinId } from "../../lifecycle/compositeId";
import type { LogtoClient } from "../../logto/client";
import { isForUsers, type OrganizationRole } from "../../logto/organizationRoles";
import type { ApiOrganization } from "../../logto/organizations";
import { mapInParallel } from "../../logto/parallel";
import { printable, quote } from "../../untrustedText";
import type { Values } from "../../values";
import { type CustomerOrganization, organizationArgs } from "../codegen/customerFile";
import { linksOfOrganizations } from "../tenant/joinedOrganizations";
import { managedOf, type StateResource } from "../stack/stateResource";

/** An organization that is linked to a connector. */
export interface LinkedOrganization {
  readonly organization: ApiOrganization;
  /** The IDs of all connectors that it is linked to. */
  readonly connectors: readonly string[];
  readonly roles: readonly OrganizationRole[];
  readonly emailDomains: readonly string[];
}

/** By the ID of the connector. */
export type LinkedOrganizations = ReadonlyMap<string, readonly LinkedOrganization[]>;

/** The resources that a customer's file can declare beside the connector. */
export const partKeys = [
  "organization",
  "organizationSsoConnector",
  "organizationJitRoles",
  "organizationJitEmailDomains",
] as const satisfies readonly ResourceKey[];
export type PartKey = (typeof partKeys)[number];

export interface Part {
  readonly key: PartKey;
  readonly id: string;
  /** As it is declared, or to be. */
  readonly declared: Values;
  readonly state: Values;
}

/** What is done with the organizations of a connector. */
export interface Placed {
  readonly parts: readonly Part[];
  /** Why the file does not have all of it. */
  readonly note?: string;
}

/** Logto has no list of the organizations of a connector: one list, and a request for each organization. */
export async function readLinkedOrganizations(
  client: LogtoClient,
  connectorIds: ReadonlySet<string>,
): Promise<LinkedOrganizations> {
  const all = connectorIds.size === 0 ? [] : await linksOfOrganizations(client);
  const read = await mapInParallel(all, async ({ organization, connectors }) => {
    const { id } = organization;
    const { organizations } = client;
    const isOwn = connectors.length === 1 && connectors.every((connector) => connectorIds.has(connector));
    const [roles = [], emailDomains = []] = isOwn
      ? await Promise.all([organizations.jitRoles(id), organizations.jitEmailDomains(id)])
      : [];
    return { organization, connectors, roles, emailDomains };
  });
  return new Map(
    [...connectorIds].map((id) => [id, read.filter(({ connectors }) => connectors.includes(id))]),
  );
}

/**
 * Decides what a customer's file declares of the organizations that a connector is linked to. Only one that is the customer's
 * alone is declared: deleting the file deletes it, with its members.
 *
 * @param inStack the resources of the stack, but for those that the file itself declares
 */
export function placeOrganization(
  connectorId: string,
  linked: readonly LinkedOrganization[],
  inStack: readonly StateResource[],
): Placed {
  const [first, ...others] = linked;
  if (first === undefined) return { parts: [] };
  if (others.length > 0) {
    const names = linked.map(({ organization }) => nameOf(organization)).join(", ");
    return {
      parts: [],
      note: `It is linked to several organizations, and a file has one: ${names}. None of them is in the file. The links stay in Logto; declare each as an OrganizationSsoConnector in the program.`,
    };
  }
  const { organization, connectors } = first;
  const { id } = organization;
  const isManaged = (key: PartKey, id: string) => managedOf(inStack, key).some((other) => other.id === id);
  const link = linkOf(id, connectorId);
  if (isManaged(link.key, link.id)) {
    return { parts: [], note: `The stack has its link to the organization ${nameOf(organization)} already.` };
  }
  const onlyLinked = (reason: string): Placed => ({
    parts: [link],
    note: `Only the ID of the organization ${nameOf(organization)} is in the file: ${reason}`,
  });
  if (connectors.length > 1) return onlyLinked("it has other connectors as well.");
  if (partKeys.some((key) => isManaged(key, id))) return onlyLinked("the stack manages it already.");
  const parts = wholeOf(first, link);
  const problem = first.roles.find((role) => !isForUsers(role));
  if (problem !== undefined) {
    return onlyLinked(
      `its just-in-time role ${quote(problem.name)} is one for machine-to-machine applications, with which no user can sign in.`,
    );
  }
  const failures = parts.flatMap(({ key, declared }) =>
    validate(resources[key].inputs, declared).filter(({ isWarning }) => isWarning !== true),
  );
  if (failures.length === 0) return { parts };
  return onlyLinked(
    `it could not be declared. ${failures.map(({ path, message }) => `${path}: ${message}`).join(" ")}`,
  );
}

/** Returns what the file has of it. */
export function fileOrganization(parts: readonly Part[]): CustomerOrganization {
  const declaredBy = (key: PartKey) => parts.find((part) => part.key === key)?.declared;
  const organization = declaredBy("organization");
  if (organization === undefined) {
    const { organizationId } = declaredBy("organizationSsoConnector") ?? {};
    return typeof organizationId === "string" ? { organizationId } : {};
  }
  const { roles } = declaredBy("organizationJitRoles") ?? {};
  const { emailDomains } = declaredBy("organizationJitEmailDomains") ?? {};
  return {
    organization: {
      ...organizationArgs(organization),
      ...(roles === undefined ? {} : { roles }),
      ...(emailDomains === undefined ? {} : { emailDomains }),
    },
  };
}

/** Returns the keys of the file for which a previewed resource has other values than Logto. */
export function otherPartValues(inputs: Values, { key, declared }: Part): string[] {
  const { inputs: fields, idFrom = [] } = resources[key];
  const isOpen = (path: string) =>
    idFrom.includes(path) && (inputs[path] === undefined || inputs[path] === unknownValue);
  const prefix = key === "organizationSsoConnector" ? "" : "organization.";
  return differingPaths(propertiesOf(fields, canonical(fields, inputs)), declared)
    .filter((path) => !isOpen(path))
    .map((path) => prefix + printable(path));
}

function linkOf(organizationId: string, connectorId: string): Part {
  const declared = { organizationId, connectorId };
  const id = joinId(organizationId, connectorId);
  return { key: "organizationSsoConnector", id, declared, state: declared };
}

/** Empty sets are not declared. */
function wholeOf({ organization, roles, emailDomains }: LinkedOrganization, link: Part): Part[] {
  const { id } = organization;
  const state = stateFrom(resources.organization, organization);
  const setOf = (key: "organizationJitRoles" | "organizationJitEmailDomains", elements: Values): Part[] => {
    const fields =
      key === "organizationJitRoles" ? organizationJitRolesInputs : organizationJitEmailDomainsInputs;
    const declared = canonical(fields, { organizationId: id, ...elements });
    const isEmpty = Object.values(elements).every((set) => Array.isArray(set) && set.length === 0);
    return isEmpty ? [] : [{ key, id, declared, state: declared }];
  };
  return [
    { key: "organization", id, declared: propertiesOf(organizationInputs, state), state },
    link,
    ...setOf("organizationJitRoles", { roles: roles.map(({ name }) => name) }),
    ...setOf("organizationJitEmailDomains", { emailDomains }),
  ];
}

function nameOf({ id, name }: ApiOrganization): string {
  return `${printable(id)} (${quote(withoutExposed(name))})`;
}
