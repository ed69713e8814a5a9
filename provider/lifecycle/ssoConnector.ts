/** `SsoConnector`: the calls of the API for each of Pulumi's. */
import { type ApiConnector, isSigned, patchOf, toState } from "../connector/apiConnector";
import type { Connector } from "../connector/canonical";
import { changedKeys, changedProperties, unmetPaths } from "../connector/compare";
import { updatedConfig } from "../connector/configUpdate";
import { connectorInputs, type Resources } from "../connector/resources";
import type { LogtoClient } from "../logto/client";
import { LogtoError } from "../logto/errors";
import { quote } from "../untrustedText";
import { createConnector } from "./createConnector";
import { ignoredMessage } from "./errorContext";
import { IncompleteError } from "./results";
import { liveConfig } from "./liveConfig";
import { findPending, isPending, pendingId } from "./pendingCreate";
import { type Signature, signatureOf, updateConnector } from "./signing";
import type { Run, Verbs } from "./tableLifecycle";

export const ssoConnector: Verbs<Resources["ssoConnector"]> = {
  async create(client, connector, run, adopt) {
    const mode = adopt ? "any" : client.settings.adopt;
    const { row, adopted } = await createConnector(client, connector, mode, run).catch((error: unknown) => {
      if (!(error instanceof LogtoError && error.outcome === "unknown")) throw error;
      throw new IncompleteError(error, pendingId(connector), { ...connector });
    });
    run.session.createdConnector(client);
    const { id } = row;
    const created = await sign(client, row, connector).catch((error: unknown) => {
      if (!(error instanceof LogtoError)) throw error;
      const next = `The connector is created (${id}) and recorded; the next \`pulumi up\` continues from here.`;
      const outputs = { ...toState(row, connector.config) };
      throw new IncompleteError(error.withMessage(`${error.message} ${next}`), id, outputs);
    });
    verifyApplied(created.row, connector, connector);
    return { id, adopted, outputs: { ...toState(created.row, connector.config), ...created.signature } };
  },

  async read(client, id, state) {
    const row =
      state !== undefined && isPending(id)
        ? await findPending(client, connectorIn(state))
        : await client.readConnector(id);
    if (row === undefined) return undefined;
    const found = toState(row, state === undefined ? "all" : state.config);
    return { id: row.id, outputs: { ...found, ...(await signatureOf(client, row.id, found.config)) } };
  },

  async update(client, id, current, connector, run) {
    const { config, signingCertificate, ...rest } = current;
    // What the program left alone stays as the state has it: a refresh reports what else differs in Logto.
    const state = { ...rest, ...connector };
    const changed = changedProperties(connectorInputs, current, connector);
    if (changed.length === 0) return { ...state, ...(await signatureOf(client, id, state.config, current)) };
    const live = changed.includes("config") ? await liveConfig(client, id, run) : undefined;
    const patch = patchOf(current, connector, live ?? config);
    const { row, signature } = await updateConnector(client, id, patch).catch(async (error: unknown) => {
      throw await withNameOwner(client, error, connector, run);
    });
    verifyApplied(row, connector, changesOf(current, connector, changed));
    const known = patch.config === undefined ? current : signature;
    return { ...state, ...(await signatureOf(client, id, state.config, known)) };
  },

  async delete(client, id, state) {
    const row = isPending(id) ? await findPending(client, connectorIn(state)) : { id };
    if (row !== undefined) await client.deleteConnector(row.id);
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
  row: ApiConnector,
  { config }: Connector,
): Promise<{ row: ApiConnector; signature: Signature }> {
  if (config === undefined || !isSigned(config) || isSigned(row.config)) {
    return { row, signature: await signatureOf(client, row.id, config) };
  }
  const known = toState(row, config).config ?? {};
  return updateConnector(client, row.id, { config: updatedConfig(row.config ?? {}, known, config) });
}

/** The properties that an update requests; of a config, only the keys that the program changed. */
function changesOf(
  { config: known = {} }: Partial<Connector>,
  connector: Connector,
  changed: readonly (keyof Connector)[],
): Partial<Connector> {
  const { config = {} } = connector;
  return Object.fromEntries(
    changed.map((key) => [
      key,
      key === "config"
        ? Object.fromEntries(changedKeys(known, config).map((inner) => [inner, config[inner]]))
        : connector[key],
    ]),
  );
}

/**
 * Compares Logto's answer with what was requested, since Logto silently ignores what it does not know.
 *
 * @throws IncompleteError
 */
function verifyApplied(
  row: ApiConnector,
  { connectorName, config }: Connector,
  requested: Partial<Connector>,
): void {
  const state = { ...toState(row, config) };
  const ignored = unmetPaths(requested, state);
  if (ignored.length === 0) return;
  const subject = `SSO connector ${quote(connectorName)} (${row.id})`;
  throw new IncompleteError(ignoredMessage(subject, ignored), row.id, state);
}

/** Adds to the error of an update that was rejected for its name who has it. */
async function withNameOwner(
  client: LogtoClient,
  error: unknown,
  { connectorName }: Connector,
  run: Run,
): Promise<unknown> {
  if (!(error instanceof LogtoError) || error.code !== "single_sign_on.duplicate_connector_name")
    return error;
  const row = await client.findTakenConnector(connectorName).catch(() => undefined);
  if (row === undefined) return error;
  run.objects.recordSeen(row.id);
  return error.withMessage(
    `${error.method} ${error.path}: the name ${quote(connectorName)} belongs to the connector ${row.id}. If another ` +
      "resource of this program gives up the name in the same update, run `pulumi up` again; to swap two names, give one of " +
      "them a third name first. Otherwise choose another connectorName, or rename or delete that connector in Logto.",
  );
}
