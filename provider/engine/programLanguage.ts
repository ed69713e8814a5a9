/**
 * How programs of each language write what messages say. Messages are written as for a TypeScript program with the npm package;
 * where they reach users, `inLanguage` writes the code and the keys in them as the program does. Pure.
 */
import type { Field, Fields } from "../connector/field";
import { configFields } from "../connector/identityProviders";
import { resources } from "../connector/resources";
import { settingNames } from "../logto/settingTable";
import { pluginTypeOf } from "./pluginTokens";

/** `typescript` is a program with the npm package, and `nodejs` one with the SDK that Pulumi generates of the plugin's schema. */
export type ProgramLanguage = "typescript" | "nodejs" | "python" | "go" | "dotnet" | "java" | "yaml";

interface Syntax {
  /** A property or an option where it is only named. */
  readonly name: (name: string) => string;
  /** An argument that is a boolean or a text: `adopt: true`. */
  readonly argument: (name: string, value: string) => string;
  /** What separates arguments on lines of their own. */
  readonly separator: "," | "";
  /** An option of a resource that is a boolean or a resource: `deletedWith: connector`. */
  readonly option: (name: string, value: string) => string;
  /** The option by which a resource was called otherwise. */
  readonly formerName: string;
  /** The option by which a resource had no parent but the stack. */
  readonly formerlyWithoutParent: string;
  /** The resource that enables enterprise SSO. */
  readonly enableSingleSignOn: string;
  /** The command that imports a connector. */
  readonly importCommand: (id: string) => string;
}

const same = (name: string) => name;
const snake = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const pascal = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);

/** It writes the code. `npx` runs the only command of a package, which need not be installed. */
const ownImport = (id: string) => `npx pulumi-logto-sso import --id ${id}`;
/** The code, which has to be written by hand, would be printed with the client secret in clear. */
const pulumiImport = (id: string) =>
  `pulumi import ${pluginTypeOf("ssoConnector")} NAME ${id} --generate-code=false`;

const typescript: Syntax = {
  name: same,
  argument: (name, value) => `${name}: ${value}`,
  separator: ",",
  option: (name, value) => `${name}: ${value}`,
  formerName: 'aliases: [{ name: "OLD_NAME" }]',
  formerlyWithoutParent: "aliases: [{ parent: pulumi.rootStackResource }]",
  enableSingleSignOn: 'new logto.SingleSignOn("sso", { enabled: true });',
  importCommand: (id) => `npx logto-sso import --id ${id}`,
};

const pythonValue = (value: string) => (/^(true|false)$/.test(value) ? pascal(value) : value);
const goValue = (value: string) => {
  if (/^(true|false)$/.test(value)) return `pulumi.Bool(${value})`;
  return value.startsWith('"') ? `pulumi.String(${value})` : value;
};

const syntaxes: Readonly<Record<ProgramLanguage, Syntax>> = {
  typescript,
  nodejs: { ...typescript, importCommand: ownImport },
  python: {
    name: snake,
    argument: (name, value) => `${snake(name)}=${pythonValue(value)}`,
    separator: ",",
    option: (name, value) => `opts=pulumi.ResourceOptions(${snake(name)}=${pythonValue(value)})`,
    formerName: 'opts=pulumi.ResourceOptions(aliases=[pulumi.Alias(name="OLD_NAME")])',
    formerlyWithoutParent:
      "opts=pulumi.ResourceOptions(aliases=[pulumi.Alias(parent=pulumi.ROOT_STACK_RESOURCE)])",
    enableSingleSignOn: 'logto.SingleSignOn("sso", enabled=True)',
    importCommand: ownImport,
  },
  go: {
    name: pascal,
    argument: (name, value) => `${pascal(name)}: ${goValue(value)}`,
    separator: ",",
    option: (name, value) => `pulumi.${pascal(name)}(${value})`,
    formerName: 'pulumi.Aliases([]pulumi.Alias{{Name: pulumi.String("OLD_NAME")}})',
    formerlyWithoutParent: "pulumi.Aliases([]pulumi.Alias{{NoParent: pulumi.Bool(true)}})",
    enableSingleSignOn:
      'logto.NewSingleSignOn(ctx, "sso", &logto.SingleSignOnArgs{Enabled: pulumi.Bool(true)})',
    importCommand: ownImport,
  },
  dotnet: {
    name: pascal,
    argument: (name, value) => `${pascal(name)} = ${value}`,
    separator: ",",
    option: (name, value) => `new CustomResourceOptions { ${pascal(name)} = ${value} }`,
    formerName: 'new CustomResourceOptions { Aliases = { new Alias { Name = "OLD_NAME" } } }',
    formerlyWithoutParent: "new CustomResourceOptions { Aliases = { new Alias { NoParent = true } } }",
    enableSingleSignOn: 'new SingleSignOn("sso", new() { Enabled = true });',
    importCommand: pulumiImport,
  },
  java: {
    name: same,
    argument: (name, value) => `.${name}(${value})`,
    separator: "",
    option: (name, value) => `CustomResourceOptions.builder().${name}(${value}).build()`,
    formerName: 'CustomResourceOptions.builder().aliases(Alias.builder().name("OLD_NAME").build()).build()',
    formerlyWithoutParent: "CustomResourceOptions.builder().aliases(Alias.noParent()).build()",
    enableSingleSignOn: 'new SingleSignOn("sso", SingleSignOnArgs.builder().enabled(true).build());',
    importCommand: pulumiImport,
  },
  yaml: {
    name: same,
    argument: (name, value) => `${name}: ${value}`,
    separator: "",
    // In quotes, since YAML reads a brace within braces as the beginning of a map.
    option: (name, value) => `options: { ${name}: ${value === "connector" ? '"${connector}"' : value} }`,
    // Pulumi's YAML host takes aliases as objects only in its newer versions, and URNs in all.
    formerName: "options: { aliases: [OLD_URN] }",
    formerlyWithoutParent: "options: { aliases: [OLD_URN] }",
    enableSingleSignOn: "sso: { type: logto:SingleSignOn, properties: { enabled: true } }",
    importCommand: ownImport,
  },
};

