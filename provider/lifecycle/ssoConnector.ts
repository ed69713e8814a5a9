/** `SsoConnector`: the calls of the API for each of Pulumi's. */
import { type ApiConnector, isSigned, patchOf, toState } from "../connector/apiConnector";
import type { Connector } from "../connector/canonical";
import { changedKeys, changedProperties } from "../connector/compare";
import { updatedConfig } from "../connector/configUpdate";
import { connectorInputs, type Resources } from "../connector/resources";
import type { LogtoClient } from "../logto/client";
import { hasCode, LogtoError } from "../logto/errors";
import { quote } from "../untrustedText";
import { createConnector } from "./createConnector";
import { IncompleteError } from "./results";
import { readConfig } from "./readConfig";
import { findPending, isPending, keepPending } from "./pendingCreate";
import { readSignature, type Signature, signatureOf, updateConnector } from "./signing";
import type { Run, Verbs } from "./tableLifecycle";
import { verifyApplied } from "./verifyApplied";

export const ssoConnector: Verbs<Resources["ssoConnector"]> = {
  onCheck({ connectorName, domains }, { session }) {
    if (typeof connectorName !== "string" || !Array.isArray(domains)) return;
    session.declareDomains(
      connectorName,
      domains.filter((domain) => typeof domain === "string"),
    );
  },

  async create(client, declared, run, { adopt }) {
    const mode = adopt === true ? "any" : client.settings.adopt;
    const { connector, adopted } = await keepPending(
      createConnector(client, declared, mode, run),
      declared.connectorName,
      declared,
    );
    run.session.createdConnector(client);
    const { id } = connector;
    const created = await sign(client, connector, declared).catch((error: unknown) => {
      if (!(error instanceof LogtoError)) throw error;
      const next = `The connector is created (${id}) and recorded; the next \`pulumi up\` continues from here.`;
      const outputs = { ...toState(connector, declared.config) };
      throw new IncompleteError(error.withMessage(`${error.message} ${next}`), id, outputs);
    });
    verifyConnector(created.connector, declared, declared);
    return { id, adopted, outputs: { ...toState(created.connector, declared.config), ...created.signature } };
  },

  async read(client, id, state, { session }) {
    const connector =
      state !== undefined && isPending(id)
        ? await findPending(client, connectorIn(state))
        : await client.readConnector(id);
    if (connector === undefined) return undefined;
    const found = toState(connector, state === undefined ? "all" : state.config);
    return {
      id: connector.id,
      outputs: { ...found, ...(await readSignature(client, connector, found.config, state, session)) },
    };
  },

  async update(client, id, state, declared, run) {
    const { config, signingCertificate, ...rest } = state;
    // What the program left alone stays as the state has it: a refresh reports what else differs in Logto.
    const outputs = { ...rest, ...declared };
    const changed = changedProperties(connectorInputs, state, declared);
    if (changed.length === 0)
      return { ...outputs, ...(await signatureOf(client, id, outputs.config, state)) };
    const inLogto = changed.includes("config") ? await readConfig(client, id, run) : undefined;
    const patch = patchOf(state, declared, inLogto ?? config);
    const { connector, signature } = await updateConnector(client, id, patch).catch(
      async (error: unknown) => {
        throw await withNameOwner(client, error, declared, run);
      },
    );
    verifyConnector(connector, declared, changesOf(state, declared, changed));
    const known = patch.config === undefined ? state : signature;
    return { ...outputs, ...(await signatureOf(client, id, outputs.config, known)) };
  },

  async delete(client, id, state) {
    const connector = isPending(id) ? await findPending(client, connectorIn(state)) : { id };
    if (connector !== undefined) await client.deleteConnector(connector.id);
  },

  replacedBy: (id) => (isPending(id) ? "connectorName" : undefined),
};

/** The connector in the state of a pending create, which holds all of it. */
function connectorIn(state: Partial<Connector>): Connector {
  return state as Connector;
}

/** Makes Logto sign the requests of a new connector, if that is declared. */
async function sign(
  client: LogtoClient,
  connector: ApiConnector,
  { config }: Connector,
): Promise<{ connector: ApiConnector; signature: Signature }> {
  if (config === undefined || !isSigned(config) || isSigned(connector.config)) {
    return { connector, signature: await signatureOf(client, connector.id, config) };
  }
  const known = toState(connector, config).config ?? {};
  return updateConnector(client, connector.id, {
    config: updatedConfig(connector.config ?? {}, known, config),
  });
}

/** The properties that an update requests; of a config, only the keys that the program changed. */
function changesOf(
  { config: known = {} }: Partial<Connector>,
  declared: Connector,
  changed: readonly (keyof Connector)[],
): Partial<Connector> {
  const { config = {} } = declared;
  return Object.fromEntries(
    changed.map((key) => [
      key,
      key === "config"
        ? Object.fromEntries(changedKeys(known, config).map((inner) => [inner, config[inner]]))
        : declared[key],
    ]),
  );
}

/** @throws IncompleteError if Logto ignored something */
function verifyConnector(
  connector: ApiConnector,
  { connectorName, config }: Connector,
  requested: Partial<Connector>,
): void {
  const subject = `SSO connector ${quote(connectorName)} (${connector.id})`;
  verifyApplied(subject, connector.id, requested, { ...toState(connector, config) });
}

/** Adds to the error of an update that was rejected for its name who has it. */
async function withNameOwner(
  client: LogtoClient,
  error: unknown,
  { connectorName }: Connector,
  run: Run,
): Promise<unknown> {
  if (!hasCode(error, "single_sign_on.duplicate_connector_name")) return error;
  const connector = await client.findTakenConnector(connectorName).catch(() => undefined);
  if (connector === undefined) return error;
  run.objects.recordSeen(connector.id);
  return error.withMessage(
    `${error.method} ${error.path}: the name ${quote(connectorName)} belongs to the connector ${connector.id}. If another ` +
      "resource of this program gives up the name in the same update, run `pulumi up` again; to swap two names, or to take that of " +
      "a resource that is removed from the program, which is deleted last, give this one a third name first. Otherwise choose " +
      "another connectorName, or rename or delete that connector in Logto.",
  );
}
