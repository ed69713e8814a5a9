/** The declaration of a connector that an import makes, whether in a module or in a customer's file. Pure. */
import { isDeepStrictEqual } from "node:util";
import type { Connector } from "../../connector/canonical";
import { pick, type Values } from "../../values";
import type { Fields } from "../../connector/field";
import { configFields, identityProviders, isSecretConfigKey } from "../../connector/identityProviders";
import { connectorInputs } from "../../connector/resources";
import { printable } from "../../untrustedText";
import { camelCase, kebabCase, namesakeOf, type UniqueNames } from "./identifiers";

export interface Declaration {
  readonly resourceName: string;
  /** By name in the stack config: strings, or any values of `extraConfig`. */
  readonly secrets: ReadonlyMap<string, unknown>;
  /** A statement of a module, entries of a YAML program, or the text of a customer's file. */
  readonly source: string;
}

/** The comment at the top of a module. */
export const moduleNote =
  "SSO connectors imported from Logto. This file is yours: rename, move and change it as you like.";

/** An expression of generated code. */
export class Code {
  constructor(readonly text: string) {}
}

/** Names in use: of resources in the stack, of variables, and of secrets. */
export interface TakenNames {
  readonly resources: UniqueNames;
  readonly variables: UniqueNames;
  readonly secrets: Map<string, unknown>;
}

/**
 * Names a connector's resource and its secrets, and returns the arguments that declare it.
 *
 * @param reference returns what stands for a secret, by its name in the secret object of the stack config
 */
export function declaredArgs(
  connector: Connector,
  taken: TakenNames,
  reference: (secretName: string) => unknown,
): { resourceName: string; variable: string; secrets: Declaration["secrets"]; args: Values } {
  const { connectorName } = connector;
  const namesake = namesakeOf(connector);
  const resourceName = taken.resources.take(kebabCase(namesake));
  const variable = taken.variables.take(camelCase(namesake));
  const secrets = new Map<string, unknown>();
  const secret = (key: string, value: unknown): unknown => {
    const word = key.replace(/\W/g, "").slice(0, 40);
    const wanted = `${variable}${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
    const name = secretName(wanted, value, taken.secrets);
    taken.secrets.set(name, value);
    secrets.set(name, value);
    return reference(name);
  };
  const replaceSecrets = (values: Values) =>
    map(values, (key, value) => (isSecretConfigKey(key) ? secret(key, value) : value));
  const args = map(argsOf(connector), (key, value) =>
    key === "config" || key === "extraConfig" ? replaceSecrets(value as Values) : value,
  );
  if (connectorName === resourceName) delete args.connectorName;
  return { resourceName, variable, secrets, args };
}

/** Returns a property that is not used, or that holds the same secret, as an interrupted import leaves it. */
function secretName(wanted: string, secret: unknown, taken: ReadonlyMap<string, unknown>): string {
  let name = wanted;
  for (let number = 2; taken.has(name) && !isDeepStrictEqual(taken.get(name), secret); number++) {
    name = `${wanted}${number}`;
  }
  return name;
}

/** Returns why a connector cannot be declared where each secret is read from the stack config as a text. */
export function textSecretsProblem(connector: Connector): string | undefined {
  const [key] =
    Object.entries((argsOf(connector).extraConfig ?? {}) as Values).find(
      ([, value]) => typeof value !== "string",
    ) ?? [];
  if (key === undefined) return undefined;
  return `config.${printable(key)}: is not known to this version of the package, and programs in this language read secrets as texts`;
}

function map(values: Values, change: (key: string, value: unknown) => unknown): Values {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(key, value)]));
}

/** Returns the arguments that declare a connector, without defaults. Keys that `config` does not know are in `extraConfig`. */
export function argsOf({ providerName, connectorName, config, ...rest }: Connector): Values {
  const fields = identityProviders[providerName].config.fields;
  const values = config ?? {};
  // In the order of the fields: PostgreSQL returns the keys of a config by length.
  const knownKeys = Object.keys(fields).filter((key) => Object.hasOwn(values, key));
  const extra = Object.keys(values).filter((key) => !Object.hasOwn(fields, key));
  return {
    providerName,
    connectorName,
    ...(config === undefined ? {} : { config: withoutDefaults(pick(values, knownKeys), configFields) }),
    ...(extra.length === 0 ? {} : { extraConfig: pick(values, extra) }),
    ...withoutDefaults(rest, connectorInputs),
  };
}

export function withoutDefaults(values: Values, fields: Fields): Values {
  const keys = Object.keys(values).filter((key) => !isDeepStrictEqual(values[key], fields[key]?.default));
  return pick(values, keys);
}