/** Options of any resource. */
const options = new Set(["aliases", "deleteBeforeReplace", "deletedWith", "ignoreChanges", "retainOnDelete"]);

/** The fields with which a path can begin, by the object that has them. */
const roots: readonly Fields[] = [
  configFields,
  // The arguments of an explicit provider.
  Object.fromEntries(settingNames.map((name) => [name, { type: "string" }])),
  ...Object.values(resources).flatMap(({ inputs, outputs }) => [inputs as Fields, outputs as Fields]),
];

/** The keys that some language writes otherwise. */
const keys = new Set(roots.flatMap(keysOf).filter((key) => /[A-Z]/.test(key)));

function keysOf(fields: Fields): string[] {
  return Object.entries<Field>(fields).flatMap(([key, field]) => [key, ...keysOf(fieldsIn(field))]);
}

/** The keys of a map are not among them: programs write these as they are. */
function fieldsIn(field: Field): Fields {
  if (field.type === "config") return configFields;
  return field.type === "object" ? field.fields : {};
}

/** A key in a path such as `config.clientId`, `domains[0]` or `branding["darkLogo"]`. */
const keyInPath = /[a-z]\w*/gi;

/** Returns the fields that a path leads through, as far as it has any: below a map, programs write keys as they are. */
function fieldsAlong(path: string): { readonly known: readonly string[]; readonly endsInMap: boolean } {
  const known: string[] = [];
  let [objects, endsInMap] = [roots, false];
  for (const [key] of path.matchAll(keyInPath)) {
    const found = objects.flatMap((fields) => (Object.hasOwn(fields, key) ? (fields[key] ?? []) : []));
    if (found.length === 0) break;
    known.push(key);
    objects = found.map(fieldsIn);
    endsInMap = found.some(({ type }) => type === "map");
  }
  return { known, endsInMap };
}

function pathIn({ name }: Syntax, path: string): string {
  const { known, endsInMap } = fieldsAlong(path);
  const isPath = endsInMap || known.length === path.match(keyInPath)?.length;
  let index = 0;
  return path.replaceAll(keyInPath, (key) => {
    if (isPath) return index++ < known.length ? name(key) : key;
    return keys.has(key) ? name(key) : key;
  });
}

const languages: Readonly<Record<string, ProgramLanguage>> = {
  nodejs: "nodejs",
  bun: "nodejs",
  python: "python",
  go: "go",
  dotnet: "dotnet",
  java: "java",
};

/**
 * Returns the language of a program that uses the plugin.
 *
 * @param runtime of its Pulumi.yaml; an unknown one is taken for YAML, which spells everything as the schema does
 */
export function languageOf(runtime: string | undefined): ProgramLanguage {
  return languages[runtime ?? ""] ?? "yaml";
}

/**
 * A text in quotes, which is a value and stays as it is; code; or a path or a key in prose, but not one of the stack config
 * (`logto:…`). In prose, a key of one word could be any word.
 */
const parts =
  /"(?:[^"\\]|\\.)*"|`([^`]*)`|(?<![\w:/.-])([a-z]\w*(?:\.\w+|\[\d+\])+|[a-z]+[A-Z]\w*)(?![\w-])/g;

/** Returns a message as users of a language read it. */
export function inLanguage(language: ProgramLanguage, text: string): string {
  if (language === "typescript") return text;
  const syntax = syntaxes[language];
  const written = text.replaceAll(
    parts,
    (part: string, code: string | undefined, word: string | undefined) => {
      if (code !== undefined) return `\`${codeIn(syntax, code)}\``;
      return word === undefined ? part : pathIn(syntax, word);
    },
  );
  const { formerName, formerlyWithoutParent } = syntax;
  if (formerName !== formerlyWithoutParent) return written;
  return written.replace(
    `\`${formerName}\`, or \`${formerlyWithoutParent}\` if it moved into a component`,
    () => `\`${formerName}\` with the URN that \`pulumi stack --show-urns\` prints`,
  );
}

function codeIn(syntax: Syntax, code: string): string {
  const [, id] = /^npx logto-sso import --id (\S+)$/.exec(code) ?? [];
  if (id !== undefined) return syntax.importCommand(id);
  if (code === typescript.formerName) return syntax.formerName;
  if (code === typescript.formerlyWithoutParent) return syntax.formerlyWithoutParent;
  if (code === typescript.enableSingleSignOn) return syntax.enableSingleSignOn;
  if (keys.has(code) || options.has(code)) return syntax.name(code);
  const [, name = "", value = "", comma = ""] =
    /^(\w+): (true|false|connector|"[^"]*")(,?)$/.exec(code) ?? [];
  if (name === "") return code;
  const written = (options.has(name) ? syntax.option : syntax.argument)(name, value);
  return comma === "" ? written : written + syntax.separator;
}

/** Returns how a language writes the name of a property or a variable. */
export function spelling(language: ProgramLanguage, name: string): string {
  return syntaxes[language].name(name);
}

/** Returns how a language writes the last key of a property's path, if it is otherwise than in the schema. */
export function otherSpelling(language: ProgramLanguage, property: string): string | undefined {
  const all = property.match(keyInPath) ?? [];
  const last = all.at(-1) ?? "";
  if (fieldsAlong(property).known.length < all.length || !keys.has(last)) return undefined;
  const written = spelling(language, last);
  return written === last ? undefined : written;
}
