/** `SsoConnector`: Pulumi's calls, told by the rules of a connector and the calls of the client. */
import {
  changedFields,
  type Connector,
  connectorOf,
  isSigned,
  missingPaths,
  normalise,
  type Values,
} from "../connector/connector";
import { changedKeys, updatedConfig } from "../connector/configUpdate";
import { patchOf, type Row, type State, stateOf } from "../connector/row";
import { validate } from "../connector/validate";
import type { LogtoClient } from "../logto/client";
import { LogtoError } from "../logto/errors";
import { quote } from "../untrustedText";
import { droppedMessage, hideConfig } from "./config";
import { createOnce } from "./createOnce";
import { IncompleteError, type ResourceLifecycle, type Run } from "./lifecycle";
import { liveConfig } from "./liveConfig";
import { findPending, isPending, pendingId } from "./pending";
import { change, type Signature, signatureOf } from "./signing";
import { notFound, type Subject, told } from "./telling";

export const ssoConnectorLifecycle: ResourceLifecycle = {
  check(inputs) {
    const failures = validate(inputs);
    return { inputs: failures.length > 0 ? inputs : { ...normalise(inputs) }, failures };
  },

  diff(id, outputs, inputs) {
    // Only a new resource gets an ID, so what became of the last attempt is cleared away first.
    if (isPending(id)) return { changes: true, replaces: ["connectorName"], deleteBeforeReplace: true };
    const changed = changedFields(load(outputs), inputs);
    const released = outputs.config !== undefined && inputs.config === undefined;
    if (changed.length === 0 && !released) return { changes: false };
    // Without `changes`, the engine compares the inputs by itself, and so names each path.
    if (!changed.includes("providerName")) return {};
    // The name is unique in Logto, so the old connector must go before the new one can come.
    return { replaces: ["providerName"], deleteBeforeReplace: true };
  },

  async create(client, inputs, run) {
    const connector = connectorOf(inputs);
    const adopt = inputs.adopt === true ? "any" : client.settings.adopt;
    const { row, adopted } = await createOnce(client, connector, adopt, run).catch((error: unknown) => {
      const telling = told(error, "create", subject(connector));
      if (!(error instanceof LogtoError && error.outcome === "unknown")) throw telling;
      throw new IncompleteError((telling as Error).message, pendingId(connector), { ...connector });
    });
    const { id } = row;
    const created = await sign(client, row, connector).catch((error: unknown) => {
      const { message } = told(error, "finish", subject(connector, id)) as Error;
      throw new IncompleteError(
        `${message} The connector is created and recorded; the next \`pulumi up\` goes on from here.`,
        id,
        { ...stateOf(row, connector.config) },
      );
    });
    verify("create", created.row, connector, connector);
    return { id, adopted, outputs: { ...stateOf(created.row, connector.config), ...created.signature } };
  },

  async read(client, id, outputs) {
    const current = outputs && load(outputs);
    const lookUp =
      current !== undefined && isPending(id)
        ? findPending(client, connectorOf({ ...current }))
        : client.readConnector(id);
    const row = await lookUp.catch((error: unknown) => {
      throw told(error, "read", subject(current, id));
    });
    if (row === undefined && outputs === undefined) {
      throw notFound(`/api/sso-connectors/${id}`, `SSO connector with the ID ${JSON.stringify(id)}`);
    }
    if (row === undefined) return undefined;
    const state = stateOf(row, current === undefined ? "all" : current.config);
    const signature = await signatureOf(client, row.id, state.config).catch((error: unknown) => {
      throw told(error, "read", subject(current, id));
    });
    return {
      id: row.id,
      inputs: { ...connectorOf({ ...state }) },
      outputs: { ...state, ...signature },
    };
  },

  async update(client, id, outputs, inputs, run) {
    const [current, connector] = [load(outputs), connectorOf(inputs)];
    const { config, signingCertificate, ...rest } = current;
    // What the program left alone stays as the state knows it: what else is otherwise in Logto is for a refresh to tell.
    const state: State = { ...rest, ...connector };
    const changed = changedFields(current, connector);
    const failed = async (error: unknown) => {
      throw told(await nameTaken(client, error, connector, run), "update", subject(connector, id));
    };
    if (changed.length === 0) {
      return { ...state, ...(await signatureOf(client, id, state.config, current).catch(failed)) };
    }
    const live = changed.includes("config") ? await liveConfig(client, id, run) : undefined;
    const patch = patchOf(current, connector, live ?? config);
    const { row, signature } = await change(client, id, patch).catch(failed);
    verify("update", row, connector, changesOf(current, connector, changed));
    const known = patch.config === undefined ? current : signature;
    return { ...state, ...(await signatureOf(client, id, state.config, known).catch(failed)) };
  },

  async delete(client, id, outputs) {
    const remove = async () => {
      if (!isPending(id)) return client.deleteConnector(id);
      const row = await findPending(client, connectorOf(outputs));
      if (row !== undefined) await client.deleteConnector(row.id);
    };
    await remove().catch((error: unknown) => {
      throw told(error, "delete", subject(connectorOf(outputs), id));
    });
  },

  hide: hideConfig,

  subject: (id, properties) => subject(connectorOf(properties), id),
};

