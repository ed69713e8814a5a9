/** The organizations that users join just in time: Logto has no list of those of a connector or of an email domain. Read-only. */
import { canonicalDomain } from "../../connector/domain";
import type { LogtoClient } from "../../logto/client";
import { LogtoError } from "../../logto/errors";
import type { ApiOrganization } from "../../logto/organizations";
import { mapInParallel } from "../../logto/parallel";
import type { JoinedOrganization } from "../health/organizationsStep";

/** Lists all organizations, each with the IDs of the connectors that are linked to it: one list, and a request for each. */
export async function linksOfOrganizations({
  organizations,
}: LogtoClient): Promise<{ organization: ApiOrganization; connectors: readonly string[] }[]> {
  return mapInParallel(await organizations.list(), async (organization) => ({
    organization,
    connectors: (await organizations.linkedConnectors(organization.id)) ?? [],
  }));
}

/** What the users of an email domain join. */
export interface Joined {
  /** At the first sign-in through a connector, by its ID. */
  readonly byConnector: ReadonlyMap<string, readonly JoinedOrganization[]>;
  /** When they register without enterprise SSO. */
  readonly byDomain: readonly JoinedOrganization[];
  /** Organizations whose email domain differs in case, which Logto regards (Logto: queries/organization/email-domains.ts). */
  readonly byOtherCase: readonly ApiOrganization[];
}

/** Whether users are known to join an organization by their email domain. */
export function joinsByDomain(joined: Joined | LogtoError | undefined): boolean {
  return joined !== undefined && !(joined instanceof LogtoError) && joined.byDomain.length > 0;
}

/**
 * Reads what users of a domain join: the links only where there are connectors.
 *
 * @param domain as it is written in the address
 */
export async function joinedOrganizations(
  client: LogtoClient,
  domain: string,
  connectorIds: readonly string[],
): Promise<Joined> {
  const { organizations } = client;
  const links =
    connectorIds.length > 0
      ? await linksOfOrganizations(client)
      : (await organizations.list()).map((organization) => ({ organization, connectors: [] }));
  const read = await mapInParallel(links, async ({ organization, connectors }) => {
    const domains = (await organizations.jitEmailDomains(organization.id)) ?? [];
    const isLinked = connectorIds.some((id) => connectors.includes(id));
    const hasDomain = domains.includes(domain);
    const roles = isLinked || hasDomain ? ((await organizations.jitRoles(organization.id)) ?? []) : [];
    return { organization, connectors, domains: domains.map(canonicalDomain), hasDomain, roles };
  });
  return {
    byConnector: new Map(
      connectorIds.map((id) => [id, read.filter(({ connectors }) => connectors.includes(id))]),
    ),
    byDomain: read.filter(({ hasDomain }) => hasDomain),
    byOtherCase: read
      .filter(({ hasDomain, domains }) => !hasDomain && domains.includes(canonicalDomain(domain)))
      .map(({ organization }) => organization),
  };
}
