/** Look-ups: functions that read what the program does not declare. The results contain no secret. */
import { type ApiConnector, toState } from "../connector/apiConnector";
import { stateFrom } from "../connector/canonical";
import { resources } from "../connector/resources";
import type { Values } from "../values";
import { withoutExposed } from "../connector/exposedSecret";
import { isSecretConfigKey } from "../connector/identityProviders";
import { ExpectedError } from "../expectedError";
import { quote } from "../untrustedText";
import type { LogtoClient } from "./client";
import type { ReadableList } from "./connectorList";
import type { OrganizationRole } from "./organizationRoles";
import type { ApiOrganization } from "./organizations";
import type { ReadLimits } from "./sharedReads";

export type LookupName =
  | "getSsoConnector"
  | "getSsoConnectors"
  | "getSsoConnectorProviders"
  | "getOrganization"
  | "getOrganizationRole"
  | "getOrganizationRoles";

/** The arguments of those look-ups that find one object. */
export interface LookupArgs {
  readonly id?: string | undefined;
  readonly connectorName?: string | undefined;
  readonly name?: string | undefined;
}

/**
 * A function that reads something of a tenant.
 *
 * @param limits how old the result may be. Default: as old as lets many look-ups share a list of the tenant
 */
type Lookup = (client: LogtoClient, args: LookupArgs, limits?: ReadLimits) => Promise<Values>;

export const lookups: Readonly<Record<LookupName, Lookup>> = {
  async getSsoConnector(client, { id, connectorName }, limits) {
    assertTexts({ id, connectorName });
    if (connectorName !== undefined && id === undefined) {
      const listed = await client.findListedConnector(connectorName, limits);
      return resultOf(listed ?? findNamed(await client.sharedConnectors(), connectorName));
    }
    if (connectorName !== undefined || id === undefined) {
      throw new ExpectedError("A look-up takes either id or connectorName.");
    }
    const connector = await client.readConnector(id, limits);
    if (connector !== undefined) return resultOf(connector);
    throw new ExpectedError(`Logto has no SSO connector with the ID ${quote(id)}. ${checkThat("ID")}`);
  },

  async getSsoConnectors(client) {
    const connectors = completeList(await client.sharedConnectors());
    connectors.sort((a, b) => (a.connectorName < b.connectorName ? -1 : 1));
    return { connectors: connectors.map(resultOf) };
  },

  async getSsoConnectorProviders(client) {
    return { providers: await client.listProviders() };
  },

  async getOrganization(client, args, limits) {
    const { id, name } = oneOf(args);
    if (id !== undefined) {
      const organization = await client.organizations.read(id, limits);
      if (organization !== undefined) return organizationResult(organization);
      throw new ExpectedError(`Logto has no organization with the ID ${quote(id)}. ${checkThat("ID")}`);
    }
    const all = limits?.maxAgeMs === 0 ? client.organizations.list() : client.organizations.recent();
    const listed = (await all).filter((organization) => organization.name === name);
    const found = listed.length > 0 ? listed : await client.organizations.named(name);
    const [organization, ...others] = found;
    if (organization === undefined)
      throw new ExpectedError(
        `Logto has no organization with the name ${quote(withoutExposed(name))}. ${checkThat("name")}`,
      );
    if (others.length === 0) return organizationResult(organization);
    const ids = found.map((one) => quote(one.id)).join(", ");
    throw new ExpectedError(
      `Logto has ${found.length} organizations with the name ${quote(withoutExposed(name))}: ${ids}. Look it up by its ID.`,
    );
  },

  async getOrganizationRole(client, args, limits) {
    const { id, name } = oneOf(args);
    const isWanted = (role: OrganizationRole) => (id === undefined ? role.name === name : role.id === id);
    const role = await client.organizationRoles.find((roles) => roles.find(isWanted), limits);
    if (role !== undefined) return { ...role };
    const [what, given] = id === undefined ? ["name", name] : ["ID", id];
    throw new ExpectedError(
      `Logto has no organization role with the ${what} ${quote(withoutExposed(given))}. ${checkThat(what)}`,
    );
  },

  async getOrganizationRoles(client) {
    const roles = await client.organizationRoles.list(Date.now());
    return { roles: [...roles].sort((a, b) => (a.name < b.name ? -1 : 1)) };
  },
};

/** @throws ExpectedError unless exactly one of the two is given, as a text */
function oneOf({
  id,
  name,
}: LookupArgs):
  { readonly id: string; readonly name?: undefined } | { readonly id?: undefined; readonly name: string } {
  assertTexts({ id, name });
  if (id !== undefined && name === undefined) return { id };
  if (name !== undefined && id === undefined) return { name };
  throw new ExpectedError("A look-up takes either id or name.");
}

function organizationResult(organization: ApiOrganization): Values {
  return { ...stateFrom(resources.organization, organization), id: organization.id };
}

/** Programs in JavaScript are not held to the types, and a number is the name of nothing. */
function assertTexts(args: Values): void {
  for (const [key, value] of Object.entries(args)) {
    if (value !== undefined && typeof value !== "string") {
      throw new ExpectedError(
        `The ${key} of a look-up must be a string, not ${value === null ? "null" : `of the type ${typeof value}`}.`,
      );
    }
  }
}

function completeList({ connectors, unreadable }: ReadableList): ApiConnector[] {
  if (unreadable === 0) return [...connectors];
  throw new ExpectedError(
    `Logto returned ${connectors.length} of the tenant's SSO connectors, but not ${unreadable} whose identity provider does not ` +
      "respond. Bring the identity provider back, or delete its connector. [incomplete-list]",
  );
}

function findNamed(list: ReadableList, connectorName: string): ApiConnector {
  const connector = list.connectors.find((candidate) => candidate.connectorName === connectorName);
  if (connector !== undefined) return connector;
  const names = completeList(list).map((candidate) => candidate.connectorName);
  const similar = names.filter((name) => name.toLowerCase() === connectorName.toLowerCase());
  const hint = similar.map((name) => quote(withoutExposed(name))).join(", ");
  throw new ExpectedError(
    `Logto has no SSO connector with the name ${quote(withoutExposed(connectorName))}` +
      (hint === "" ? `. ${checkThat("name")}` : `, but ${hint}: names are case-sensitive. [not-found]`),
  );
}

function checkThat(what: string): string {
  return `Check the ${what}, and that it is of this tenant (the option \`provider\`). [not-found]`;
}

function resultOf(connector: ApiConnector): Values {
  const config = Object.entries(connector.config ?? {}).filter(([key]) => !isSecretConfigKey(key));
  return { ...toState(connector, undefined), id: connector.id, config: Object.fromEntries(config) };
}
