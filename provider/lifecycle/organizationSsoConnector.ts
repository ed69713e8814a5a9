/**
 * `OrganizationSsoConnector`: users who sign in through the connector for the first time become members of the
 * organization. Its ID is `ORGANIZATION/CONNECTOR`.
 */
import { normaliseFields, type Values } from "../connector/connector";
import { organizationSsoConnectorFields } from "../connector/fields";
import { validateFields } from "../connector/validate";
import type { LogtoClient } from "../logto/client";
import { LogtoError } from "../logto/errors";
import { quote } from "../untrustedText";
import { joinId, splitId } from "./ids";
import { IncompleteError, type ResourceLifecycle } from "./lifecycle";
import { notFound, type Subject, told } from "./telling";

export const organizationSsoConnectorLifecycle: ResourceLifecycle = {
  check(inputs) {
    const failures = validateFields(organizationSsoConnectorFields, inputs);
    return {
      inputs: failures.length > 0 ? inputs : normaliseFields(organizationSsoConnectorFields, inputs),
      failures,
    };
  },

  diff(_id, outputs, inputs) {
    const replaces = ["organizationId", "connectorId"].filter((key) => outputs[key] !== inputs[key]);
    return replaces.length > 0 ? { replaces } : { changes: false };
  },

  async create(client, inputs) {
    const properties = inputs as Record<"organizationId" | "connectorId", string>;
    const id = joinId(properties.organizationId, properties.connectorId);
    return { id, outputs: await link(client, id, "create") };
  },

  async read(client, id, outputs) {
    const [organizationId, connectorId] = splitId(id, form);
    const linked = await client.organizations.linkedConnectors(organizationId).catch((error: unknown) => {
      throw told(error, "read", subject(id));
    });
    const properties = { organizationId, connectorId };
    if (linked?.includes(connectorId)) return { id, inputs: properties, outputs: properties };
    if (outputs !== undefined) return undefined;
    throw notFound(
      `/api/organizations/${organizationId}/jit/sso-connectors`,
      `link of the organization ${quote(organizationId)} to the SSO connector ${quote(connectorId)}`,
    );
  },

  /** Only where a create was interrupted: all inputs are part of the ID. */
  update: (client, id) => link(client, id, "update"),

  async delete(client, id) {
    const [organizationId, connectorId] = splitId(id, form);
    await client.organizations.unlink(organizationId, connectorId).catch((error: unknown) => {
      throw told(error, "delete", subject(id));
    });
  },

  hide: (properties) => properties,

  subject,

  idFromInputs: true,
};

/** Logto takes a link that is there already. */
async function link(client: LogtoClient, id: string, attempt: "create" | "update"): Promise<Values> {
  const [organizationId, connectorId] = splitId(id, form);
  const properties = { organizationId, connectorId };
  await client.organizations.link(organizationId, connectorId).catch((error: unknown) => {
    const telling = told(error, attempt, subject(id)) as Error;
    if (!(error instanceof LogtoError && error.outcome === "unknown")) throw telling;
    throw new IncompleteError(telling.message, id, properties);
  });
  return properties;
}

const form = "ORGANIZATION_ID/CONNECTOR_ID";

function subject(id: string): Subject {
  return { kind: "the just-in-time link of an organization to an SSO connector", id };
}
