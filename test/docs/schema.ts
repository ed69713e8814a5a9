// npm run schema: writes provider/plugin/schema.json, from the fields' data and the comments that editors show, and the examples of
// docs/_index.md.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as prettier from "prettier";
import type ts from "typescript";
import { parse } from "yaml";
import type { Field, Fields } from "../../provider/connector/field";
import { isProperty } from "../../provider/connector/field";
import {
  attributeMappingFields,
  configFields,
  configOf,
  identityProviders,
  type ProviderName,
  providerNames,
} from "../../provider/connector/identityProviders";
import {
  brandingFields,
  connectorInputs,
  connectorOutputs,
  organizationBrandingFields,
  organizationColorFields,
  type Resource,
  type ResourceKey,
  resources,
} from "../../provider/connector/resources";
import { typeTokenOf } from "../../provider/dynamic/tokens";
import { type LookupName, lookups } from "../../provider/logto/lookupTable";
import { settingNames, settingOf } from "../../provider/logto/settingTable";
import { listable } from "../../provider/plugin/list";
import { functionTokenOf, packageName, pluginTypeOf } from "../../provider/engine/pluginTokens";
import { description, keywords, license, repository as source } from "../../package.json";
import { exampleOf, type Language, languages } from "./examples";
import { Api, compile, exampleIdOf, sourcesIn } from "./reference";

const repository = join(__dirname, "..", "..");
/** On GitHub: what names the owner is made of it. */
const homepage = source.url.replace(/^git\+|\.git$/g, "");
const path = new URL(homepage).pathname;
const [, publisher = ""] = path.split("/");
export const schemaFile = join(repository, "provider", "plugin", "schema.json");
export const indexFile = join(repository, "docs", "_index.md");

type Json = Readonly<Record<string, unknown>>;
/** The comment above a field, by its key. */
type DocOf = (key: string) => string;

const typeNames = {
  config: "ConnectorConfig",
  branding: "Branding",
  attributeMapping: "AttributeMapping",
  providerName: "ProviderName",
  organizationBranding: "OrganizationBranding",
  organizationColor: "OrganizationColor",
  role: "OrganizationRole",
  found: "FoundSsoConnector",
  kind: "SsoConnectorProvider",
} as const;

/** The types of objects by their fields. */
const objectTypes: ReadonlyMap<Fields, string> = new Map<Fields, string>([
  [brandingFields, typeNames.branding],
  [attributeMappingFields, typeNames.attributeMapping],
  [organizationBrandingFields, typeNames.organizationBranding],
  [organizationColorFields, typeNames.organizationColor],
]);

const token = (name: string) => `${packageName}:index:${name}`;
const reference = (name: string) => ({ $ref: `#/types/${token(name)}` });
const text = { type: "string" };
const anyMap = { type: "object", additionalProperties: { $ref: "pulumi.json#/Any" } };

