/** `SsoConnectorConfig`: the config of a connector as a resource of its own. Its ID is the connector's. */
import { isDeepStrictEqual } from "node:util";
import { missingPaths, normaliseFields, type Values } from "../connector/connector";
import { ssoConnectorConfigFields } from "../connector/fields";
import { type ConfigState, type Row, stateOf, wholeConfig } from "../connector/row";
import { validateConfig } from "../connector/validate";
import type { LogtoClient } from "../logto/client";
import { LogtoError } from "../logto/errors";
import { droppedMessage, hideConfig, unprinted } from "./config";
import { IncompleteError, type Lifecycle } from "./host";
import { change, type Signature, signatureOf } from "./signing";
import { notFound, type Subject, told } from "./telling";

interface Declared {
  readonly connectorId: string;
  readonly providerName: string;
  readonly config: Values;
  readonly adopt?: boolean;
}
type State = Omit<Declared, "config" | "adopt"> & ConfigState & Signature;

export const ssoConnectorConfigLifecycle: Lifecycle = {
  check(inputs) {
    const failures = unprinted(validateConfig(inputs));
    return {
      inputs: failures.length > 0 ? inputs : normaliseFields(ssoConnectorConfigFields, inputs),
      failures,
    };
  },

  diff(_id, outputs, inputs) {
    const [current, { connectorId, providerName, config }] = [load(outputs), declaredOf(inputs)];
    const replaces = [
      ...(connectorId === current.connectorId ? [] : ["connectorId"]),
      ...(providerName === current.providerName ? [] : ["providerName"]),
    ];
    if (replaces.length > 0) return { replaces };
    return isDeepStrictEqual(current.config, config) ? { changes: false } : {};
  },

  async create(client, inputs) {
    const declared = declaredOf(inputs);
    const { connectorId, providerName } = declared;
    const failed = (error: unknown) => told(error, "create", subject(declared));
    const row = await client.getConnector(connectorId).catch((error: unknown) => {
      throw failed(error);
    });
    if (row === undefined) throw failed(noConnector(connectorId));
    const current = configOf(row, declared.config);
    if (row.providerName !== providerName) throw failed(otherProvider(row, providerName));
    const isSame = isDeepStrictEqual(current.config, declared.config);
    if (current.config !== undefined && !isSame && declared.adopt !== true) {
      throw failed(otherConfig(row, differences(declared.config, current.config)));
    }
    const outputs = isSame
      ? await stateWith(client, declared, row).catch((error: unknown) => {
          throw failed(error);
        })
      : await send(client, "create", declared, current).catch((error: unknown) => {
          const telling = failed(error);
          if (!(error instanceof LogtoError && error.outcome === "unknown")) throw telling;
          // Recorded with what was there before, so that the next run sends it again.
          const before = { connectorId, providerName, ...current };
          throw new IncompleteError((telling as Error).message, connectorId, before);
        });
    return { id: connectorId, outputs: { ...outputs } };
  },

  async read(client, id, outputs) {
    const current = outputs && load(outputs);
    const failed = (error: unknown) => {
      throw told(error, "read", subject({ ...current, connectorId: id }));
    };
    const row = await client.readConnector(id).catch(failed);
    const state = row && configOf(row, current === undefined ? "all" : (current.config ?? {}));
    // Logto can't clear a config: without one, it is another connector's row, or the config never got there.
    if (row === undefined || state?.config === undefined) {
      if (outputs !== undefined) return undefined;
      const what = row === undefined ? "SSO connector" : "config of the SSO connector";
      throw notFound(`/api/sso-connectors/${id}`, `${what} with the ID ${JSON.stringify(id)}`);
    }
    const { providerName } = row;
    const inputs = { connectorId: id, providerName, config: state.config };
    const signature = await signatureOf(client, id, state.config).catch(failed);
    return { id, inputs, outputs: { ...inputs, ...state, ...signature } };
  },

  async update(client, _id, outputs, inputs) {
    const [current, declared] = [load(outputs), declaredOf(inputs)];
    if (isDeepStrictEqual(current.config, declared.config)) return { ...current };
    return send(client, "update", declared, current).catch((error: unknown) => {
      throw told(error, "update", subject(declared));
    });
  },

  /** Logto can't clear a config. */
  delete(_client, id) {
    if (!toldOfRest) {
      toldOfRest = true;
      process.stdout.write(
        `The config of SSO connector ${id} stays in Logto, which can't clear one; so does that of any other connector whose SsoConnectorConfig is deleted.\n`,
      );
    }
    return Promise.resolve();
  },

  hide: hideConfig,
};

