/** `SsoConnectorConfig`: the config of a connector as a resource of its own. Its ID is the connector's. */
import { isDeepStrictEqual } from "node:util";
import { type ApiConnector, toState } from "../connector/apiConnector";
import type { Canonical } from "../connector/canonical";
import type { Values } from "../values";
import { changedKeys, differingPaths } from "../connector/compare";
import { updatedConfig } from "../connector/configUpdate";
import { withoutExposed } from "../connector/exposedSecret";
import type { connectorConfigInputs, Resources } from "../connector/resources";
import type { LogtoClient } from "../logto/client";
import { LogtoError } from "../logto/errors";
import { quote } from "../untrustedText";
import { notFound, rejection } from "./errorContext";
import { IncompleteError } from "./results";
import { readConfig } from "./readConfig";
import { readSignature, type Signature, signatureOf, updateConnector } from "./signing";
import type { Verbs } from "./tableLifecycle";
import { verifyApplied } from "./verifyApplied";

type Declared = Canonical<typeof connectorConfigInputs>;

export const ssoConnectorConfig: Verbs<Resources["ssoConnectorConfig"]> = {
  async create(client, declared, run, { adopt = false }) {
    const { connectorId, providerName, config } = declared;
    const connector = await client.getConnector(connectorId);
    if (connector === undefined)
      throw notFound(`SSO connector with the ID ${quote(connectorId)}`, "connectorId");
    if (connector.providerName !== providerName) throw otherProvider(connector, providerName);
    const known = toState(connector, config).config;
    const mayReplace = adopt || run.objects.isDeclared(connectorId);
    if (isDeepStrictEqual(known, config)) {
      return { id: connectorId, outputs: await outputsOf(client, declared) };
    }
    if (known !== undefined && !mayReplace)
      throw otherConfig(connector, differingPaths({ config }, { config: known }));
    const outputs = await send(client, declared, known ?? {}, connector.config).catch((error: unknown) => {
      if (!(error instanceof LogtoError && error.outcome === "unknown")) throw error;
      // Recorded with what was there before, so that the next run sends it again.
      const before = { connectorId, providerName, ...(known === undefined ? {} : { config: known }) };
      throw new IncompleteError(error, connectorId, before);
    });
    return { id: connectorId, outputs };
  },

  async read(client, id, state, { session }) {
    const connector = await client.readConnector(id);
    const config = connector && toState(connector, state === undefined ? "all" : (state.config ?? {})).config;
    // Logto cannot clear a config: without one, it is another connector, or the config never got there.
    if (connector === undefined || config === undefined) return undefined;
    const { providerName } = connector;
    const signature = await readSignature(client, connector, config, state, session);
    return { outputs: { connectorId: id, providerName, config, ...signature } };
  },

  async update(client, id, state, declared, run) {
    if (isDeepStrictEqual(state.config, declared.config)) return outputsOf(client, declared, state);
    const inLogto = await readConfig(client, id, run);
    return send(client, declared, state.config ?? {}, inLogto ?? state.config);
  },

  delete: () => Promise.resolve(),

  deleteNotice:
    "The config of an SSO connector stays in Logto, which cannot clear one, when its SsoConnectorConfig is deleted and the connector is not.",
};

/** Sends the keys of a config that differ from what is known of it, and compares Logto's answer with them. */
async function send(
  client: LogtoClient,
  declared: Declared,
  known: Values,
  inLogto: Values = {},
): Promise<Values> {
  const { connectorId, config } = declared;
  const body = { config: updatedConfig(inLogto, known, config) };
  const { connector, signature } = await updateConnector(client, connectorId, body);
  const requested = Object.fromEntries(changedKeys(known, config).map((key) => [key, config[key]]));
  const actual = toState(connector, config).config ?? {};
  const outputs = await outputsOf(client, declared, signature);
  const subject = `the config of SSO connector ${connectorId}`;
  verifyApplied(subject, connectorId, { config: requested }, { ...outputs, config: actual });
  return outputs;
}

async function outputsOf(
  client: LogtoClient,
  { connectorId, providerName, config }: Declared,
  known?: Signature,
): Promise<Values> {
  return { connectorId, providerName, config, ...(await signatureOf(client, connectorId, config, known)) };
}

function otherProvider({ connectorName, providerName }: ApiConnector, declared: string): LogtoError {
  return rejection(
    "other-config",
    `the connector ${quote(withoutExposed(connectorName))} has the providerName ${providerName}, not ${declared}. ` +
      "Both resources need the same providerName.",
  );
}

function otherConfig({ connectorName }: ApiConnector, different: readonly string[]): LogtoError {
  const where = different.length > 0 ? `, which differs in ${different.join(", ")}` : "";
  return rejection(
    "other-config",
    `the connector ${quote(withoutExposed(connectorName))} already has another config${where}. ` +
      "If this stack declares it as a resource that was renamed or moved, add the option " +
      '`aliases: [{ name: "OLD_NAME" }]` to the new one. If the SsoConnector declares a config itself, remove one of the two ' +
      "from the program. To replace it by what is declared, also where this resource is being replaced (`pulumi state taint`), add " +
      "`adopt: true,` next to connectorId.",
  );
}
