/** Programs as data, so that both front ends run the same ones: the classes from JavaScript, the plugin from YAML. */
import type { ProgramSource } from "../engine/project";

/** A resource of a program. A text such as `${acme.id}` stands for the property of another one, `${acme}` for the resource. */
export interface Resource {
  /** A resource of this package, such as `SsoConnector`, or `Provider`. */
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly options?: Readonly<Record<string, unknown>>;
}

export interface Program {
  readonly resources: Readonly<Record<string, Resource>>;
  readonly outputs?: Readonly<Record<string, string>>;
}

export type FrontEnd = "dynamic" | "plugin";

/** Marks a text as a secret of the program. */
export function secret(text: string): object {
  return { "fn::secret": text };
}

export function sourceOf(program: Program, frontEnd: FrontEnd): ProgramSource {
  return frontEnd === "plugin" ? { yaml: yamlOf(program) } : { js: javaScriptOf(program) };
}

function yamlOf({ resources, outputs = {} }: Program): object {
  const typed = Object.entries(resources).map(([name, { type, ...rest }]): [string, object] => [
    name,
    { type: type === "Provider" ? "pulumi:providers:logto" : `logto:${type}`, ...rest },
  ]);
  return { resources: Object.fromEntries(typed), outputs };
}

function javaScriptOf({ resources, outputs = {} }: Program): string {
  const declarations = Object.entries(resources).map(
    ([name, { type, properties, options = {} }]) =>
      `made[${JSON.stringify(name)}] = new logto.${type}(${JSON.stringify(name)}, ${expressionOf(properties)}, ${expressionOf(options)});`,
  );
  const exported = Object.entries(outputs).map(
    ([name, value]) => `exports[${JSON.stringify(name)}] = ${expressionOf(value)};`,
  );
  return [
    'const pulumi = require("@pulumi/pulumi");',
    'const logto = require("pulumi-logto-sso");',
    "const made = {};",
    ...declarations,
    ...exported,
  ].join("\n");
}

function expressionOf(value: unknown): string {
  if (typeof value === "string") {
    const [, name, property] = /^\$\{([\w-]+)(?:\.(\w+))?\}$/.exec(value) ?? [];
    if (name === undefined) return JSON.stringify(value);
    return `made[${JSON.stringify(name)}]${property === undefined ? "" : `.${property}`}`;
  }
  if (Array.isArray(value)) return `[${value.map(expressionOf).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if ("fn::secret" in value) return `pulumi.secret(${expressionOf(value["fn::secret"])})`;
  const entries = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${expressionOf(item)}`);
  return `{ ${entries.join(", ")} }`;
}
