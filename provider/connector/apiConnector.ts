/** A connector as Logto's Management API represents it, and how it becomes what the state holds. Pure. */
import { isObject, pick, type Values } from "../values";
import { type Canonical, canonical, type Connector, propertiesOf, propertyKeys } from "./canonical";
import { changedProperties } from "./compare";
import { updatedConfig } from "./configUpdate";
import { configFields } from "./identityProviders";
import { connectorInputs, connectorOutputs } from "./resources";
import { writtenAs } from "./writing";

/**
 * A connector in an answer of `/api/sso-connectors`. GET, the list and PATCH add `providerConfig`, `name` and logos, which come
 * from the identity provider or Logto's catalogue and are never kept: `providerConfig` repeats the client secret.
 */
export interface ApiConnector extends Values {
  id: string;
  tenantId: string;
  /** Milliseconds since the epoch. */
  createdAt: number;
  providerName: string;
  connectorName: string;
  config?: Values;
}

/** A connector with the outputs that Logto decides. */
export type ConnectorState = Connector & Canonical<typeof connectorOutputs>;

/** The connector among the properties of a resource. */
export function connectorOf(values: Values): Connector {
  return propertiesOf(connectorInputs, values);
}

export const connectorKeys = propertyKeys(connectorInputs);
const stateKeys = [...connectorKeys, ...propertyKeys(connectorOutputs)];

/** Removes what the identity provider or Logto's catalogue adds: several kB of logos, and the client secret again. */
export function withoutProviderDetails(connector: ApiConnector): ApiConnector {
  return pick(connector, ["id", ...stateKeys]) as ApiConnector;
}

/**
 * Returns the state of a connector. Keys of the config that neither this package nor the program knows, such as a newer Logto
 * adds, are left out: they are no drift, and an update keeps them as Logto has them.
 *
 * @param declared the config that the program declares, whose writing is kept where Logto's says the same: `undefined` leaves the
 * config out, since it is not managed; `"all"` takes the whole config, for a connector that is looked up
 */
export function toState(connector: ApiConnector, declared: Values | undefined | "all"): ConnectorState {
  const { config = {}, ...rest } = pick(connector, stateKeys);
  const keys = isObject(config) ? Object.keys(config) : [];
  const isKnown = (key: string) =>
    declared === "all" || Object.hasOwn(configFields, key) || Object.hasOwn(declared ?? {}, key);
  const isManaged = declared !== undefined && keys.length > 0;
  const managed = isManaged ? { config: pick(config as Values, keys.filter(isKnown)) } : {};
  const state = canonical({ ...connectorInputs, ...connectorOutputs }, { ...rest, ...managed });
  return writtenAs(connectorInputs, { config: declared }, state) as ConnectorState;
}

/**
 * The body of the PATCH that makes a connector the declared one: the properties that differ from the state.
 *
 * @param configInLogto the config that the connector in Logto has at this moment
 */
export function patchOf(
  state: Partial<Connector>,
  declared: Connector,
  configInLogto: Values = {},
): Partial<Connector> {
  const changed = changedProperties(connectorInputs, state, declared);
  const patch: Partial<Connector> = pick({ ...declared }, changed);
  if (patch.config === undefined) return patch;
  return { ...patch, config: updatedConfig(configInLogto, state.config ?? {}, patch.config) };
}

/** Whether Logto signs the authentication requests of a config, for which the connector needs an active signing key. */
export function isSigned(config: Values | undefined): boolean {
  return config?.signAuthnRequest === true;
}

/** A connector as it can be created: without the signing of requests, since a new one has no key. */
export function withoutRequestSigning(connector: Connector): Connector {
  if (!isSigned(connector.config)) return connector;
  const { signAuthnRequest, ...config } = connector.config ?? {};
  return { ...connector, config };
}
