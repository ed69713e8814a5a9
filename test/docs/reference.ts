/** The text of docs/reference.md, from the fields' data and the comments that editors show. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as prettier from "prettier";
import ts from "typescript";
import type { Field, Fields } from "../../provider/connector/field";
import { identityProviders, type ProviderName } from "../../provider/connector/identityProviders";
import { type Resource, resources } from "../../provider/connector/resources";
import { createProgram } from "../package/compile";

export const repository = join(__dirname, "..", "..");
export const referenceFile = join(repository, "docs", "reference.md");

/** IDs as Logto makes them, for examples. */
const exampleIds: Readonly<Record<string, string>> = {
  CONNECTOR_ID: "csr2llzfwmay",
  KEY_ID: "f3q8m1zk0d2r",
  ORGANIZATION_ID: "x7h2v9c4t1pz",
};

/** Returns an ID in the format of a resource. */
export function exampleIdOf({ idFormat }: Resource): string {
  return idFormat.replaceAll(/[A-Z_]+/g, (part) => exampleIds[part] ?? part);
}

/** What all look-ups have in common. */
const lookups = [
  "Look-ups read what the program does not declare. Each has two forms: the plain one returns a promise, as in `await logto.getSsoConnector({ id })`; the one that ends in `Output` also takes outputs, and returns an output.",
  `\`\`\`ts
const acme = logto.getSsoConnectorOutput({ connectorName: "Acme" }); // or { id }
export const issuer = acme.config.issuer;
export const names = logto
  .getSsoConnectorsOutput()
  .connectors.apply((connectors) => connectors.map(({ connectorName }) => connectorName));
export const kinds = logto
  .getSsoConnectorProvidersOutput()
  .providers.apply((providers) => providers.map(({ providerName, name }) => \`\${providerName}: \${name}\`));
\`\`\``,
  'Results contain no secrets; `SsoConnector.get("name", id)` reads the whole config, with its secrets marked as such. Look-ups also run in previews; those of a moment share one token and one list. The options `provider` and `parent` select another tenant, and [unit tests](testing.md) mock them.',
  "Stack outputs are stored in the state, so export only what you need: each kind of identity provider comes with two logos of several kB.",
];

export interface Tables {
  readonly resources: typeof resources;
  readonly identityProviders: typeof identityProviders;
}

/** The files whose comments the reference shows. */
export function sourcesIn(folder: string): readonly [index: string, resources: string, providers: string] {
  const source = (...path: string[]) => join(folder, "provider", ...path);
  return [
    source("index.ts"),
    source("connector", "resources.ts"),
    source("connector", "identityProviders.ts"),
  ];
}

/**
 * @param tables the tables of the package
 * @param sources the package's sources, compiled
 * @param folder the folder of the package
 */
