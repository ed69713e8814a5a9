/** `SsoConnector`: Pulumi's calls, told by the rules of a connector and the calls of the client. */
import {
  changedFields,
  type Connector,
  connectorKeys,
  connectorOf,
  missingPaths,
  normalise,
  unknown,
  type Values,
} from "../connector/connector";
import { isSecretConfigKey } from "../connector/fields";
import { patchOf, type Row, type State, stateOf } from "../connector/row";
import { validate } from "../connector/validate";
import { LogtoError } from "../logto/errors";
import { tokenPath } from "../logto/token";
import { createOnce } from "./createOnce";
import { IncompleteError, type Lifecycle } from "./host";
import { findPending, isPending, pendingId } from "./pending";

export const ssoConnectorLifecycle: Lifecycle = {
  check(inputs) {
    const failures = validate(inputs).map((failure) => ({
      ...failure,
      property: unprinted(failure.property),
    }));
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
    const row = await createOnce(client, connector, adopt).catch((error: unknown) => {
      const telling = told(error, "create", connector);
      if (!(error instanceof LogtoError && error.maybeDone)) throw telling;
      throw new IncompleteError((telling as Error).message, pendingId(connector), { ...connector });
    });
    return { id: row.id, outputs: { ...accept("create", row, connectorKeys, connector) } };
  },

  async read(client, id, outputs) {
    const current = outputs && load(outputs);
    const lookUp =
      current !== undefined && isPending(id)
        ? findPending(client, connectorOf({ ...current }))
        : client.readConnector(id);
    const row = await lookUp.catch((error: unknown) => {
      throw told(error, "read", current, id);
    });
    if (row === undefined && outputs === undefined) {
      throw new LogtoError(
        { method: "GET", path: `/api/sso-connectors/${id}` },
        { code: "not-found", message: `Logto has no SSO connector with the ID ${JSON.stringify(id)}.` },
      );
    }
    if (row === undefined) return undefined;
    const state = stateOf(row, current === undefined ? "all" : current.config);
    return { id: row.id, inputs: { ...connectorOf({ ...state }) }, outputs: { ...state } };
  },

  async update(client, id, outputs, inputs) {
    const connector = connectorOf(inputs);
    const current = load(outputs);
    const patch = patchOf(current, connector);
    const changed = Object.keys(patch) as (keyof Connector)[];
    if (changed.length === 0) return { ...released(current), ...connector };
    const row = await client.updateConnector(id, patch).catch((error: unknown) => {
      throw told(error, "update", connector, id);
    });
    return { ...accept("update", row, changed, connector) };
  },

  async delete(client, id, outputs) {
    const remove = async () => {
      if (!isPending(id)) return client.deleteConnector(id);
      const row = await findPending(client, connectorOf(outputs));
      if (row !== undefined) await client.deleteConnector(row.id);
    };
    await remove().catch((error: unknown) => {
      throw told(error, "delete", outputs, id);
    });
  },

  hide(properties, secret) {
    const hideAll = (group: unknown) =>
      typeof group !== "object" || group === null
        ? group
        : Object.fromEntries(
            Object.entries(group).map(([key, value]) => [
              key,
              isSecretConfigKey(key) ? secret(value) : value,
            ]),
          );
    const { config, undeclaredConfig, ...rest } = properties;
    return {
      ...rest,
      ...(config === undefined ? {} : { config: config === unknown ? config : hideAll(config) }),
      ...(undeclaredConfig === undefined ? {} : { undeclaredConfig: hideAll(undeclaredConfig) }),
    };
  },
};

/**
 * The engine prints the value of a failure's property where it finds it among the inputs, in clear (measured on CLI
 * 3.259). This other spelling of the same property path it does not find.
 */
function unprinted(property: string): string {
  return property === "config" || property === "extraConfig" ? `["${property}"]` : property;
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
  const name = JSON.stringify(declared.connectorName);
  throw new IncompleteError(
    `Logto took the ${done} of SSO connector ${name} (${row.id}), but does not hold what was sent in ` +
      `${missing.join(", ")}. This Logto may be too old to know it: take it out, or upgrade Logto.`,
    row.id,
    { ...state },
  );
}

/** What the state holds of a connector. Normalised again: an older version of this package may have written it. */
function load(outputs: Values): State {
  return normalise(outputs) as State;
}

/** The config was only taken out of the code: there is nothing to send, and Logto keeps it. */
function released({ config, undeclaredConfig, ...rest }: State): State {
  return rest;
}

/** The same error, begun with what was attempted on which connector, and ended with what else there is to know. */
function told(error: unknown, attempt: string, connector: Partial<Connector> = {}, id?: string): unknown {
  // A failed sign-in concerns no connector: it reads the same for all of them.
  if (!(error instanceof LogtoError) || error.path === tokenPath) return error;
  const { connectorName, config } = connector;
  const name = [
    connectorName === undefined ? "" : JSON.stringify(connectorName),
    id === undefined ? "" : `(${id})`,
  ];
  const write = attempt === "create" || attempt === "update";
  return error.saying(
    [
      `Could not ${attempt} SSO connector ${name.filter((part) => part !== "").join(" ")}: ${error.message}`,
      error.code === "timeout" && config !== undefined
        ? `Logto waits without end for an identity provider that does not answer: see whether ${identityProviderOf(config)} does.`
        : "",
      error.maybeDone && write
        ? "Logto may have made the change all the same: run `pulumi up --refresh` to go on."
        : "",
    ]
      .filter((sentence) => sentence !== "")
      .join(" "),
  );
}

/** What Logto contacts for a config. */
function identityProviderOf({ issuer, metadataUrl }: Values): string {
  const address = issuer ?? metadataUrl;
  return typeof address === "string" ? address : "the one of its config";
}
