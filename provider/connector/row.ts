/** A connector as Logto's Management API gives it, brought to what the state holds. */
import { updatedConfig } from "./configUpdate";
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
}

/**
 * Keys of the config that neither this package nor the program knows, as a newer Logto adds them, are left out: they are no
 * drift, and an update keeps them as Logto has them.
 *
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
  return {
    ...normalise({
      ...{ providerName, connectorName, domains, branding, syncProfile, enableTokenStorage },
      ...(managed ? { config: pick(config, keys.filter(known)) } : {}),
    }),
    tenantId: row.tenantId,
    createdAt: row.createdAt,
  };
}

/**
 * What to send so that a connector becomes the declared one: the fields in which it differs from what is known of it.
 *
 * @param live the config that Logto has at this moment
 */
export function patchOf(
  known: Partial<Connector>,
  declared: Connector,
  live: Values = {},
): Partial<Connector> {
  const patch = pick({ ...declared }, changedFields(known, declared)) as Partial<Connector>;
  if (patch.config === undefined) return patch;
  return { ...patch, config: updatedConfig(live, known.config ?? {}, patch.config) };
}

function pick(values: Values, keys: readonly string[]): Values {
  return Object.fromEntries(keys.map((key) => [key, values[key]]));
}