let toldOfRest = false;

/** Sends a config whole, and holds Logto's answer against it. */
async function send(
  client: LogtoClient,
  done: "create" | "update",
  declared: Declared,
  current: ConfigState,
): Promise<Values> {
  const { connectorId, config } = declared;
  const { row, signature } = await change(client, connectorId, { config: wholeConfig(current, config) });
  const state = await stateWith(client, declared, row, signature);
  const missing = missingPaths({ config }, configOf(row, config));
  if (missing.length === 0) return state;
  throw new IncompleteError(
    droppedMessage(done, `the config of SSO connector ${connectorId}`, missing),
    connectorId,
    state,
  );
}

async function stateWith(
  client: LogtoClient,
  { connectorId, providerName, config }: Declared,
  row: Row,
  known?: Signature,
): Promise<Values> {
  const state = configOf(row, config);
  return {
    connectorId,
    providerName,
    ...state,
    ...(await signatureOf(client, connectorId, state.config, known)),
  };
}

function configOf(row: Row, declared: Values | "all"): ConfigState {
  const { config, undeclaredConfig } = stateOf(row, declared);
  return {
    ...(config === undefined ? {} : { config }),
    ...(undeclaredConfig === undefined ? {} : { undeclaredConfig }),
  };
}

/** Normalised again: an older version of this package may have written it. */
function load(outputs: Values): State {
  return normaliseFields(ssoConnectorConfigFields, outputs) as unknown as State;
}

function declaredOf(inputs: Values): Declared {
  return inputs as unknown as Declared;
}

function subject({ connectorId, config }: Partial<Declared>): Subject {
  return { kind: "the config of SSO connector", id: connectorId, config };
}

/** Paths, whichever side has what is there. */
function differences(declared: Values, current: Values): string[] {
  const [one, other] = [{ config: declared }, { config: current }];
  return [...new Set([...missingPaths(one, other), ...missingPaths(other, one)])].sort();
}

function noConnector(connectorId: string): LogtoError {
  return notFound(
    `/api/sso-connectors/${connectorId}`,
    `SSO connector with the ID ${JSON.stringify(connectorId)}. ` +
      "Where it is in another tenant, this resource needs the connector's own option `provider`",
  );
}

function otherProvider({ id, connectorName, providerName }: Row, declared: string): LogtoError {
  return new LogtoError(
    { method: "GET", path: `/api/sso-connectors/${id}` },
    {
      code: "other-config",
      message:
        `the connector ${JSON.stringify(connectorName)} is of the provider ${providerName}, not ${declared}. ` +
        "Give both resources the same providerName.",
    },
  );
}

function otherConfig({ id, connectorName }: Row, different: readonly string[]): LogtoError {
  const where = different.length > 0 ? `, which differs in ${different.join(", ")}` : "";
  return new LogtoError(
    { method: "GET", path: `/api/sso-connectors/${id}` },
    {
      code: "other-config",
      message:
        `the connector ${JSON.stringify(connectorName)} has another config already${where}. ` +
        "To replace it by what is declared, write `adopt: true,` beside connectorId. If the SsoConnector declares a " +
        "config itself, take one of the two out of the program.",
    },
  );
}
