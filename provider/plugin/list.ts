/** The list of the objects of a tenant, for `pulumi do`. */
import { type ResourceKey, resources } from "../connector/resources";
import { ExpectedError } from "../expectedError";
import type { LogtoClient } from "../logto/client";
import { lookups } from "../logto/lookupTable";

/** The resources that exist by themselves; the others belong to a connector or an organization. */
export const listable: readonly ResourceKey[] = ["ssoConnector", "singleSignOn"];

export async function listOf(
  key: ResourceKey | undefined,
  client: LogtoClient,
): Promise<{ id: string; name: string }[]> {
  if (key === "ssoConnector") {
    const { connectors } = await lookups.getSsoConnectors(client, {});
    return (connectors as { id: string; connectorName: string }[]).map(({ id, connectorName }) => ({
      id,
      name: connectorName,
    }));
  }
  if (key === "singleSignOn") {
    const { idFormat: id, noun: name } = resources.singleSignOn;
    return [{ id, name }];
  }
  const names = listable.map((listableKey) => resources[listableKey].name).join(" and ");
  throw new ExpectedError(
    `Only ${names} can be listed; the other resources belong to a connector or an organization.`,
  );
}