/** @param sources the package's sources, compiled */
export async function schema(sources: ts.Program = compile(sourcesIn(repository))): Promise<string> {
  const [index, resourcesFile, providersFile] = sourcesIn(repository);
  const api = new Api(sources, index);
  const ofResources = new Api(sources, resourcesFile);
  const ofProviders = new Api(sources, providersFile);
  const docsOf =
    (key: ResourceKey, group: "inputs" | "outputs"): DocOf =>
    (field) =>
      ofResources.docAt("resources", [key, group, field]);
  const membersOf = (name: string): DocOf => {
    const members = api.membersOf(name);
    return (field) => members.find((member) => member.name === field)?.doc ?? "";
  };

  const settings = Object.fromEntries(
    settingNames.map((name) => {
      const { secret } = settingOf(name);
      const types = { timeoutSeconds: "number", maxRequestsPerSecond: "number" };
      const type = name in types ? types[name as keyof typeof types] : "string";
      const doc = prose(api.docOfProperty("ProviderArgs", name));
      return [name, { type, description: doc, ...(secret ? { secret } : {}) }];
    }),
  );
  const required = settingNames.filter((name) => settingOf(name).required);
  // Not of an explicit provider: the environment completes the stack's own settings only.
  const variables = Object.fromEntries(
    settingNames.map((name) => {
      const { variable } = settingOf(name);
      const defaultInfo = variable === undefined ? {} : { defaultInfo: { environment: [variable] } };
      return [name, { ...settings[name], ...defaultInfo }];
    }),
  );

  function resourceSpec(key: ResourceKey): Json {
    const { name, inputs, outputs }: Resource = resources[key];
    const inputDoc = docsOf(key, "inputs");
    const kept = Object.fromEntries(Object.entries(inputs).filter(([, field]) => isProperty(field)));
    const urls = key === "ssoConnector" ? ["redirectUri", "assertionConsumerServiceUrl", "spEntityId"] : [];
    const computed = [...urls, "endpoint"].map((url) => [
      url,
      { ...text, description: prose(membersOf(name)(url)) },
    ]);
    return {
      description: [prose(api.docOf(name)), examplesOf(name), importOf(key)].join("\n\n"),
      properties: {
        ...properties(kept, inputDoc),
        ...properties(outputs, docsOf(key, "outputs")),
        ...(Object.fromEntries(computed) as Json),
      },
      required: [...alwaysThere(kept), ...alwaysThere(outputs), "endpoint"],
      inputProperties: properties(inputs, inputDoc, true),
      requiredInputs: Object.entries(inputs)
        .filter(([, field]) => field.required && !field.onlyIf && !field.defaultsToResourceName)
        .map(([field]) => field),
      aliases: [{ type: typeTokenOf(key) }],
      ...(listable.includes(key) ? { listInputs: { properties: {} } } : {}),
    };
  }

  const found = Object.fromEntries(
    Object.entries(connectorInputs).filter(([key, field]) => isProperty(field) && key !== "config"),
  ) as Fields;
  const resultDoc = membersOf("GetSsoConnectorResult");
  const foundSpec = {
    properties: {
      id: { ...text, description: prose(resultDoc("id")) },
      ...properties(found, docsOf("ssoConnector", "inputs")),
      config: { ...anyMap, description: prose(resultDoc("config")) },
      ...properties(connectorOutputs, docsOf("ssoConnector", "outputs")),
    },
    required: ["id", ...alwaysThere(found), "config", ...alwaysThere(connectorOutputs)],
  };
  const kindDoc = membersOf("SsoConnectorProvider");
  const kindKeys = ["providerName", "providerType", "name", "description", "logo", "logoDark"];
  const roleDoc = membersOf("GetOrganizationRoleResult");
  const roleKeys = ["id", "name", "description", "type"];
  const roleSpec = {
    properties: Object.fromEntries(
      roleKeys.map((key) => [key, { ...text, description: prose(roleDoc(key)) }]),
    ) as Json,
    required: roleKeys.filter((key) => key !== "description"),
  };
  const { inputs: organizationInputs, outputs: organizationOutputs }: Resource = resources.organization;
  const kept = Object.fromEntries(
    Object.entries(organizationInputs).filter(([, field]) => isProperty(field)),
  );
  const organizationSpec = {
    properties: {
      id: { ...text, description: prose(membersOf("GetOrganizationResult")("id")) },
      ...properties(kept, docsOf("organization", "inputs")),
      ...properties(organizationOutputs, docsOf("organization", "outputs")),
    },
    required: ["id", ...alwaysThere(kept), ...alwaysThere(organizationOutputs)],
  };
  /** The look-ups of one object: by what, and what they return. */
  const single = {
    getSsoConnector: [
      {
        id: "The ID of the connector in Logto.",
        connectorName: "The name of the connector (case-sensitive).",
      },
      foundSpec,
    ],
    getOrganization: [
      {
        id: "The ID of the organization in Logto.",
        name: "The name of the organization (case-sensitive). Several organizations of the name are an error.",
      },
      organizationSpec,
    ],
    getOrganizationRole: [
      { id: "The ID of the role in Logto.", name: "The name of the role (case-sensitive)." },
      roleSpec,
    ],
  } as const;
  const lists = {
    getOrganizationRoles: ["roles", typeNames.role, "GetOrganizationRolesResult"],
    getSsoConnectors: ["connectors", typeNames.found, "GetSsoConnectorsResult"],
    getSsoConnectorProviders: ["providers", typeNames.kind, "GetSsoConnectorProvidersResult"],
  } as const;

  function functionSpec(name: LookupName): Json {
    const doc = { description: prose(api.docOf(name)) };
    if (name in single) {
      const [keys, outputs] = single[name as keyof typeof single];
      const entries = Object.entries(keys).map(([key, about]) => [key, { ...text, description: about }]);
      return {
        ...doc,
        inputs: { type: "object", properties: Object.fromEntries(entries) as Json },
        outputs: { type: "object", ...outputs },
      };
    }
    const [key, item, result] = lists[name as keyof typeof lists];
    const list = { type: "array", items: reference(item), description: prose(membersOf(result)(key)) };
    return { ...doc, outputs: { type: "object", properties: { [key]: list }, required: [key] } };
  }

  const keys = Object.keys(resources) as ResourceKey[];
  const spec = {
    name: packageName,
    displayName: "Logto",
    description,
    keywords: [
      ...keywords.filter((word) => word !== "dynamic-provider"),
      "kind/native",
      "category/infrastructure",
    ],
    homepage,
    license,
    repository: homepage,
    logoUrl: `https://raw.githubusercontent.com${path}/main/docs/images/logo.svg`,
    pluginDownloadURL: `github://api.github.com${path}`,
    publisher,
    meta: { moduleFormat: "(.*)" },
    config: { variables },
    provider: {
      description: prose(api.docOf("Provider")),
      inputProperties: settings,
      requiredInputs: required,
      aliases: [{ type: "pulumi:providers:pulumi-nodejs" }],
    },
    types: {
      [token(typeNames.config)]: {
        type: "object",
        description:
          "How Logto connects to an identity provider. The `providerName` of the resource decides which keys it takes. Of a SAML " +
          "identity provider, exactly one of these is required: `metadataUrl`, or `metadata`, or `entityId`, `signInEndpoint` " +
          "and `x509Certificate` together.",
        properties: flatConfig((name, key) =>
          ofProviders.docAt("identityProviders", [name, "config", "fields", key]),
        ),
      },
      [token(typeNames.branding)]: {
        type: "object",
        description: prose(api.docOf("BrandingArgs")),
        properties: properties(brandingFields, (key) => ofResources.docAt("brandingFields", [key])),
      },
      [token(typeNames.attributeMapping)]: {
        type: "object",
        description: prose(api.docOf("AttributeMappingArgs")),
        properties: properties(attributeMappingFields, (key) =>
          ofProviders.docAt("attributeMappingFields", [key]),
        ),
      },
      ...Object.fromEntries(
        (
          [
            [typeNames.organizationBranding, organizationBrandingFields, "organizationBrandingFields"],
            [typeNames.organizationColor, organizationColorFields, "organizationColorFields"],
          ] as const
        ).map(([name, fields, table]) => [
          token(name),
          {
            type: "object",
            description: prose(api.docOf(`${name}Args`)),
            properties: properties(fields, (key) => ofResources.docAt(table, [key])),
          },
        ]),
      ),
      [token(typeNames.role)]: {
        type: "object",
        description: prose(api.docOf("GetOrganizationRoleResult")),
        ...roleSpec,
      },
      [token(typeNames.providerName)]: {
        type: "string",
        description: prose(api.docOf("ProviderName")),
        enum: providerNames.map((name) => ({ name, value: name })),
      },
      [token(typeNames.found)]: {
        type: "object",
        description: prose(api.docOf("GetSsoConnectorResult")),
        ...foundSpec,
      },
      [token(typeNames.kind)]: {
        type: "object",
        description: prose(api.docOf("SsoConnectorProvider")),
        properties: Object.fromEntries(
          kindKeys.map((key) => [key, { ...text, description: prose(kindDoc(key)) }]),
        ) as Json,
        required: kindKeys,
      },
    },
    resources: Object.fromEntries(keys.map((key) => [pluginTypeOf(key), resourceSpec(key)])),
    functions: Object.fromEntries(
      (Object.keys(lookups) as LookupName[]).map((name) => [functionTokenOf(name), functionSpec(name)]),
    ),
    language: {
      nodejs: { packageName: "pulumi-logto", respectSchemaVersion: true },
      python: { packageName: "pulumi_logto", respectSchemaVersion: true, pyproject: { enabled: true } },
      go: {
        importBasePath: `${homepage.replace("https://", "")}/sdk/go/${packageName}`,
        respectSchemaVersion: true,
        generateResourceContainerTypes: true,
      },
      csharp: { rootNamespace: "Pulumi", namespaces: { [packageName]: "Logto" }, respectSchemaVersion: true },
      java: { basePackage: "com.pulumi" },
    },
  };
  const options = await prettier.resolveConfig(schemaFile);
  return prettier.format(JSON.stringify(spec), { ...options, parser: "json" });
}

