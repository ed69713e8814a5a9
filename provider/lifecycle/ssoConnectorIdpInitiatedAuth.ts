/** `SsoConnectorIdpInitiatedAuth`. Its ID is the connector's. */
import { propertiesOf, stateFrom } from "../connector/canonical";
import type { Values } from "../values";
import { differingPaths } from "../connector/compare";
import { resources, type Resources } from "../connector/resources";
import type { LogtoClient } from "../logto/client";
import { hasCode, LogtoError } from "../logto/errors";
import { IdpInitiatedAuth } from "../logto/idpInitiatedAuth";
import { quote } from "../untrustedText";
import { notFound, rejection } from "./errorContext";
import { IncompleteError } from "./results";
import type { Verbs } from "./tableLifecycle";
import { verifyApplied } from "./verifyApplied";

const table = resources.ssoConnectorIdpInitiatedAuth;

export const ssoConnectorIdpInitiatedAuth: Verbs<Resources["ssoConnectorIdpInitiatedAuth"]> = {
  isOptional: true,

  async create(client, declared, run, { adopt = false }) {
    const { connectorId } = declared;
    const existing = await api(client).get(connectorId);
    const different =
      existing === undefined
        ? []
        : differingPaths({ ...declared }, propertiesOf(table.inputs, stateFrom(table, existing)));
    if (different.length > 0 && !adopt && !run.objects.isDeclared(connectorId)) {
      throw rejection(
        "other-config",
        `the connector already has another one, which differs in ${different.join(", ")}. To replace it, also where this ` +
          "resource is being replaced (`pulumi state taint`), add `adopt: true,` next to connectorId.",
      );
    }
    const outputs = await put(client, declared).catch((error: unknown) => {
      // It has told an unknown application from an unknown connector.
      const isUnknown = hasCode(error, "entity.not_exists_with_id");
      throw isUnknown ? notFound(`SAML connector with the ID ${quote(connectorId)}`, "connectorId") : error;
    });
    return { id: connectorId, outputs, adopted: existing !== undefined };
  },

  async read(client, id) {
    const found = await api(client).get(id);
    return found && { outputs: stateFrom(table, found) };
  },

  update: (client, _id, _state, declared) => put(client, declared),

  delete: (client, id) => api(client).delete(id),
};

function api(client: LogtoClient): IdpInitiatedAuth {
  return new IdpInitiatedAuth(client.call);
}

async function put(
  client: LogtoClient,
  declared: Values & { readonly connectorId: string },
): Promise<Values> {
  const { connectorId, ...body } = declared;
  const answer = await api(client)
    .put(connectorId, body)
    .catch(async (error: unknown) => {
      if (!(error instanceof LogtoError)) throw error;
      if (error.outcome === "unknown") throw new IncompleteError(error, connectorId, { connectorId });
      // Logto's answer is the same for an unknown connector and an unknown application (recorded).
      if (
        error.code !== "entity.not_exists_with_id" ||
        (await client.getConnector(connectorId)) === undefined
      )
        throw error;
      throw notFound(
        `application with the ID ${quote(String(body.defaultApplicationId))}`,
        "defaultApplicationId",
      );
    });
  const state = stateFrom(table, answer);
  verifyApplied(`${table.noun} ${connectorId}`, connectorId, declared, state);
  return state;
}
