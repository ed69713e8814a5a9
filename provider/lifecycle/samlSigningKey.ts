/** `SamlSigningKey`: a key by which Logto signs a SAML connector's requests. Its ID is `CONNECTOR/KEY`. */
import { normaliseFields, type Values } from "../connector/connector";
import { samlSigningKeyFields } from "../connector/fields";
import { validateFields } from "../connector/validate";
import type { LogtoClient } from "../logto/client";
import { LogtoError } from "../logto/errors";
import type { SigningKey } from "../logto/signingKeys";
import { quote } from "../untrustedText";
import { appears } from "./appears";
import { joinId, splitId } from "./ids";
import type { ResourceLifecycle } from "./lifecycle";
import { createKey } from "./signing";
import { notFound, type Subject, told } from "./telling";

/** How long a key that is in use waits for another one, of the same deployment, to take its place. */
const handOverMs = 10_000;

export const samlSigningKeyLifecycle: ResourceLifecycle = {
  check(inputs) {
    const failures = validateFields(samlSigningKeyFields, inputs);
    return { inputs: failures.length > 0 ? inputs : normaliseFields(samlSigningKeyFields, inputs), failures };
  },

  diff(_id, outputs, inputs) {
    if (outputs.connectorId !== inputs.connectorId) return { replaces: ["connectorId"] };
    return outputs.active === inputs.active ? { changes: false } : {};
  },

  async create(client, inputs) {
    const connectorId = String(inputs.connectorId);
    const key = await createKey(client, connectorId, inputs.active === true).catch((error: unknown) => {
      const telling = told(error, "create", subject(connectorId));
      if (!(error instanceof LogtoError && error.outcome === "unknown" && telling instanceof LogtoError))
        throw telling;
      throw telling.saying(
        `${telling.message} A key that Logto made and the stack does not have can be deleted in Logto's console.`,
      );
    });
    return { id: joinId(connectorId, key.id), outputs: outputsOf(connectorId, key) };
  },

  async read(client, id, outputs) {
    const [connectorId, keyId] = splitId(id, "CONNECTOR_ID/KEY_ID");
    const keys = await client.signingKeys.list(connectorId).catch((error: unknown) => {
      throw told(error, "read", subject(connectorId, keyId));
    });
    const key = keys?.find((one) => one.id === keyId);
    if (key !== undefined) {
      const found = outputsOf(connectorId, key);
      return { id, inputs: { connectorId, active: key.active }, outputs: found };
    }
    if (outputs !== undefined) return undefined;
    throw notFound(
      `/api/sso-connectors/${connectorId}/signing-keys`,
      `signing key ${quote(keyId)} of the SSO connector ${quote(connectorId)}`,
    );
  },

  async update(client, id, _outputs, inputs) {
    const [connectorId, keyId] = splitId(id, "CONNECTOR_ID/KEY_ID");
    const key = await setActive(client, connectorId, keyId, inputs.active === true).catch(
      (error: unknown) => {
        throw told(error, "update", subject(connectorId, keyId));
      },
    );
    return outputsOf(connectorId, key);
  },

  /** An active key is taken out of use first, which Logto refuses while it signs with it. */
  async delete(client, id) {
    const [connectorId, keyId] = splitId(id, "CONNECTOR_ID/KEY_ID");
    const remove = async () => {
      try {
        await client.signingKeys.delete(connectorId, keyId);
      } catch (error) {
        if (!hasCode(error, "single_sign_on.can_not_delete_active_signing_key")) throw error;
        await client.signingKeys.setActive(connectorId, keyId, false);
        await client.signingKeys.delete(connectorId, keyId);
      }
    };
    await remove().catch((error: unknown) => {
      const telling = told(error, "delete", subject(connectorId, keyId));
      if (!(telling instanceof LogtoError && hasCode(error, inUse))) throw telling;
      throw telling.saying(
        `${telling.message} To delete it together with its connector, let the key have the option ` +
          "`deletedWith: connector` (it has it by itself where connectorId is the connector's own `id`).",
      );
    });
  },

  hide: (properties) => properties,

  subject: (id, { connectorId }) => ({
    kind: "a signing key of SSO connector",
    id: id || String(connectorId),
  }),
};

const inUse = "single_sign_on.can_not_deactivate_signing_key_in_use";

/** A key that is in use can only give way to another one, which may be under way in the same deployment. */
async function setActive(
  client: LogtoClient,
  connectorId: string,
  keyId: string,
  active: boolean,
): Promise<SigningKey> {
  try {
    return await client.signingKeys.setActive(connectorId, keyId, active);
  } catch (error) {
    if (!hasCode(error, inUse)) throw error;
    const given = async () => {
      const keys = await client.signingKeys.list(connectorId);
      return keys?.find((key) => key.id === keyId && !key.active);
    };
    const key = await appears(given, handOverMs);
    if (key !== undefined) return key;
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof LogtoError && error.code === code;
}

function outputsOf(connectorId: string, { active, certificate, fingerprint, expiresAt }: SigningKey): Values {
  return { connectorId, active, certificate, fingerprint, expiresAt };
}

function subject(connectorId: string, keyId?: string): Subject {
  return {
    kind: "a signing key of SSO connector",
    id: keyId === undefined ? connectorId : joinId(connectorId, keyId),
  };
}
