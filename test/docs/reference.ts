// npm run reference: writes docs/reference.md, from the fields' data and the comments that editors show.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as prettier from "prettier";
import ts from "typescript";
import type { Field, Fields } from "../../provider/connector/field";
import {
  identityProviders,
  type ProviderName,
  providerNames,
} from "../../provider/connector/identityProviders";
import { type Resource, resources } from "../../provider/connector/resources";

const repository = join(__dirname, "..", "..");
export const referenceFile = join(repository, "docs", "reference.md");
const source = (...path: string[]) => join(repository, "provider", ...path);

/** IDs as Logto makes them, for examples. */
const exampleIds: Readonly<Record<string, string>> = {
  CONNECTOR_ID: "csr2llzfwmay",
  KEY_ID: "f3q8m1zk0d2r",
  ORGANIZATION_ID: "x7h2v9c4t1pz",
};

export async function reference(): Promise<string> {
  const api = new Api(source("index.ts"));
  const tables = new Api(source("connector", "resources.ts"));
  const providers = new Api(source("connector", "identityProviders.ts"));

  const resourcePage = (key: string, { name, inputs, outputs, idFormat, adoption }: Resource) => {
    const docOf = (group: string) => (field: string) => tables.docAt("resources", [key, group, field]);
    const fields = new Set([...Object.keys(inputs), ...Object.keys(outputs)]);
    const members = api.membersOf(name).filter((member) => !fields.has(member.name));
    const id = idFormat.replaceAll(/[A-Z_]+/g, (part) => exampleIds[part] ?? part);
    return [
      `## ${name}`,
      api.docOf(name),
      "### Inputs",
      ...itemsOf(inputs, docOf("inputs")),
      "### Outputs",
      "All inputs that are kept, and:",
      ...itemsOf(outputs, docOf("outputs"), "output"),
      ...members.map((member) => item(member.name, [], member.doc)),
      "### Import",
      `The ID is \`${idFormat}\`. ${adoption} \`pulumi import\` does not work for dynamic resources. To read an existing one without managing it:`,
      `\`\`\`ts\nconst existing = logto.${name}.get("existing", "${id}");\n\`\`\``,
    ];
  };

  const text = [
    "# Reference",
    "Generated from the tables of the resources and the comments that editors show (`npm run reference`). An input takes a plain value or an output of another resource.",
    ...Object.entries<Resource>({ ...resources }).flatMap(([key, resource]) => resourcePage(key, resource)),
    "## Configs",
    "The `providerName` of an `SsoConnector` or `SsoConnectorConfig` decides which config it takes.",
    ...configGroups().flatMap(([first, ...others]) => [
      `### ${[first, ...others].join(", ")}`,
      ...itemsOf(identityProviders[first].config.fields, (key) =>
        providers.docAt("identityProviders", [first, "config", "fields", key]),
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
    "Each has two forms: the plain one returns a promise; the one that ends in `Output` also takes outputs, and returns an output.",
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
function configGroups(): [ProviderName, ...ProviderName[]][] {
  const groups: [ProviderName, ...ProviderName[]][] = [];
  for (const name of providerNames) {
    const { config } = identityProviders[name];
    const group = groups.find(([first]) => identityProviders[first].config === config);
    if (group === undefined) groups.push([name]);
    else group.push(name);
  }
  return groups;
}

function itemsOf(
  fields: Fields,
  docOf: (key: string) => string,
  use: "input" | "output" = "input",
): string[] {
  return Object.entries(fields).map(([key, field]) => {
    const isRequired = use === "input" && field.required === true && field.defaultsToResourceName !== true;
    return item(key, [typeOf(field), isRequired ? "required" : "", field.secret ? "secret" : ""], docOf(key));
  });
}

function item(name: string, qualities: readonly string[], doc: string): string {
  const [, text = doc, byDefault] = /^([\s\S]*?)\s*Default: ([\s\S]*)$/.exec(doc) ?? [];
  const given = [...qualities, byDefault === undefined ? "" : `default: ${byDefault.replace(/\.$/, "")}`];
  const brackets = given.filter((quality) => quality !== "").join("; ");
  return `- **\`${name}\`**${brackets === "" ? "" : ` (${brackets})`}${text === "" ? "" : `: ${text.replaceAll(/\s*\n\s*/g, " ")}`}`;
}

function typeOf(field: Field): string {
  switch (field.type) {
    case "string":
      return field.maxLength === undefined ? "string" : `string of at most ${field.maxLength} characters`;
    case "boolean":
    case "timestamp":
      return field.type;
    case "enum":
      return field.values.map((value) => `\`"${value}"\``).join(", ");
    case "providerName":
      return providerNames.map((name) => `\`"${name}"\``).join(", ");
    case "domains":
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

  constructor(file: string) {
    const read = ts.readConfigFile(join(repository, "tsconfig.json"), (path) => readFileSync(path, "utf8"));
    const { options } = ts.parseJsonConfigFileContent(read.config, ts.sys, repository);
    const program = ts.createProgram([file], options);
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

if (require.main === module) {
  void reference().then((text) => {
    writeFileSync(referenceFile, text);
  });
}