/** Paragraphs and lists for all languages: without the examples, which are in TypeScript, with the classes of the npm package. */
function prose(doc: string): string {
  return doc
    .replaceAll(/\n*```[\s\S]*?```/g, "")
    .replaceAll(/(?<!\n)\n(?!\n|\d+\. |- )/g, " ")
    .replaceAll("`undefined`", "Absent")
    .trim();
}

/** In the shortcodes of which the registry makes a chooser, and the SDK of a language takes its own. */
function examplesOf(name: string): string {
  const { title, programs } = exampleOf(name);
  // A new one is converted with this schema.
  const blocks = languages.flatMap((language) =>
    language in programs ? [fenced(language, programs[language])] : [],
  );
  return [
    "{{% examples %}}",
    "## Example Usage",
    "{{% example %}}",
    `### ${title}`,
    "",
    ...blocks,
    "{{% /example %}}",
    "{{% /examples %}}",
  ].join("\n");
}

function fenced(language: Language, program: string): string {
  return `\`\`\`${language}\n${program.trim().replaceAll(/ +$/gm, "")}\n\`\`\``;
}

function importOf(key: ResourceKey): string {
  const resource: Resource = resources[key];
  const type = pluginTypeOf(key);
  const declared = parse(exampleOf(resource.name).programs.yaml) as {
    resources: Record<string, { type: string }>;
  };
  const short = `${packageName}:${resource.name}`;
  const [name = ""] = Object.entries(declared.resources).find(([, { type: of }]) => of === short) ?? [];
  const hidesCode = "config" in resource.inputs;
  const command = `pulumi import ${type} ${name} ${exampleIdOf(resource)}${hidesCode ? " --generate-code=false" : ""}`;
  return [
    "## Import",
    `The ID is \`${resource.idFormat}\`.${
      hidesCode
        ? " Without `--generate-code=false`, Pulumi prints code that has the client secret in clear."
        : ""
    }`,
    `\`\`\`sh\n${command}\n\`\`\``,
  ].join("\n\n");
}

