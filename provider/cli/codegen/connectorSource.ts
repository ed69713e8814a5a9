/** The source code that declares connectors. Their secrets are read from the stack config. Pure. */
import { isDeepStrictEqual } from "node:util";
import { type Connector, isObject, type Values } from "../../connector/canonical";
import { isSecretConfigKey } from "../../connector/identityProviders";
import { stringLiteral } from "../../untrustedText";
import { argsOf, type Declaration, type Taken } from "./declaration";
import { camelCase, kebabCase, namesakeOf } from "./identifiers";

/** The language of a generated module. */
export type Language = "TypeScript" | "ES module" | "CommonJS";

export function declare(connector: Connector, taken: Taken, language: Language): Declaration {
  const { connectorName } = connector;
  const namesake = namesakeOf(connector);
  const resourceName = taken.resources.take(kebabCase(namesake));
  const variable = taken.variables.take(camelCase(namesake));
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
  return { resourceName, connector, secrets, source: statementOf(variable, resourceName, args, language) };
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
    ...declarations.map(({ source }) => `\n${source}`),
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

function statementOf(variable: string, resourceName: string, args: Values, language: Language): string {
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

function map(values: Values, change: (key: string, value: unknown) => unknown): Values {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(key, value)]));
}
