/** The source code that declares connectors. Their secrets are read from the stack config. Pure. */
import { isDeepStrictEqual } from "node:util";
import { type Connector, isObject, pick, type Values } from "../../connector/canonical";
import type { Fields } from "../../connector/field";
import { configFields, identityProviders, isSecretConfigKey } from "../../connector/identityProviders";
import { connectorInputs } from "../../connector/resources";
import { stringLiteral } from "../../untrustedText";
import { camelCase, kebabCase, type UniqueNames } from "./identifiers";

/** The language of a generated module. */
export type Language = "TypeScript" | "ES module" | "CommonJS";

/** A connector with its names in the code. */
export interface Declaration {
  readonly resourceName: string;
  readonly variable: string;
  readonly connector: Connector;
  /** The arguments of the constructor. */
  readonly args: Values;
  /** By property of the secret object in the stack config: strings, or any values of `extraConfig`. */
  readonly secrets: ReadonlyMap<string, unknown>;
}

/** Names in use: of resources in the stack, of variables, and of properties of the secret object. */
export interface Taken {
  readonly resources: UniqueNames;
  readonly variables: UniqueNames;
  readonly secrets: Map<string, unknown>;
}

export function declare(connector: Connector, taken: Taken): Declaration {
  const { connectorName } = connector;
  const resourceName = taken.resources.take(kebabCase(connectorName));
  const variable = taken.variables.take(camelCase(connectorName));
  const secrets = new Map<string, unknown>();
  const secret = (key: string, value: unknown): Code => {
    const word = key.replace(/\W/g, "").slice(0, 40);
    const wanted = `${variable}${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
    const name = secretName(wanted, value, taken.secrets);
    taken.secrets.set(name, value);
    secrets.set(name, value);
    return new Code(`secrets.${name}`);
  };

  const replaceSecrets = (values: Values) =>
    map(values, (key, value) => (isSecretConfigKey(key) ? secret(key, value) : value));
  const args = map(argsOf(connector), (key, value) =>
    key === "config" || key === "extraConfig" ? replaceSecrets(value as Values) : value,
  );
  if (connectorName === resourceName) delete args.connectorName;
  return { resourceName, variable, connector, args, secrets };
}

/** @param secretsKey key of the secret object in the stack config */
export function moduleSource(
  declarations: readonly Declaration[],
  language: Language,
  secretsKey: string,
): string {
  const secrets = new Map(declarations.flatMap((declaration) => [...declaration.secrets]));
  const importOf = (name: string, from: string) =>
    language === "CommonJS" ? `const ${name} = require("${from}");` : `import * as ${name} from "${from}";`;
  return [
    "// SSO connectors imported from Logto. This file is yours: rename, move and change it as you like.",
    ...(secrets.size > 0 ? [importOf("pulumi", "@pulumi/pulumi")] : []),
    importOf("logto", "pulumi-logto-sso"),
    ...(secrets.size > 0 ? ["", secretsStatement(secrets, language, secretsKey)] : []),
    ...declarations.map((declaration) => `\n${declarationSource(declaration, language)}`),
    "",
  ].join("\n");
}

function secretsStatement(secrets: ReadonlyMap<string, unknown>, language: Language, key: string): string {
  const types = [...secrets].map(
    ([name, value]) => `  ${name}: ${typeof value === "string" ? "string" : "unknown"};\n`,
  );
  const type = language === "TypeScript" ? `<{\n${types.join("")}}>` : "";
  return `const secrets = new pulumi.Config().requireSecretObject${type}(${quoted(key)});`;
}

function declarationSource({ resourceName, variable, args }: Declaration, language: Language): string {
  const target = language === "CommonJS" ? `exports.${variable}` : `export const ${variable}`;
  const begin = `${target} = new logto.SsoConnector(`;
  const name = quoted(resourceName);
  return `${begin}${name}, {`.length <= maxWidth
    ? `${begin}${name}, ${toSource(args, "")});`
    : `${begin}\n  ${name},\n  ${toSource(args, "", "  ")},\n);`;
}

/** Returns a property that is not used, or that holds the same secret, as an interrupted import leaves it. */
function secretName(wanted: string, secret: unknown, taken: ReadonlyMap<string, unknown>): string {
  let name = wanted;
  for (let number = 2; taken.has(name) && !isDeepStrictEqual(taken.get(name), secret); number++) {
    name = `${wanted}${number}`;
  }
  return name;
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

/** An expression of the generated code. */
class Code {
  constructor(readonly text: string) {}
}

const maxWidth = 80;

/**
 * Formats a value as Prettier does. Only empty objects are on one line.
 *
 * @param before the text before the value on its line
 */
function toSource(value: unknown, before: string, indent = ""): string {
  if (value instanceof Code) return value.text;
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const line = `[${value.map((item) => toSource(item, "")).join(", ")}]`;
    if (!line.includes("\n") && before.length + line.length < maxWidth) return line;
    return `[\n${value.map((item) => `${inner}${toSource(item, inner, inner)},\n`).join("")}${indent}]`;
  }
  if (isObject(value)) {
    const lines = Object.entries(value).map(([key, item]) => {
      const begin = `${inner}${/^[A-Za-z_$][\w$]*$/.test(key) ? key : quoted(key)}: `;
      const text = toSource(item, begin, inner);
      const breaks =
        (typeof item === "string" || item instanceof Code) && begin.length + text.length >= maxWidth;
      return `${breaks ? `${begin.trimEnd()}\n${inner}  ` : begin}${text},\n`;
    });
    return lines.length === 0 ? "{}" : `{\n${lines.join("")}${indent}}`;
  }
  return typeof value === "string" ? quoted(value) : JSON.stringify(value);
}

/** A string literal in the quotes that need fewer escapes. */
function quoted(text: string): string {
  const json = stringLiteral(text);
  const count = (quote: string) => text.split(quote).length;
  if (count('"') <= count("'")) return json;
  return `'${json.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

function withoutDefaults(values: Values, fields: Fields): Values {
  const keys = Object.keys(values).filter((key) => !isDeepStrictEqual(values[key], fields[key]?.default));
  return pick(values, keys);
}

function map(values: Values, change: (key: string, value: unknown) => unknown): Values {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(key, value)]));
}
