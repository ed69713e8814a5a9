/** What an import declares of a connector, whether in a module or in a customer's file. Pure. */
import { isDeepStrictEqual } from "node:util";
import { type Connector, pick, type Values } from "../../connector/canonical";
import type { Fields } from "../../connector/field";
import { configFields, identityProviders } from "../../connector/identityProviders";
import { connectorInputs } from "../../connector/resources";
import type { UniqueNames } from "./identifiers";

export interface Declaration {
  readonly resourceName: string;
  readonly connector: Connector;
  /** By name in the stack config: strings, or any values of `extraConfig`. */
  readonly secrets: ReadonlyMap<string, unknown>;
  /** What declares it: a statement of a module, or the text of a customer's file. */
  readonly source: string;
}

/** Names in use: of resources in the stack, of variables, and of secrets. */
export interface Taken {
  readonly resources: UniqueNames;
  readonly variables: UniqueNames;
  readonly secrets: Map<string, unknown>;
}

/** Returns the arguments that declare a connector, without defaults. Keys that `config` does not know are in `extraConfig`. */
export function argsOf({ providerName, connectorName, config, ...rest }: Connector): Values {
  const fields = identityProviders[providerName].config.fields;
  const values = config ?? {};
  // In the order of the fields: PostgreSQL returns the keys of a config by length.
  const known = Object.keys(fields).filter((key) => Object.hasOwn(values, key));
  const extra = Object.keys(values).filter((key) => !Object.hasOwn(fields, key));
  return {
    providerName,
    connectorName,
    ...(config === undefined ? {} : { config: withoutDefaults(pick(values, known), configFields) }),
    ...(extra.length === 0 ? {} : { extraConfig: pick(values, extra) }),
    ...withoutDefaults(rest, connectorInputs),
  };
}

function withoutDefaults(values: Values, fields: Fields): Values {
  const keys = Object.keys(values).filter((key) => !isDeepStrictEqual(values[key], fields[key]?.default));
  return pick(values, keys);
}
