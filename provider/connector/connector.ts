/** The canonical form of a connector, and how it is compared. Pure: no HTTP, no Pulumi. */
import { isDeepStrictEqual } from "node:util";
import {
  configFields,
  connectorFields,
  type Field,
  type Fields,
  isProviderName,
  type ProviderName,
  providers,
} from "./fields";

/** A value that is not known before the deployment runs, such as the output of a resource yet to be created. */
export const unknown = Symbol("unknown");

export type Values = Record<string, unknown>;

/**
 * A connector as the code declares it or as Logto holds it, in the one form in which the two can be compared:
 * defaults filled in, domains lower-cased and sorted, what means the same as absent left out. A part that is not
 * known yet is {@link unknown}. Without `config`, the config is not managed: Logto can't clear one.
 */
export interface Connector {
  readonly providerName: ProviderName;
  readonly connectorName: string;
  readonly config?: Values;
  readonly domains: readonly string[];
  readonly branding: Values;
  readonly syncProfile: boolean;
  readonly enableTokenStorage: boolean;
}

export const connectorKeys = [
  "providerName",
  "connectorName",
  "config",
  "domains",
  "branding",
  "syncProfile",
  "enableTokenStorage",
] as const satisfies readonly (keyof Connector)[];

/** The connector among the properties of a resource. */
export function connectorOf(properties: Values): Connector {
  const given = connectorKeys.filter((key) => properties[key] !== undefined);
  return Object.fromEntries(given.map((key) => [key, properties[key]])) as unknown as Connector;
}

/** Brings a declaration that has passed validation, or a row of Logto's, to the canonical form. */
export function normalise(values: Values): Connector {
  return normaliseFields(connectorFields, values) as unknown as Connector;
}

/** The same for any resource, by its fields; `extraConfig` is merged into `config`. */
export function normaliseFields(fields: Fields, { config, extraConfig, ...rest }: Values): Values {
  const merged = isAbsent(config) ? undefined : normaliseConfig(rest.providerName, config, extraConfig);
  return { ...normaliseGroup(fields, rest), ...(merged === undefined ? {} : { config: merged }) };
}

function normaliseConfig(providerName: unknown, config: unknown, extraConfig: unknown): unknown {
  // Keys that are not known yet can't be merged, so the whole config is not known yet.
  if (config === unknown || extraConfig === unknown) return unknown;
  const fields = isProviderName(providerName) ? providers[providerName].config.fields : configFields;
  return normaliseGroup(fields, { ...(config as Values), ...(extraConfig as Values | undefined) });
}

function normaliseGroup(fields: Fields, values: Values): Values {
  const result: Values = {};
  for (const [key, field] of Object.entries(fields)) {
    if (field.default !== undefined) result[key] = field.default;
  }
  for (const [key, value] of Object.entries(values)) {
    if (isAbsent(value)) continue;
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    const canonical = field === undefined || value === unknown ? value : normaliseField(field, value);
    if (field?.sameAsAbsent === undefined || !isDeepStrictEqual(canonical, field.sameAsAbsent)) {
      result[key] = canonical;
    }
  }
  return result;
}

function normaliseField(field: Field, value: unknown): unknown {
  switch (field.type) {
    case "domains":
      return normaliseDomains(value as unknown[]);
    case "group":
      return normaliseGroup(field.fields, value as Values);
    case "text":
    case "flag":
    case "choice":
    case "open":
      return value;
  }
}

function normaliseDomains(domains: unknown[]): unknown[] {
  const known = domains.filter((domain) => typeof domain === "string").map((domain) => domain.toLowerCase());
  return [...known.sort(), ...domains.filter((domain) => typeof domain !== "string")];
}

/** `undefined` and `null` both mean that a field is not given. */
function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

/** Whether Logto is to sign its requests, for which it needs a key first. */
export function isSigned(config: Values | undefined): boolean {
  return config?.signAuthnRequest === true;
}

/** A connector as it can be created: without what needs a key, which a new one can't have. */
export function unsigned(connector: Connector): Connector {
  if (!isSigned(connector.config)) return connector;
  const { signAuthnRequest, ...config } = connector.config ?? {};
  return { ...connector, config };
}

/**
 * The top-level fields in which a connector must change to become the declared one. A config that the code does not
 * declare is left as it is.
 */
export function changedFields(
  current: Partial<Connector>,
  declared: Partial<Connector>,
): (keyof Connector)[] {
  return connectorKeys.filter(
    (key) =>
      !(key === "config" && declared.config === undefined) && !isDeepStrictEqual(current[key], declared[key]),
  );
}

/**
 * Where a connector is not what was asked for: paths such as `config.scope`, down to a key of `config` or
 * `branding`. Further keys, such as a default that a newer Logto adds to a config, are no difference.
 */
export function missingPaths(asked: Partial<Connector>, got: Partial<Connector>): string[] {
  return connectorKeys.flatMap((key) => {
    const [want, have] = [asked[key], got[key]];
    if (want === undefined || isDeepStrictEqual(want, have)) return [];
    if (!isGroup(want) || !isGroup(have)) return [key];
    return Object.keys(want)
      .filter((inner) => !isDeepStrictEqual(want[inner], have[inner]))
      .map((inner) => `${key}.${inner}`);
  });
}

export function isGroup(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
