/** A connector as Logto's Management API gives it, brought to what the state holds. */
import { changedFields, type Connector, connectorKeys, normalise, type Values } from "./connector";
import { configFields } from "./fields";

/**
 * A row of `sso-connectors`. GET, the list and PATCH give more (`providerConfig`, `name`, logos): what an identity
 * provider or Logto's catalogue supplies, which is never kept. `providerConfig` repeats the client secret.
 */
export interface Row extends Values {
  id: string;
  tenantId: string;
  createdAt: number;
  providerName: string;
  connectorName: string;
  config?: Values;
}

/** A row without what an identity provider or Logto's catalogue adds: several kB of logos, and the secret again. */
export function bareRow(row: Row): Row {
  return pick(row, ["id", "tenantId", "createdAt", ...connectorKeys]) as Row;
}

/** What the state keeps of a row: the connector, and what only Logto decides. */
export interface State extends Connector {
  readonly tenantId: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /**
   * Keys of the config that neither this package nor the program knows, as a newer Logto adds them. They are no
   * drift; they are kept here so that sending the config, which Logto replaces as a whole, does not wipe them.
   */
  readonly undeclaredConfig?: Values;
}

/** The config of a connector, as far as a state holds it. */
export type ConfigState = Pick<State, "config" | "undeclaredConfig">;

/**
 * @param declared the config that the program declares: `undefined` leaves the row's config out, since it is not
 * managed; `"all"` takes the whole config, for a connector that is only looked up.
 */
export function stateOf(row: Row, declared: Values | undefined | "all"): State {
  const {
    config = {},
    domains,
    branding,
    providerName,
    connectorName,
    syncProfile,
    enableTokenStorage,
  } = row;
  const keys = Object.keys(config);
  const known = (key: string) =>
    declared === "all" || Object.hasOwn(configFields, key) || Object.hasOwn(declared ?? {}, key);
  const managed = declared !== undefined && keys.length > 0;
  const undeclared = managed ? keys.filter((key) => !known(key)) : [];
  return {
    ...normalise({
      ...{ providerName, connectorName, domains, branding, syncProfile, enableTokenStorage },
      ...(managed ? { config: pick(config, keys.filter(known)) } : {}),
    }),
    tenantId: row.tenantId,
    createdAt: row.createdAt,
    ...(undeclared.length > 0 ? { undeclaredConfig: pick(config, undeclared) } : {}),
  };
}

/**
 * What to send so that a connector becomes the declared one: the fields that differ. Logto replaces a config as a
 * whole, so the keys that are not declared go with it.
 */
export function patchOf(current: State, declared: Connector): Partial<Connector> {
  const patch = pick({ ...declared }, changedFields(current, declared)) as Partial<Connector>;
  return patch.config === undefined ? patch : { ...patch, config: wholeConfig(current, patch.config) };
}

/** A declared config as it is sent: with the keys that are kept for Logto. */
export function wholeConfig({ undeclaredConfig }: ConfigState, declared: Values): Values {
  return { ...undeclaredConfig, ...declared };
}

function pick(values: Values, keys: readonly string[]): Values {
  return Object.fromEntries(keys.map((key) => [key, values[key]]));
}
