/** `OrganizationSsoConnector`. Its ID is `ORGANIZATION_ID/CONNECTOR_ID`. */
import type { Values } from "../values";
import { resources, type Resources } from "../connector/resources";
import type { LogtoClient } from "../logto/client";
import { LogtoError } from "../logto/errors";
import { quote } from "../untrustedText";
import { joinId, splitId } from "./compositeId";
import { notFound } from "./errorContext";
import { IncompleteError } from "./results";
import type { Verbs } from "./tableLifecycle";

const { idFormat } = resources.organizationSsoConnector;

export const organizationSsoConnector: Verbs<Resources["organizationSsoConnector"]> = {
  async create(client, { organizationId, connectorId }) {
    const id = joinId(organizationId, connectorId);
    return { id, outputs: await link(client, id) };
  },

  async read(client, id) {
    const [organizationId, connectorId] = splitId(id, idFormat);
    const linked = await client.organizations.linkedConnectors(organizationId);
    return linked?.includes(connectorId) ? { outputs: { organizationId, connectorId } } : undefined;
  },

  /** Called only after a create whose outcome is not known: all inputs are part of the ID. */
  update: (client, id) => link(client, id),

  async delete(client, id) {
    const [organizationId, connectorId] = splitId(id, idFormat);
    await client.organizations.unlink(organizationId, connectorId);
  },
};

/** Logto accepts a link that exists. */
async function link(client: LogtoClient, id: string): Promise<Values> {
  const [organizationId, connectorId] = splitId(id, idFormat);
  const outputs = { organizationId, connectorId };
  await client.organizations.link(organizationId, connectorId).catch(async (error: unknown) => {
    if (!(error instanceof LogtoError)) throw error;
    if (error.outcome === "unknown") throw new IncompleteError(error, id, outputs);
    throw error.code === "entity.relation_foreign_key_not_found"
      ? await missingOf(client, organizationId, connectorId).catch(() => error)
      : error;
  });
  return outputs;
}

/** Logto's answer is the same for an unknown organization and an unknown connector. */
async function missingOf(
  client: LogtoClient,
  organizationId: string,
  connectorId: string,
): Promise<LogtoError> {
  return (await client.getConnector(connectorId)) === undefined
    ? notFound(`SSO connector with the ID ${quote(connectorId)}`, "connectorId")
    : notFound(`organization with the ID ${quote(organizationId)}`, "organizationId");
}
