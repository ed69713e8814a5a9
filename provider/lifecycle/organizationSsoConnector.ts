/**
 * `OrganizationSsoConnector`: users who sign in through the connector for the first time become members of the
 * organization. Its ID is `ORGANIZATION/CONNECTOR`.
 */
import { normaliseFields } from "../connector/connector";
import { organizationSsoConnectorFields } from "../connector/fields";
import { validateFields } from "../connector/validate";
import { joinId, splitId } from "./ids";
import type { Lifecycle } from "./host";
import { notFound, type Subject, told } from "./telling";

export const organizationSsoConnectorLifecycle: Lifecycle = {
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
    const { organizationId, connectorId } = inputs as Record<"organizationId" | "connectorId", string>;
    const id = joinId(organizationId, connectorId);
    await client.organizations.link(organizationId, connectorId).catch((error: unknown) => {
      throw told(error, "create", subject(id));
    });
    return { id, outputs: { organizationId, connectorId } };
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
      `link of the organization ${JSON.stringify(organizationId)} to the SSO connector ${JSON.stringify(connectorId)}`,
    );
  },

  update: (_client, _id, outputs) => Promise.resolve(outputs),

  async delete(client, id) {
    const [organizationId, connectorId] = splitId(id, form);
    await client.organizations.unlink(organizationId, connectorId).catch((error: unknown) => {
      throw told(error, "delete", subject(id));
    });
  },

  hide: (properties) => properties,
};

const form = "ORGANIZATION_ID/CONNECTOR_ID";

function subject(id: string): Subject {
  return { kind: "the just-in-time link of an organization to an SSO connector", id };
}
