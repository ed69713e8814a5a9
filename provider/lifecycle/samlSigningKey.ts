/** `SamlSigningKey`. Its ID is `CONNECTOR_ID/KEY_ID`. */
import { canonical } from "../connector/canonical";
import { unknown, type Values } from "../values";
import { resources, type Resources } from "../connector/resources";
import type { LogtoClient } from "../logto/client";
import { hasCode, LogtoError } from "../logto/errors";
import type { SigningKey } from "../logto/signingKeys";
import { joinId, splitId } from "./compositeId";
import { pollUntil } from "./pollUntil";
import { createKey } from "./signing";
import type { Run, Verbs } from "./tableLifecycle";

/** How long a key in use waits for another one, of the same deployment, to take its place. */
const handOverMs = 10_000;

const { idFormat, outputs } = resources.samlSigningKey;

export const samlSigningKey: Verbs<Resources["samlSigningKey"]> = {
  isOptional: true,

  async create(client, { connectorId, active }, run) {
    const former = await formerKey(client, connectorId, active, run);
    if (former !== undefined) {
      const kept =
        former.active === active ? former : await setActive(client, connectorId, former.id, active);
      return { id: joinId(connectorId, kept.id), outputs: outputsOf(connectorId, kept), adopted: true };
    }
    const key = await createKey(client, connectorId, active).catch((error: unknown) => {
      if (!(error instanceof LogtoError && error.outcome === "unknown")) throw error;
      throw error.withMessage(
        `${error.message} If Logto created a key that the stack does not have, \`logto-sso drift\` reports it, with how to delete it.`,
      );
    });
    return { id: joinId(connectorId, key.id), outputs: outputsOf(connectorId, key) };
  },

  async read(client, id) {
    const [connectorId, keyId] = splitId(id, idFormat);
    const keys = await client.signingKeys.list(connectorId);
    const key = keys?.find((candidate) => candidate.id === keyId);
    return key && { outputs: outputsOf(connectorId, key) };
  },

  async update(client, id, _state, { active }) {
    const [connectorId, keyId] = splitId(id, idFormat);
    return outputsOf(connectorId, await setActive(client, connectorId, keyId, active));
  },

  /**
   * Deactivates an active key first, which Logto rejects while it signs with the key. If the connector is replaced, Logto deletes
   * the key with it: the engine deletes what depends on the connector before, whatever the option `deletedWith` says.
   */
  async delete(client, id, _state, { objects }) {
    const [connectorId, keyId] = splitId(id, idFormat);
    // The ID of a connector is not known while it is replaced.
    const isConnectorReplaced =
      objects.findFormer((former) => former.id === id && former.connectorId === unknown) !== undefined;
    try {
      await client.signingKeys.delete(connectorId, keyId);
    } catch (error) {
      if (!hasCode(error, "single_sign_on.can_not_delete_active_signing_key")) throw error;
      if (isConnectorReplaced) return;
      await client.signingKeys.setActive(connectorId, keyId, false).catch((refusal: unknown) => {
        throw hasCode(refusal, inUse)
          ? refusal.withMessage(`${refusal.message} ${deletedWithConnector}`)
          : refusal;
      });
      await client.signingKeys.delete(connectorId, keyId);
    }
  },
};

/**
 * The key that the resource had, if it was to be replaced because its connector was, and the connector was kept after all. The
 * identity provider knows this key, and not a new one.
 */
async function formerKey(
  client: LogtoClient,
  connectorId: string,
  active: boolean,
  { objects }: Run,
): Promise<SigningKey | undefined> {
  const former = objects.findFormer(
    ({ id, diff: { replaces }, ...declared }) =>
      replaces?.includes("connectorId") === true &&
      id.startsWith(joinId(connectorId, "")) &&
      declared.active === active &&
      !objects.isTouched(id),
  );
  if (former === undefined) return undefined;
  // No other resource takes it.
  objects.recordSeen(former.id);
  const [, keyId] = splitId(former.id, idFormat);
  const keys = await client.signingKeys.list(connectorId);
  return keys?.find(({ id }) => id === keyId);
}

const inUse = "single_sign_on.can_not_deactivate_signing_key_in_use";

const deletedWithConnector =
  "To delete it together with its connector, add the option `deletedWith: connector` to the key, run `pulumi up`, and then " +
  "remove or destroy both.";

/** A key in use can only be replaced by another one, which the same deployment may be about to activate. */
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
    const deactivated = async () => {
      const keys = await client.signingKeys.list(connectorId);
      return keys?.find((key) => key.id === keyId && !key.active);
    };
    const key = await pollUntil(deactivated, handOverMs);
    if (key !== undefined) return key;
    throw error;
  }
}

function outputsOf(connectorId: string, { id, active, ...key }: SigningKey): Values {
  return { connectorId, active, ...canonical(outputs, key) };
}
