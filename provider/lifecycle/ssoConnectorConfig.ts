/** `SsoConnectorConfig`: the config of a connector as a resource of its own. Its ID is the connector's. */
import { isDeepStrictEqual } from "node:util";
import { missingPaths, normaliseFields, type Values } from "../connector/connector";
import { ssoConnectorConfigFields } from "../connector/fields";
import { changedKeys, updatedConfig } from "../connector/configUpdate";
import { type Row, stateOf } from "../connector/row";
import { validateConfig } from "../connector/validate";
import type { LogtoClient } from "../logto/client";
import { LogtoError } from "../logto/errors";
import { quote } from "../untrustedText";
import { droppedMessage, hideConfig } from "./config";
import { IncompleteError, type ResourceLifecycle } from "./lifecycle";
import { liveConfig } from "./liveConfig";
import { change, type Signature, signatureOf } from "./signing";
import { notFound, type Subject, told } from "./telling";

interface Declared {
  readonly connectorId: string;
  readonly providerName: string;
  readonly config: Values;
  readonly adopt?: boolean;
}
type State = Omit<Declared, "config" | "adopt"> & { readonly config?: Values } & Signature;

export const ssoConnectorConfigLifecycle: ResourceLifecycle = {
  check(inputs) {
    const failures = validateConfig(inputs);
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

  async create(client, inputs, run) {
    const declared = declaredOf(inputs);
    const { connectorId, providerName, config } = declared;
    const failed = (error: unknown) => told(error, "create", subject(declared));
    const row = await client.getConnector(connectorId).catch((error: unknown) => {
      throw failed(error);
    });
    if (row === undefined) throw failed(noConnector(connectorId));
    if (row.providerName !== providerName) throw failed(otherProvider(row, providerName));
    const known = stateOf(row, config).config;
    const isSame = isDeepStrictEqual(known, config);
    const mayReplace = declared.adopt === true || run.isReplaced(connectorId);
    if (known !== undefined && !isSame && !mayReplace) {
      throw failed(otherConfig(row, differences(config, known)));
    }
    const outputs = await (
      isSame ? stateWith(client, declared) : send(client, "create", declared, known ?? {}, row.config)
    ).catch((error: unknown) => {
      const telling = failed(error);
      if (!(error instanceof LogtoError && error.outcome === "unknown")) throw telling;
      // Recorded with what was there before, so that the next run sends it again.
      const before = { connectorId, providerName, ...(known === undefined ? {} : { config: known }) };
      throw new IncompleteError((telling as Error).message, connectorId, before);
    });
    return { id: connectorId, outputs };
  },

  async read(client, id, outputs) {
    const current = outputs && load(outputs);
    const failed = (error: unknown) => {
      throw told(error, "read", subject({ ...current, connectorId: id }));
    };
    const row = await client.readConnector(id).catch(failed);
    const config = row && stateOf(row, current === undefined ? "all" : (current.config ?? {})).config;
    // Logto can't clear a config: without one, it is another connector's row, or the config never got there.
    if (row === undefined || config === undefined) {
      if (outputs !== undefined) return undefined;
      const what = row === undefined ? "SSO connector" : "config of the SSO connector";
      throw notFound(`/api/sso-connectors/${id}`, `${what} with the ID ${quote(id)}`);
    }
    const inputs = { connectorId: id, providerName: row.providerName, config };
    return { id, inputs, outputs: { ...inputs, ...(await signatureOf(client, id, config).catch(failed)) } };
  },

  async update(client, id, outputs, inputs, run) {
    const [current, declared] = [load(outputs), declaredOf(inputs)];
    const changed = !isDeepStrictEqual(current.config, declared.config);
    const live = changed ? await liveConfig(client, id, run) : undefined;
    return (
      changed
        ? send(client, "update", declared, current.config ?? {}, live ?? current.config)
        : stateWith(client, declared, current)
    ).catch((error: unknown) => {
      throw told(error, "update", subject(declared));
    });
  },

  delete: () => Promise.resolve(),

  remains:
    "The config of an SSO connector stays in Logto, which can't clear one, when its SsoConnectorConfig is deleted and the connector is not.",

  hide: hideConfig,

  subject: (_id, properties) => subject(properties),
};

/** Sends the keys of a config that differ from what is known of it, and holds Logto's answer against them. */
async function send(
  client: LogtoClient,
  done: "create" | "update",
  declared: Declared,
  known: Values,
  live: Values = {},
): Promise<Values> {
  const { connectorId, config } = declared;
  const sent = updatedConfig(live, known, config);
  const { row, signature } = await change(client, connectorId, { config: sent });
  const changed = changedKeys(known, config);
  const asked = Object.fromEntries(changed.map((key) => [key, config[key]]));
  const missing = missingPaths({ config: asked }, { config: stateOf(row, config).config ?? {} });
  const state = await stateWith(client, declared, signature);
  if (missing.length === 0) return state;
  throw new IncompleteError(
    droppedMessage(done, `the config of SSO connector ${connectorId}`, missing),
    connectorId,
    { ...state, config: stateOf(row, config).config ?? {} },
  );
}

async function stateWith(
  client: LogtoClient,
  { connectorId, providerName, config }: Declared,
  known?: Signature,
): Promise<Values> {
  return { connectorId, providerName, config, ...(await signatureOf(client, connectorId, config, known)) };
}

/** Normalised again: an older version of this package may have written it. */
function load(outputs: Values): State {
  const { undeclaredConfig, ...state } = outputs;
  return normaliseFields(ssoConnectorConfigFields, state) as unknown as State;
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
    `SSO connector with the ID ${quote(connectorId)}. ` +
      "Where it is in another tenant, this resource needs the connector's own option `provider`",
  );
}

function otherProvider({ id, connectorName, providerName }: Row, declared: string): LogtoError {
  return new LogtoError(
    { method: "GET", path: `/api/sso-connectors/${id}` },
    {
      code: "other-config",
      message:
        `the connector ${quote(connectorName)} is of the provider ${providerName}, not ${declared}. ` +
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
        `the connector ${quote(connectorName)} has another config already${where}. ` +
        "If this stack declares it as a resource that was renamed or moved, give the new one the option " +
        "`aliases: [{ name: OLD_NAME }]`. If the SsoConnector declares a config itself, take one of the two out of the " +
        "program. To replace it by what is declared, write `adopt: true,` beside connectorId.",
    },
  );
}
