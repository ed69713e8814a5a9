/**
 * The signing of SAML requests. Logto accepts `signAuthnRequest` only if the connector has an active signing key, and each
 * create of a key makes another one.
 */
import { type ApiConnector, isSigned } from "../connector/apiConnector";
import type { Connector } from "../connector/canonical";
import type { Values } from "../values";
import { resources } from "../connector/resources";
import type { LogtoClient } from "../logto/client";
import { lacksFeature } from "../logto/endpoint";
import type { SigningKey } from "../logto/signingKeys";
import { quote } from "../untrustedText";
import { nameOf, notFound } from "./errorContext";
import { createOnce } from "./lostAnswer";
import { pollUntil } from "./pollUntil";
import type { Session } from "./session";

/** How long a key can take to appear after the answer to its create was lost: Logto makes one in about a second (test/logto/recordings/README.md). */
const createMs = 3000;

/** The certificate with which the identity provider verifies Logto's requests; empty if Logto does not sign them. */
export interface Signature {
  /** PEM. */
  readonly signingCertificate?: string | undefined;
}

/** Changes a connector. If that makes Logto sign its requests, the connector gets a key first. */
export async function updateConnector(
  client: LogtoClient,
  connectorId: string,
  patch: Partial<Connector>,
): Promise<{ connector: ApiConnector; signature: Signature }> {
  const key = isSigned(patch.config) ? await activeKey(client, connectorId) : undefined;
  const connector = await client.updateConnector(connectorId, patch);
  return { connector, signature: key === undefined ? {} : { signingCertificate: key.certificate } };
}

/** @param known what the state has, for a connector whose config was not changed */
export async function signatureOf(
  client: LogtoClient,
  connectorId: string,
  config: Values | undefined,
  { signingCertificate }: Signature = {},
): Promise<Signature> {
  if (!isSigned(config)) return {};
  if (signingCertificate !== undefined) return { signingCertificate };
  const keys = await client.signingKeys.list(connectorId);
  const active = keys?.find((key) => key.active);
  return active === undefined ? {} : { signingCertificate: active.certificate };
}

/**
 * Reads the certificate of a connector, where its requests are signed as far as the config says.
 *
 * @param known what the state has, which stays where Logto does not have signing keys any more: a refresh must not fail for that
 */
export async function readSignature(
  client: LogtoClient,
  { id, connectorName }: ApiConnector,
  config: Values | undefined,
  { signingCertificate }: Signature = {},
  session?: Session,
): Promise<Signature> {
  return signatureOf(client, id, config).catch((error: unknown) => {
    if (!lacksFeature(error)) throw error;
    session?.notifyTogether(
      nameOf({ noun: resources.ssoConnector.noun, name: connectorName, id }),
      (names) =>
        `Logto does not sign the requests of ${names}, since this version has no signing keys any more. Upgrade Logto, or remove ` +
        "signAuthnRequest.",
    );
    return { signingCertificate };
  });
}

function activeKey(client: LogtoClient, connectorId: string): Promise<SigningKey> {
  return serialize(connectorId, async () => {
    const keys = await keysOf(client, connectorId);
    return keys.find(({ active }) => active) ?? (await createAfter(client, connectorId, true, keys));
  });
}

export function createKey(client: LogtoClient, connectorId: string, active: boolean): Promise<SigningKey> {
  return serialize(connectorId, async () =>
    createAfter(client, connectorId, active, await keysOf(client, connectorId)),
  );
}

/** @throws LogtoError if there is no such SAML connector */
async function keysOf(client: LogtoClient, connectorId: string): Promise<SigningKey[]> {
  const keys = await client.signingKeys.list(connectorId);
  if (keys !== undefined) return keys;
  throw notFound(
    `SAML connector with the ID ${quote(connectorId)}, and other connectors have no signing keys`,
    "connectorId",
  );
}

/** @param before the keys that exist: after a lost answer, the one that is not among them is the requested one */
async function createAfter(
  client: LogtoClient,
  connectorId: string,
  active: boolean,
  before: readonly SigningKey[],
): Promise<SigningKey> {
  const known = new Set(before.map(({ id }) => id));
  const created = async () => (await client.signingKeys.list(connectorId))?.find(({ id }) => !known.has(id));
  return createOnce(
    () => client.signingKeys.create(connectorId, active),
    async (error) =>
      error.outcome === "unknown"
        ? pollUntil(created, createMs, client.interruption).catch(() => {
            throw error;
          })
        : undefined,
  );
}

const queues = new Map<string, Promise<unknown>>();

/** Runs the tasks of a connector one after the other, so that a new key can be distinguished from those of other resources. */
function serialize<Result>(connectorId: string, task: () => Promise<Result>): Promise<Result> {
  const result = (queues.get(connectorId) ?? Promise.resolve()).then(task, task);
  queues.set(connectorId, result);
  return result;
}
