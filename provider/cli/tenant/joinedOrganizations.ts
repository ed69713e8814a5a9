/** The organizations of a tenant with their just-in-time links: Logto has no list of the organizations of a connector. Read-only. */
import type { LogtoClient } from "../../logto/client";
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

/** Returns what users of each of some connectors join, by the ID of the connector. */
export async function joinedOrganizations(
  client: LogtoClient,
  connectorIds: readonly string[],
): Promise<ReadonlyMap<string, readonly JoinedOrganization[]>> {
  const links = await linksOfOrganizations(client);
  const wanted = links.filter(({ connectors }) => connectorIds.some((id) => connectors.includes(id)));
  const joined = await mapInParallel(wanted, async ({ organization, connectors }) => ({
    organization,
    connectors,
    roles: (await client.organizations.jitRoles(organization.id)) ?? [],
  }));
  return new Map(connectorIds.map((id) => [id, joined.filter(({ connectors }) => connectors.includes(id))]));
}
