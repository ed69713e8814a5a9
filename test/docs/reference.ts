// npm run reference: writes docs/reference.md, from the fields' data and the comments that editors show.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as prettier from "prettier";
import ts from "typescript";
import {
  connectorFields,
  type Field,
  type Fields,
  organizationSsoConnectorFields,
  providers,
  samlSigningKeyFields,
  ssoConnectorConfigFields,
} from "../../provider/connector/fields";

const repository = join(__dirname, "..", "..");
export const referenceFile = join(repository, "docs", "reference.md");

/**
 * A resource: its class, the type of its arguments, its fields (those whose type depends on others are named), the form of
 * its ID, an example of one, and how one that is there already is brought in.
 */
const resources = [
  {
    name: "SsoConnector",
    args: "SsoConnectorArgs",
    fields: { ...connectorFields, config: "by provider" },
    id: [
      "the connector's ID in Logto, as `logto-sso list` and the address of its page in the console show it",
    ],
    example: "csr2llzfwmay",
    bringIn:
      "[`npx logto-sso import`](migration.md#from-logtos-console) writes the code and brings it into the state; `adopt: true` takes over the one that has the name.",
  },
  {
    name: "SsoConnectorConfig",
    args: "SsoConnectorConfigArgs",
    fields: { ...ssoConnectorConfigFields, config: "by provider" },
    id: ["the connector's ID in Logto"],
    example: "csr2llzfwmay",
    bringIn:
      "Declared, it takes over a config that is the same; `adopt: true` also replaces another one that the connector has already.",
  },
  {
    name: "SamlSigningKey",
    args: "SamlSigningKeyArgs",
    fields: samlSigningKeyFields,
    id: ["`CONNECTOR_ID/KEY_ID`", "the IDs that Logto gave the connector and the key"],
    example: "csr2llzfwmay/f3q8m1zk0d2r",
    bringIn:
      "A key that is there already can be read, not brought in: declared, the resource makes another one.",
  },
  {
    name: "OrganizationSsoConnector",
    args: "OrganizationSsoConnectorArgs",
    fields: organizationSsoConnectorFields,
    id: ["`ORGANIZATION_ID/CONNECTOR_ID`", "both as Logto gave them"],
    example: "x7h2v9c4t1pz/csr2llzfwmay",
    bringIn: "Declared, it takes over a link that is there already.",
  },
] as const;

const configs = [
  { name: "OidcConfig", of: "OIDC" },
  { name: "GoogleWorkspaceConfig", of: "GoogleWorkspace" },
  { name: "SamlConfig", of: "SAML" },
] as const;

export async function reference(): Promise<string> {
  const api = new Api(join(repository, "provider", "index.ts"));
  const text = [
    "# Reference",
    "Generated from the fields' data and the comments that editors show (`npm run reference`). An input takes a plain value or an output of another resource.",
    ...resources.flatMap(({ name, args, fields, id, example, bringIn }) => [
      `## ${name}`,
      api.docOf(name),
      "### Inputs",
      ...inputs(fields, (key) => api.docOfProperty(args, key)),
      "### Outputs",
      ...outputsOf(api, name),
      "### Import",
      `Its ID is ${id.join(": ")}. Plain \`pulumi import\` does not work for dynamic resources. ${bringIn} To read one without managing it:`,
      `\`\`\`ts\nconst existing = logto.${name}.get("existing", "${example}");\n\`\`\``,
    ]),
    "## Configs",
    "Which one an `SsoConnector` or `SsoConnectorConfig` takes is decided by its `providerName`.",
    ...configs.flatMap(({ name, of }) => [
      `### ${name}`,
      api.docOf(name),
      ...inputs(providers[of].config.fields, (key) => api.docOfProperty(name, key)),
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
    ...["getSsoConnector", "getSsoConnectors", "getSsoConnectorProviders"].flatMap((name) => [
      `### ${name}`,
      api.docOf(name),
    ]),
  ].join("\n\n");
  const options = await prettier.resolveConfig(referenceFile);
  return prettier.format(text.replaceAll(/\n\n(?=- \*\*)/g, "\n"), { ...options, parser: "markdown" });
}

function inputs(fields: Readonly<Record<string, Field | string>>, docOf: (key: string) => string): string[] {
  return Object.entries(fields).flatMap(([key, field]) => {
    if (typeof field === "string") return [item(key, [field], docOf(key))];
    const own = item(
      key,
      [
        typeOf(field),
        field.required && key !== "connectorName" ? "required" : "",
        field.secret ? "secret" : "",
      ],
      docOf(key),
    );
    return [own];
  });
}

/** What only classes say: their own properties and getters. */
function outputsOf(api: Api, name: string): string[] {
  const outputs = api.membersOf(name).map(({ name: member, doc }) => item(member, [], doc));
  return outputs.length > 0 ? outputs : ["Its inputs."];
}

function item(name: string, qualities: readonly string[], doc: string): string {
  const [, text = doc, byDefault] = /^([\s\S]*?)\s*Default: ([\s\S]*)$/.exec(doc) ?? [];
  const given = [...qualities, byDefault === undefined ? "" : `default: ${byDefault.replace(/\.$/, "")}`];
  const brackets = given.filter((quality) => quality !== "").join("; ");
  return `- **\`${name}\`**${brackets === "" ? "" : ` (${brackets})`}${text === "" ? "" : `: ${text.replaceAll(/\s*\n\s*/g, " ")}`}`;
}

function typeOf(field: Field): string {
  switch (field.type) {
    case "text":
      return field.maxLength === undefined ? "text" : `text of at most ${field.maxLength} characters`;
    case "flag":
      return "boolean";
    case "choice":
      return field.choices.map((choice) => `\`"${choice}"\``).join(", ");
    case "domains":
      return "list of texts";
    case "group":
      return `\`{ ${keysOf(field.fields)} }\``;
    case "open":
      return "any keys";
  }
}

function keysOf(fields: Fields): string {
  return Object.entries(fields)
    .map(([key, { required }]) => (required ? key : `${key}?`))
    .join(", ");
}

/** What a package exports, as the compiler sees it. */
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

  propertiesOf(type: string): { name: string; type: string; optional: boolean }[] {
    return this.#checker.getPropertiesOfType(this.#typeOf(type)).map((property) => ({
      name: property.name,
      type: this.#plainType(property),
      optional: (property.flags & ts.SymbolFlags.Optional) !== 0,
    }));
  }

  /** The public members that a class or an interface of this package has, but for constructors and methods. */
  membersOf(name: string): { name: string; doc: string }[] {
    return this.#checker
      .getPropertiesOfType(this.#typeOf(name))
      .filter(
        (member) => member.valueDeclaration?.getSourceFile().fileName.includes("node_modules") === false,
      )
      .filter((member) => !member.name.startsWith("__") && !isInternal(member))
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
    return text
      .replace(/^pulumi\.Input<(.*)>$/, "$1")
      .replace(/ \| undefined$/, "")
      .replace("string", "text");
  }

  #doc(symbol: ts.Symbol): string {
    return ts.displayPartsToString(symbol.getDocumentationComment(this.#checker));
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