/** Makes Logto sign the requests of a created connector, where that is declared and not so yet. */
async function sign(
  client: LogtoClient,
  row: Row,
  { config }: Connector,
): Promise<{ row: Row; signature: Signature }> {
  if (config === undefined || !isSigned(config) || isSigned(row.config)) {
    return { row, signature: await signatureOf(client, row.id, config) };
  }
  const known = stateOf(row, config).config ?? {};
  return change(client, row.id, { config: updatedConfig(row.config ?? {}, known, config) });
}

/** What an update asks for: of a config, only the keys that the program changed. */
function changesOf(
  { config: known = {} }: Partial<Connector>,
  connector: Connector,
  changed: readonly (keyof Connector)[],
): Partial<Connector> {
  const { config = {} } = connector;
  const keys = changedKeys(known, config);
  return Object.fromEntries(
    changed.map((key) => [
      key,
      key === "config" ? Object.fromEntries(keys.map((inner) => [inner, config[inner]])) : connector[key],
    ]),
  );
}

/**
 * Holds Logto's answer against what was asked for: Logto drops without a word what it does not know.
 *
 * @throws IncompleteError
 */
function verify(
  done: "create" | "update",
  row: Row,
  { connectorName, config }: Connector,
  asked: Partial<Connector>,
): void {
  const state = stateOf(row, config);
  const missing = missingPaths(asked, state);
  if (missing.length === 0) return;
  throw new IncompleteError(
    droppedMessage(done, `SSO connector ${quote(connectorName)} (${row.id})`, missing),
    row.id,
    { ...state },
  );
}

/** Of an update that was refused for its name: who has it. */
async function nameTaken(client: LogtoClient, error: unknown, { connectorName }: Connector, run: Run) {
  if (!(error instanceof LogtoError) || error.code !== "single_sign_on.duplicate_connector_name")
    return error;
  const row = await client.findTakenConnector(connectorName).catch(() => undefined);
  if (row === undefined) return error;
  run.confirm(row.id);
  return error.saying(
    `${error.method} ${error.path}: the name ${quote(connectorName)} belongs to the connector ${row.id}. If another ` +
      "resource of this program gives the name up at the same time, run `pulumi up` again; to swap two names, give one of the " +
      "two a third name first. Otherwise choose another connectorName, or rename or delete that connector in Logto.",
  );
}

/** What the state holds of a connector. Normalised again: an older version of this package may have written it. */
function load(outputs: Values): State & Signature {
  const { undeclaredConfig, ...state } = outputs;
  return normalise(state) as State & Signature;
}

function subject({ connectorName, config }: Partial<Connector> = {}, id?: string): Subject {
  return { kind: "SSO connector", name: connectorName, id, config };
}
