/** Connectors as the text of a program, and what the text leaves to the stack's config: secrets. Pure. */
import { isDeepStrictEqual } from "node:util";
import { type Connector, isGroup, type Values } from "../connector/connector";
import {
  configFields,
  connectorFields,
  type Fields,
  isSecretConfigKey,
  providers,
} from "../connector/fields";
import { camelCase, kebabCase, type Names } from "./names";

/** A connector with the names that the code gives it. */
export interface Declaration {
  readonly resourceName: string;
  readonly variable: string;
  readonly connector: Connector;
  /** Text of the declaration. */
  readonly source: string;
  /** By key of the stack's config. */
  readonly secrets: ReadonlyMap<string, string>;
}

/** What is taken already: names of resources in the stack, and the stack's config by key without a namespace. */
export interface Taken {
  readonly resources: Names;
  readonly variables: Names;
  readonly config: Map<string, string>;
}

export function declare(connector: Connector, taken: Taken): Declaration {
  const { connectorName } = connector;
  const resourceName = taken.resources.take(kebabCase(connectorName));
  const variable = taken.variables.take(camelCase(connectorName));
  const secrets = new Map<string, string>();
  const secret = (key: string, value: unknown): Code => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    const name = secretName(`${variable}${key.slice(0, 1).toUpperCase()}${key.slice(1)}`, text, taken.config);
    taken.config.set(name, text);
    secrets.set(name, text);
    return new Code(`config.requireSecret${typeof value === "string" ? "" : "Object"}(${quoted(name)})`);
  };

  const hideSecrets = (values: Values) =>
    map(values, (key, value) => (isSecretConfigKey(key) ? secret(key, value) : value));
  const args = split(
    map(argsOf(connector), (key, value) =>
      key === "config" || key === "extraConfig" ? hideSecrets(value as Values) : value,
    ),
    (key) => !(key === "connectorName" && connectorName === resourceName),
  )[0];
  const begin = `export const ${variable} = new logto.SsoConnector(`;
  const name = quoted(resourceName);
  const source =
    `${begin}${name}, {`.length <= maxWidth
      ? `${begin}${name}, ${printed(args, "")});\n`
      : `${begin}\n  ${name},\n  ${printed(args, "", "  ")},\n);\n`;
  return { resourceName, variable, connector, source, secrets };
}

/** What a program passes for a connector: only what is not so by itself, and in `config` only what it takes. */
export function argsOf({ providerName, connectorName, config, ...rest }: Connector): Values {
  const fields = providers[providerName].config.fields;
  const [known, extra] = split(inOrderOf(fields, config ?? {}), (key) => Object.hasOwn(fields, key));
  return {
    providerName,
    connectorName,
    ...(config === undefined ? {} : { config: withoutDefaults(known, configFields) }),
    ...(Object.keys(extra).length === 0 ? {} : { extraConfig: extra }),
    ...withoutDefaults(rest, connectorFields),
  };
}

/** A module of these declarations. */
export function moduleOf(declarations: readonly Declaration[]): string {
  const secrets = declarations.some((declaration) => declaration.secrets.size > 0);
  return [
    "// Connectors that were in Logto before they were in code. This file is yours: rename, move and change as you like.",
    ...(secrets ? ['import * as pulumi from "@pulumi/pulumi";'] : []),
    'import * as logto from "pulumi-logto-sso";',
    ...(secrets ? ["", "const config = new pulumi.Config();"] : []),
    ...declarations.map(({ source }) => `\n${source.trimEnd()}`),
    "",
  ].join("\n");
}

/** One that is free, or that holds the same secret, as an import that failed half-way has left it. */
function secretName(wanted: string, secret: string, config: ReadonlyMap<string, string>): string {
  let name = wanted;
  for (let number = 2; config.has(name) && config.get(name) !== secret; number++) name = `${wanted}${number}`;
  return name;
}

/** Text that stands in the code as it is. */
class Code {
  constructor(readonly text: string) {}
}

const maxWidth = 80;

/**
 * As Prettier formats it, where an object with something in it takes lines of its own.
 *
 * @param before what stands before it on its line
 */
function printed(value: unknown, before: string, indent = ""): string {
  if (value instanceof Code) return value.text;
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const line = `[${value.map((item) => printed(item, "")).join(", ")}]`;
    if (!line.includes("\n") && before.length + line.length < maxWidth) return line;
    return `[\n${value.map((item) => `${inner}${printed(item, inner, inner)},\n`).join("")}${indent}]`;
  }
  if (isGroup(value)) {
    const lines = Object.entries(value).map(([key, item]) => {
      const begin = `${inner}${keyText(key)}: `;
      const text = printed(item, begin, inner);
      const breaks = typeof item === "string" && begin.length + text.length >= maxWidth;
      return `${breaks ? `${begin.trimEnd()}\n${inner}  ` : begin}${text},\n`;
    });
    return lines.length === 0 ? "{}" : `{\n${lines.join("")}${indent}}`;
  }
  return typeof value === "string" ? quoted(value) : JSON.stringify(value);
}

/** In the quotes that take fewer escapes. */
function quoted(text: string): string {
  const json = JSON.stringify(text);
  const count = (quote: string) => text.split(quote).length;
  if (count('"') <= count("'")) return json;
  return `'${json.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

function keyText(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : quoted(key);
}

function withoutDefaults(values: Values, fields: Fields): Values {
  return split(values, (key) => !isDeepStrictEqual(values[key], fields[key]?.default))[0];
}

/** PostgreSQL gives the keys of a config by their length. */
function inOrderOf(fields: Fields, values: Values): Values {
  const order = [...Object.keys(fields), ...Object.keys(values)].filter((key) => Object.hasOwn(values, key));
  return Object.fromEntries(order.map((key) => [key, values[key]]));
}

function split(values: Values, test: (key: string) => boolean): [Values, Values] {
  const [yes, no]: [Values, Values] = [{}, {}];
  for (const [key, value] of Object.entries(values)) (test(key) ? yes : no)[key] = value;
  return [yes, no];
}

function map(values: Values, change: (key: string, value: unknown) => unknown): Values {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(key, value)]));
}
