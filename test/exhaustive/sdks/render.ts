/** Writes a program in the languages of the SDKs, from its form in YAML. */
import type { Program, Properties, Schema, Values } from "./everything";

/** The type of the values of a map that takes any. */
const any = "pulumi.json#/Any";

/** How a language writes the values of a program. */
interface Language {
  readonly text: (value: string) => string;
  readonly flag: (value: boolean) => string;
  readonly list: (items: readonly string[]) => string;
  /** @param type the name of the object's type, `any` for a map of any values, or `undefined` for one of texts */
  readonly object: (entries: readonly Entry[], type: string | undefined) => string;
  /** @param path the keys below the resource */
  readonly property: (resource: string, path: readonly string[]) => string;
  readonly resource: (name: string, type: string, args: readonly Entry[], options: Options) => string;
  readonly call: (name: string, token: string, args: readonly Entry[]) => string;
  /** A property of what a function returns. */
  readonly result: (name: string, key: string) => string;
  readonly output: (name: string, value: string) => string;
  readonly program: (lines: readonly string[], config: readonly string[]) => string;
}
type Entry = readonly [key: string, value: string];
interface Options {
  readonly provider?: string;
  readonly deletedWith?: string;
  readonly dependsOn?: readonly string[];
}

const upper = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const snake = (text: string) => text.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const pairs = (entries: readonly Entry[], separator: string) =>
  entries.map(([key, value]) => `${key}${separator}${value}`);
const keyed = (entries: readonly Entry[], name: (key: string) => string): Entry[] =>
  entries.map(([key, value]) => [name(key), value]);
const quoted = (text: string) => JSON.stringify(text);

const nodejs: Language = {
  text: quoted,
  flag: String,
  list: (items) => `[${items.join(", ")}]`,
  object: (entries) => `{ ${pairs(entries, ": ").join(", ")} }`,
  // Objects as outputs can be absent.
  property: (resource, [key = "", ...inner]) =>
    `${resource}.${key}${inner.map((one) => `.apply((value) => value?.${one})`).join("")}`,
  resource: (name, type, args, options) => {
    const { dependsOn, ...others } = options;
    const given = pairs(Object.entries(others), ": ");
    if (dependsOn !== undefined) given.push(`dependsOn: [${dependsOn.join(", ")}]`);
    return `const ${name} = new logto.${type}("${name}", ${nodejs.object(args, type)}, { ${given.join(", ")} });`;
  },
  call: (name, token, args) =>
    `const ${name} = logto.${token}Output(${args.length === 0 ? "" : nodejs.object(args, undefined)});`,
  result: (name, key) => `${name}.apply((result) => result.${key})`,
  output: (name, value) => `export const ${name} = ${value};`,
  program: (lines, config) =>
    [
      'import * as pulumi from "@pulumi/pulumi";\nimport * as logto from "pulumi-logto";\nconst config = new pulumi.Config();',
      ...config.map((key) => `const ${key} = config.requireSecret("${key}");`),
      ...lines,
    ].join("\n"),
};

const python: Language = {
  text: quoted,
  flag: (value) => upper(String(value)),
  list: (items) => `[${items.join(", ")}]`,
  object: (entries, type) =>
    type === undefined || type === any
      ? `{${pairs(keyed(entries, quoted), ": ").join(", ")}}`
      : `logto.${type}Args(${pairs(keyed(entries, snake), "=").join(", ")})`,
  property: (resource, path) => [resource, ...path.map(snake)].join("."),
  resource: (name, type, args, { provider, deletedWith, dependsOn }) => {
    const options: Entry[] = [
      ...(provider === undefined ? [] : [["provider", provider] as const]),
      ...(deletedWith === undefined ? [] : [["deleted_with", deletedWith] as const]),
      ...(dependsOn === undefined ? [] : [["depends_on", `[${dependsOn.join(", ")}]`] as const]),
    ];
    const given = [
      ...keyed(args, snake),
      ["opts", `pulumi.ResourceOptions(${pairs(options, "=").join(", ")})`] as const,
    ];
    return `${name} = logto.${type}("${name}", ${pairs(given, "=").join(", ")})`;
  },
  call: (name, token, args) =>
    `${name} = logto.${snake(token)}_output(${pairs(keyed(args, snake), "=").join(", ")})`,
  result: (name, key) => `${name}.${snake(key)}`,
  output: (name, value) => `pulumi.export("${name}", ${value})`,
  program: (lines, config) =>
    [
      "import pulumi\nimport pulumi_logto as logto\nconfig = pulumi.Config()",
      ...config.map((key) => `${key} = config.require_secret("${key}")`),
      ...lines,
    ].join("\n"),
};