export async function reference(
  tables: Tables = { resources, identityProviders },
  sources: ts.Program = compile(sourcesIn(repository)),
  folder = repository,
): Promise<string> {
  const [index, resourcesFile, providersFile] = sourcesIn(folder);
  const api = new Api(sources, index);
  const ofResources = new Api(sources, resourcesFile);
  const ofProviders = new Api(sources, providersFile);
  const names = Object.keys(tables.identityProviders);

  const resourcePage = (key: string, resource: Resource) => {
    const { name, inputs, outputs, idFormat, adoption } = resource;
    const docOf = (group: string) => (field: string) => ofResources.docAt("resources", [key, group, field]);
    const fields = new Set([...Object.keys(inputs), ...Object.keys(outputs)]);
    const members = api.membersOf(name).filter((member) => !fields.has(member.name));
    return [
      `## ${name}`,
      api.docOf(name),
      "### Inputs",
      ...itemsOf(names, inputs, docOf("inputs")),
      "### Outputs",
      "All inputs that are kept, and:",
      ...itemsOf(names, outputs, docOf("outputs"), "output"),
      ...members.map((member) => item(member.name, [], member.doc)),
      "### Import",
      `The ID is \`${idFormat}\`. ${adoption} Neither \`pulumi import\` nor the option \`import\` works for dynamic resources. To read an existing one without managing it:`,
      `\`\`\`ts\nconst existing = logto.${name}.get("existing", "${exampleIdOf(resource)}");\n\`\`\``,
    ];
  };

  const text = [
    "# Reference",
    "Generated from the tables of the resources and the comments that editors show (`npm run reference`). An input takes a plain value or an output of another resource.",
    ...Object.entries<Resource>({ ...tables.resources }).flatMap(([key, resource]) =>
      resourcePage(key, resource),
    ),
    "## Configs",
    "The `providerName` of an `SsoConnector` or `SsoConnectorConfig` decides which config it takes.",
    ...configGroups(tables.identityProviders).flatMap(([first, ...others]) => [
      `### ${[first, ...others].join(", ")}`,
      ...itemsOf(names, tables.identityProviders[first].config.fields, (key) =>
        ofProviders.docAt("identityProviders", [first, "config", "fields", key]),
      ),
    ]),
    "## Provider",
    api.docOf("Provider"),
    "### Arguments",
    ...api
      .propertiesOf("ProviderArgs")
      .map(({ name, type, optional }) =>
        item(name, [type, optional ? "" : "required"], api.docOfProperty("ProviderArgs", name)),
      ),
    "## Functions",
    ...lookups,
    ...api.names
      .filter((name) => name.startsWith("get") && !name.endsWith("Output"))
      .flatMap((name) => [
        `### ${name}, ${name}Output`,
        api.docOf(name),
        "Result:",
        ...api
          .membersOf(`${name.replace(/^g/, "G")}Result`)
          .map((member) => item(member.name, [], member.doc)),
      ]),
  ].join("\n\n");
  const options = await prettier.resolveConfig(referenceFile);
  return prettier.format(text.replaceAll(/\n\n(?=- \*\*)/g, "\n"), { ...options, parser: "markdown" });
}

/** The identity providers, those with the same config together. */
export function configGroups(of: Tables["identityProviders"]): [ProviderName, ...ProviderName[]][] {
  const groups: [ProviderName, ...ProviderName[]][] = [];
  for (const name of Object.keys(of) as ProviderName[]) {
    const group = groups.find(([first]) => of[first].config === of[name].config);
    if (group === undefined) groups.push([name]);
    else group.push(name);
  }
  return groups;
}

function itemsOf(
  names: readonly string[],
  fields: Fields,
  docOf: (key: string) => string,
  use: "input" | "output" = "input",
): string[] {
  return Object.entries(fields).map(([key, field]) => {
    const needed = use === "input" ? needOf(field) : "";
    return item(key, [typeOf(names, field), needed, field.secret ? "secret" : ""], docOf(key));
  });
}

function needOf({ required, onlyIf, defaultsToResourceName }: Field): string {
  if (required !== true || defaultsToResourceName === true) return "";
  return onlyIf === undefined ? "required" : `required if \`${onlyIf.key}\` is \`${onlyIf.is}\``;
}

function item(name: string, qualities: readonly string[], doc: string): string {
  const [, text = doc, byDefault] = /^([\s\S]*?)\s*Default: ([\s\S]*)$/.exec(doc) ?? [];
  const given = [...qualities, byDefault === undefined ? "" : `default: ${byDefault.replace(/\.$/, "")}`];
  const brackets = given.filter((quality) => quality !== "").join("; ");
  return `- **\`${name}\`**${brackets === "" ? "" : ` (${brackets})`}${text === "" ? "" : `: ${text.replaceAll(/\s*\n\s*/g, " ")}`}`;
}

function typeOf(names: readonly string[], field: Field): string {
  switch (field.type) {
    case "string":
      return field.maxLength === undefined ? "string" : `string of at most ${field.maxLength} characters`;
    case "boolean":
    case "timestamp":
      return field.type;
    case "enum":
      return field.values.map((value) => `\`"${value}"\``).join(", ");
    case "providerName":
      return names.map((name) => `\`"${name}"\``).join(", ");
    case "domains":
    case "set":
      return "list of strings";
    case "object":
      return `\`{ ${keysOf(field.fields)} }\``;
    case "map":
      return field.values === undefined ? "any keys" : "map of strings";
    case "config":
      return "[by `providerName`](#configs)";
  }
}

