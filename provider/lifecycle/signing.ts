/**
 * Signed SAML requests. Logto takes `signAuthnRequest` only where the connector has an active signing key, and can't be
 * told that two creates of a key are one.
 */
import { quote } from "../untrustedText";
import { isSigned, type Connector, type Values } from "../connector/connector";
import type { Row } from "../connector/row";
import type { LogtoClient } from "../logto/client";
import { LogtoError } from "../logto/errors";
import type { SigningKey } from "../logto/signingKeys";
import { appears } from "./appears";
import { notFound } from "./telling";

/** How long a key can take to show up after its answer was lost: making one takes about a second (measured). */
const makeMs = 3000;
const tries = 3;

/** What the identity provider needs to check Logto's requests; nothing where Logto does not sign them. */
export interface Signature {
  /** PEM. */
  readonly signingCertificate?: string;
}

/** Changes a connector. Where that makes Logto sign its requests, it has a key first. */
export async function change(
  client: LogtoClient,
  connectorId: string,
  patch: Partial<Connector>,
): Promise<{ row: Row; signature: Signature }> {
  const key = isSigned(patch.config) ? await activeKey(client, connectorId) : undefined;
  const row = await client.updateConnector(connectorId, patch);
  return { row, signature: key === undefined ? {} : { signingCertificate: key.certificate } };
}

/** @param known what the state says, for a connector whose config was not changed */
export async function signatureOf(
  client: LogtoClient,
  connectorId: string,
  config: Values | undefined,
  known: Signature = {},
): Promise<Signature> {
  if (!isSigned(config)) return {};
  if (known.signingCertificate !== undefined) return { signingCertificate: known.signingCertificate };
  const keys = await client.signingKeys.list(connectorId);
  const active = keys?.find((key) => key.active);
  return active === undefined ? {} : { signingCertificate: active.certificate };
}

function activeKey(client: LogtoClient, connectorId: string): Promise<SigningKey> {
  return inTurn(connectorId, async () => {
    const keys = await keysOf(client, connectorId);
    return keys.find(({ active }) => active) ?? (await create(client, connectorId, true, keys));
  });
}

export function createKey(client: LogtoClient, connectorId: string, active: boolean): Promise<SigningKey> {
  return inTurn(connectorId, async () =>
    create(client, connectorId, active, await keysOf(client, connectorId)),
  );
}

/** @throws LogtoError where there is no such SAML connector */
async function keysOf(client: LogtoClient, connectorId: string): Promise<SigningKey[]> {
  const keys = await client.signingKeys.list(connectorId);
  if (keys !== undefined) return keys;
  throw notFound(
    `/api/sso-connectors/${connectorId}/signing-keys`,
    `SAML connector with the ID ${quote(connectorId)}, and connectors of other kinds have no signing keys`,
  );
}

/** After a lost answer, the key that was not there before is the one that was asked for. */
async function create(
  client: LogtoClient,
  connectorId: string,
  active: boolean,
  before: readonly SigningKey[],
): Promise<SigningKey> {
  const known = new Set(before.map(({ id }) => id));
  const made = async () => (await client.signingKeys.list(connectorId))?.find(({ id }) => !known.has(id));
  for (let attempt = 1; ; attempt++) {
    try {
      return await client.signingKeys.create(connectorId, active);
    } catch (error) {
      if (!(error instanceof LogtoError && error.outcome === "unknown")) throw error;
      const key = await appears(made, makeMs).catch(() => {
        throw error;
      });
      if (key !== undefined) return key;
      // Sent again after a timeout, it would only hang again.
      if (attempt === tries || error.code === "timeout") throw error;
    }
  }
}

const turns = new Map<string, Promise<unknown>>();

/** One after the other for a connector, so that a new key can be told from those of other resources. */
function inTurn<Result>(connectorId: string, task: () => Promise<Result>): Promise<Result> {
  const turn = (turns.get(connectorId) ?? Promise.resolve()).then(task, task);
  turns.set(connectorId, turn);
  return turn;
}