const go: Language = {
  text: (value) => `pulumi.String(${quoted(value)})`,
  flag: (value) => `pulumi.Bool(${value})`,
  list: (items) => `pulumi.StringArray{${items.join(", ")}}`,
  object: (entries, type) =>
    type === undefined
      ? `pulumi.StringMap{${pairs(keyed(entries, quoted), ": ").join(", ")}}`
      : type === any
        ? `pulumi.Map{${pairs(keyed(entries, quoted), ": ").join(", ")}}`
        : `&logto.${type}Args{${pairs(keyed(entries, upper), ": ").join(", ")}}`,
  property: (resource, [key = "", ...inner]) =>
    `${resource}.${key === "id" ? "ID()" : upper(key)}${inner.map((one) => `.${upper(one)}()`).join("")}`,
  resource: (name, type, args, { provider, deletedWith, dependsOn }) => {
    const options = [
      ...(provider === undefined ? [] : [`pulumi.Provider(${provider})`]),
      ...(deletedWith === undefined ? [] : [`pulumi.DeletedWith(${deletedWith})`]),
      ...(dependsOn === undefined ? [] : [`pulumi.DependsOn([]pulumi.Resource{${dependsOn.join(", ")}})`]),
    ];
    const call = [`ctx, "${name}"`, go.object(args, type), ...options].join(", ");
    return `${name}, err := logto.New${type}(${call})\nif err != nil {\n\treturn err\n}\n_ = ${name}`;
  },
  call: (name, token, args) => {
    // The name with Get is that of the function that reads a resource.
    const reads = ["getSsoConnector", "getOrganization"].includes(token);
    const called = reads ? token.replace("get", "Lookup") : upper(token);
    const given =
      args.length === 0 ? "" : `, logto.${called}OutputArgs{${pairs(keyed(args, upper), ": ").join(", ")}}`;
    return `${name} := logto.${called}Output(ctx${given})`;
  },
  result: (name, key) => `${name}.${upper(key)}()`,
  output: (name, value) => `ctx.Export("${name}", ${value})`,
  program: (lines, config) =>
    [
      `package main

import (
	"github.com/OWNER/pulumi-logto/sdk/go/logto"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(program)
}

func program(ctx *pulumi.Context) error {`,
      ...config.map((key) => `${key} := config.RequireSecret(ctx, "infra:${key}")`),
      ...lines,
      "return nil\n}\n",
    ].join("\n"),
};

export const programFiles = {
  nodejs: { language: nodejs, file: "index.ts" },
  python: { language: python, file: "__main__.py" },
  go: { language: go, file: "main.go" },
} as const;

export function render(language: Language, schema: Schema, program: Program): string {
  const { resources, variables, outputs, config } = program;
  const reference = (path: string): string => {
    const [name = "", ...keys] = path.split(".");
    if (name in variables) return language.result(name, keys.join("."));
    return keys.length === 0 ? name : language.property(name, keys);
  };
  const value = (given: unknown, type: string | undefined): string => {
    if (typeof given === "boolean") return language.flag(given);
    if (Array.isArray(given)) return language.list(given.map((item) => value(item, undefined)));
    if (typeof given === "string") {
      const [, path] = /^\$\{(.*)\}$/.exec(given) ?? [];
      return path === undefined ? language.text(given) : reference(path);
    }
    return language.object(entries(given as Values, schema.types[type ?? ""]?.properties), nameIn(type));
  };
  const entries = (given: Values, properties: Properties = {}): Entry[] =>
    Object.entries(given).map(([key, inner]) => [key, value(inner, typeIn(properties[key]))]);
  const plain = (text: string) => text.replace(/^\$\{(.*)\}$/, "$1");

  const declared = Object.entries(resources).map(([name, { type, properties, options = {} }]) => {
    const isProvider = type.startsWith("pulumi:providers:");
    const args = entries(properties, schema.resources[type]?.inputProperties);
    const names = Object.fromEntries(
      Object.entries(options).map(([key, one]) => [
        key,
        Array.isArray(one) ? one.map(plain) : plain(String(one)),
      ]),
    );
    return [
      name,
      language.resource(name, isProvider ? "Provider" : (nameIn(type) ?? ""), args, names),
    ] as const;
  });
  const called = Object.entries(variables).map(([name, { "fn::invoke": call }]) => {
    return [name, language.call(name, nameIn(call.function) ?? "", entries(call.arguments))] as const;
  });
  const lines = inOrder([...called, ...declared], program);
  const exported = Object.entries(outputs).map(([name, output]) =>
    language.output(name, reference(plain(output))),
  );
  return language.program([...lines, ...exported], Object.keys(config));
}

/** The type of an object: that of the schema, or `any`. */
function typeIn({ $ref, additionalProperties }: Properties[string] = {}): string | undefined {
  return $ref?.replace("#/types/", "") ?? (additionalProperties?.$ref === any ? any : undefined);
}

function nameIn(token: string | undefined): string | undefined {
  return token?.split(":").at(-1);
}

/** A declaration follows those that it refers to: YAML has them in any order. */
function inOrder(
  declared: readonly (readonly [string, string])[],
  { resources, variables }: Program,
): string[] {
  const lines = new Map(declared);
  const ordered: string[] = [];
  const done = new Set<string>();
  const add = (name: string) => {
    const line = lines.get(name);
    if (line === undefined || done.has(name)) return;
    done.add(name);
    const text = JSON.stringify(resources[name] ?? variables[name]);
    for (const [, other = ""] of text.matchAll(/\$\{(\w+)/g)) add(other);
    ordered.push(line);
  };
  for (const [name] of declared) add(name);
  return ordered;
}