function keysOf(fields: Fields): string {
  return Object.entries(fields)
    .map(([key, { required }]) => (required ? key : `${key}?`))
    .join(", ");
}

/** The exports of a module, as the compiler sees them. */
export class Api {
  readonly #checker: ts.TypeChecker;
  readonly #exports: ReadonlyMap<string, ts.Symbol>;

  constructor(program: ts.Program, file: string) {
    this.#checker = program.getTypeChecker();
    const source = program.getSourceFile(file);
    const module = source && this.#checker.getSymbolAtLocation(source);
    if (module === undefined) throw new Error(`${file} is no module.`);
    this.#exports = new Map(
      this.#checker.getExportsOfModule(module).map((symbol) => [symbol.name, this.#resolved(symbol)]),
    );
  }

  get names(): string[] {
    return [...this.#exports.keys()];
  }

  docOf(name: string): string {
    return this.#doc(this.#symbol(name));
  }

  docOfProperty(type: string, key: string): string {
    const property = this.#checker.getPropertyOfType(this.#typeOf(type), key);
    if (property === undefined) throw new Error(`${type} has no ${key}.`);
    return this.#doc(property);
  }

  /** The comment at a path in an exported object. */
  docAt(name: string, path: readonly string[]): string {
    let symbol = this.#symbol(name);
    for (const key of path) {
      const property = this.#checker.getPropertyOfType(this.#checker.getTypeOfSymbol(symbol), key);
      if (property === undefined) throw new Error(`${name} has no ${path.join(".")}.`);
      symbol = property;
    }
    return this.#doc(symbol);
  }

  propertiesOf(type: string): { name: string; type: string; optional: boolean }[] {
    return this.#checker.getPropertiesOfType(this.#typeOf(type)).map((property) => ({
      name: property.name,
      type: this.#plainType(property),
      optional: (property.flags & ts.SymbolFlags.Optional) !== 0,
    }));
  }

  /** The public members of a class or an interface of this package, except for constructors and methods. */
  membersOf(name: string): { name: string; doc: string }[] {
    return this.#checker
      .getPropertiesOfType(this.#typeOf(name))
      .filter(
        (member) => member.declarations?.[0]?.getSourceFile().fileName.includes("node_modules") === false,
      )
      .filter((member) => !/^(?:__|#)/.test(member.name) && !isInternal(member))
      .filter((member) => (member.flags & (ts.SymbolFlags.Property | ts.SymbolFlags.Accessor)) !== 0)
      .map((member) => ({ name: member.name, doc: this.#doc(member) }));
  }

  #symbol(name: string): ts.Symbol {
    const symbol = this.#exports.get(name);
    if (symbol === undefined) throw new Error(`The package exports no ${name}.`);
    return symbol;
  }

  #typeOf(name: string): ts.Type {
    return this.#checker.getDeclaredTypeOfSymbol(this.#symbol(name));
  }

  /** `string` of `Input<string | undefined>`. */
  #plainType(property: ts.Symbol): string {
    const declaration = property.valueDeclaration;
    const text =
      declaration !== undefined && ts.isPropertySignature(declaration)
        ? (declaration.type?.getText() ?? "")
        : "";
    return text.replace(/^pulumi\.Input<(.*)>$/, "$1").replace(/ \| undefined$/, "");
  }

  #doc(symbol: ts.Symbol): string {
    const comment = ts.displayPartsToString(symbol.getDocumentationComment(this.#checker));
    return comment.replaceAll(/\{@link (\w+)\}/g, "`$1`");
  }

  #resolved(symbol: ts.Symbol): ts.Symbol {
    return (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : this.#checker.getAliasedSymbol(symbol);
  }
}

function isInternal(symbol: ts.Symbol): boolean {
  return symbol.getJsDocTags().some(({ name }) => name === "internal");
}

/** Compiles sources as this repository's compiler does. */
export function compile(files: readonly string[]): ts.Program {
  const read = ts.readConfigFile(join(repository, "tsconfig.json"), (path) => readFileSync(path, "utf8"));
  return createProgram(files, ts.parseJsonConfigFileContent(read.config, ts.sys, repository).options);
}
