/** `SsoConnector`: Pulumi's calls, told by the rules of a connector and the calls of the client. */
import {
  changedFields,
  type Connector,
  connectorKeys,
  connectorOf,
  isSigned,
  missingPaths,
  normalise,
  type Values,
} from "../connector/connector";
import { patchOf, type Row, type State, stateOf, wholeConfig } from "../connector/row";
import { validate } from "../connector/validate";
import type { LogtoClient } from "../logto/client";
import { LogtoError } from "../logto/errors";
import { droppedMessage, hideConfig, unprinted } from "./config";
import { createOnce } from "./createOnce";
import { IncompleteError, type Lifecycle } from "./host";
import { findPending, isPending, pendingId } from "./pending";
import { change, type Signature, signatureOf } from "./signing";
import { notFound, type Subject, told } from "./telling";

export const ssoConnectorLifecycle: Lifecycle = {
  check(inputs) {
    const failures = unprinted(validate(inputs));
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

  async create(client, inputs) {
    const connector = connectorOf(inputs);
    const adopt = inputs.adopt === true ? "any" : client.settings.adopt;
    const created = await createOnce(client, connector, adopt).catch((error: unknown) => {
      const telling = told(error, "create", subject(connector));
      if (!(error instanceof LogtoError && error.outcome === "unknown")) throw telling;
      throw new IncompleteError((telling as Error).message, pendingId(connector), { ...connector });
    });
    const { id } = created;
    const { row, signature } = await sign(client, created, connector).catch((error: unknown) => {
      const { message } = told(error, "finish", subject(connector, id)) as Error;
      throw new IncompleteError(
        `${message} The connector is created and recorded; the next \`pulumi up\` goes on from here.`,
        id,
        { ...stateOf(created, connector.config) },
      );
    });
    return { id, outputs: { ...accept("create", row, connectorKeys, connector), ...signature } };
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

  async update(client, id, outputs, inputs) {
    const connector = connectorOf(inputs);
    const current = load(outputs);
    const patch = patchOf(current, connector);
    const changed = Object.keys(patch) as (keyof Connector)[];
    if (changed.length === 0) return { ...released(current), ...connector };
    const failed = (error: unknown) => {
      throw told(error, "update", subject(connector, id));
    };
    const { row, signature } = await change(client, id, patch).catch(failed);
    const state = accept("update", row, changed, connector);
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
  return change(client, row.id, { config: wholeConfig(stateOf(row, config), config) });
}

/** Holds Logto's answer against what was sent: Logto drops without a word what it does not know. */
function accept(
  done: "create" | "update",
  row: Row,
  sent: readonly (keyof Connector)[],
  declared: Connector,
): State {
  const state = stateOf(row, declared.config);
  const missing = missingPaths(Object.fromEntries(sent.map((key) => [key, declared[key]])), state);
  if (missing.length === 0) return state;
  const { connectorName } = declared;
  throw new IncompleteError(
    droppedMessage(done, `SSO connector ${JSON.stringify(connectorName)} (${row.id})`, missing),
    row.id,
    { ...state },
  );
}

/** What the state holds of a connector. Normalised again: an older version of this package may have written it. */
function load(outputs: Values): State & Signature {
  return normalise(outputs) as State & Signature;
}

/** The config was only taken out of the code: there is nothing to send, and Logto keeps it. */
function released({ config, undeclaredConfig, signingCertificate, ...rest }: State & Signature): State {
  return rest;
}

function subject({ connectorName, config }: Partial<Connector> = {}, id?: string): Subject {
  return { kind: "SSO connector", name: connectorName, id, config };
}
