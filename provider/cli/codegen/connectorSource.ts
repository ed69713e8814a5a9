/** The source code that declares connectors. Their secrets are read from the stack config. Pure. */
import type { Connector } from "../../connector/canonical";
import { isObject, type Values } from "../../values";
import { stringLiteral } from "../../untrustedText";
import { Code, type Declaration, declaredArgs, moduleNote, type TakenNames } from "./declaration";

/** The language of a generated module. */
export type Language = "TypeScript" | "ES module" | "CommonJS";

export function declareInCode(connector: Connector, taken: TakenNames, language: Language): Declaration {
  const { resourceName, variable, secrets, args } = declaredArgs(
    connector,
    taken,
    (name) => new Code(`secrets.${name}`),
  );
  return { resourceName, secrets, source: statementOf(variable, resourceName, args, language) };
}

/**
 * @param secretsKey key of the secret object in the stack config
 * @param packageName the npm package of the resources: this one, or the SDK of the plugin
 */
export function moduleSource(
  declarations: readonly Declaration[],
  language: Language,
  secretsKey: string,
  packageName: string,
): string {
  const secrets = new Map(declarations.flatMap((declaration) => [...declaration.secrets]));
  const importOf = (name: string, from: string) =>
    language === "CommonJS" ? `const ${name} = require("${from}");` : `import * as ${name} from "${from}";`;
  return [
    `// ${moduleNote}`,
    ...(secrets.size > 0 ? [importOf("pulumi", "@pulumi/pulumi")] : []),
    importOf("logto", packageName),
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

/** Returns a string literal in the quotes that need fewer escapes. */
function quoted(text: string): string {
  const json = stringLiteral(text);
  const count = (quote: string) => text.split(quote).length;
  if (count('"') <= count("'")) return json;
  return `'${json.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