/** The page with the example of a connector in place of those in it; that of TypeScript is for the npm package. */
export function indexPage(): string {
  const { programs } = exampleOf("SsoConnector");
  return readFileSync(indexFile, "utf8").replaceAll(/^```(\w+)\n[^]*?^```/gm, (block, language: string) =>
    language in programs ? fenced(language as Language, programs[language as Language]) : block,
  );
}

/** @param areInputs whether they are inputs alone: objects such as `config` are outputs as well */
function properties(fields: Fields, docOf: DocOf, areInputs = false): Json {
  return Object.fromEntries(
    Object.entries(fields).map(([key, field]) => [
      key,
      {
        ...typeOf(key, field, areInputs),
        description: prose(`${docOf(key)}\n\n${valuesOf(field)}`),
        ...(field.secret === true ? { secret: true } : {}),
        ...(field.replaces === true ? { willReplaceOnChanges: true } : {}),
      },
    ]),
  );
}

function alwaysThere(fields: Fields): string[] {
  return Object.entries(fields)
    .filter(([, { required, onlyIf, default: byDefault }]) => {
      return (required === true && onlyIf === undefined) || byDefault !== undefined;
    })
    .map(([key]) => key);
}

function valuesOf(field: Field): string {
  return field.type === "enum" ? `One of ${field.values.map((value) => `\`${value}\``).join(", ")}.` : "";
}

function typeOf(key: string, field: Field, isInput: boolean): Json {
  switch (field.type) {
    case "string":
    case "timestamp":
    case "enum":
      return text;
    case "boolean":
      return { type: "boolean" };
    case "domains":
    case "set":
      return { type: "array", items: text };
    case "map":
      return field.values === "string" ? { type: "object", additionalProperties: text } : anyMap;
    case "providerName":
      // Any text is accepted as well: an enumeration alone would be a type of its own in Go and Python. Outputs are plain texts:
      // YAML does not pass such a union on as an input, and Python's result of a function can't be made with one.
      return isInput ? { oneOf: [text, reference(typeNames.providerName)] } : text;
    case "object":
      return reference(objectTypes.get(field.fields) ?? key);
    case "config":
      return reference(typeNames.config);
  }
}

/** The keys of all configs, each with whose it is. */
function flatConfig(docOf: (name: ProviderName, key: string) => string): Json {
  return Object.fromEntries(
    Object.entries(configFields).map(([key, field]) => {
      const names = providerNames.filter((name) => Object.hasOwn(configOf(name).fields, key));
      const [first = "OIDC"] = names;
      const about = `${field.required ? "Required by" : "Of"} ${listed(names)}.`;
      const spec = properties({ [key]: field }, () => `${docOf(first, key)}\n\n${about}`);
      return [key, spec[key]];
    }),
  );
}

function listed(names: readonly ProviderName[]): string {
  if (names.length === Object.keys(identityProviders).length) return "all identity providers";
  return new Intl.ListFormat("en-GB").format(names.map((name) => `\`${name}\``));
}

if (require.main === module) {
  void schema().then((json) => {
    writeFileSync(schemaFile, json);
    writeFileSync(indexFile, indexPage());
  });
}
