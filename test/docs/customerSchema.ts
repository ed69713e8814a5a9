/**
 * The schema of a customer's file, as `examples/customers` reads it: the fields of a connector and the customer's organization,
 * from the tables and the comments that editors show.
 */
import { join } from "node:path";
import * as prettier from "prettier";
import type ts from "typescript";
import { type Field, type Fields, type StringField } from "../../provider/connector/field";
import { identityProviders, type ProviderName } from "../../provider/connector/identityProviders";
import { publicMailDomains } from "../../provider/connector/publicMailDomains";
import { resources } from "../../provider/connector/resources";
import { Api, compile, configGroups, repository, sourcesIn, type Tables } from "./reference";

export const customerSchemaFile = join(repository, "docs", "customer.schema.json");

type Schema = Readonly<Record<string, unknown>>;

/** All that a program can declare, but for what may be secret. */
export async function customerSchema(
  tables: Tables = { resources, identityProviders },
  sources: ts.Program = compile(sourcesIn(repository)),
  folder = repository,
): Promise<string> {
  const [, resourcesFile, providersFile] = sourcesIn(folder);
  const ofResources = new Api(sources, resourcesFile);
  const ofProviders = new Api(sources, providersFile);
  const groups = configGroups(tables.identityProviders);
  const schema = {
    $schema: "http://json-schema.org/draft-07/schema#",
    $id: "https://unpkg.com/pulumi-logto-sso/docs/customer.schema.json",
    title: "Customer",
    description: "How the users of a customer sign in. The name of the file is the name of the resource.",
    ...objectOf(
      tables.resources.ssoConnector.inputs,
      (path) => ofResources.docAt("resources", ["ssoConnector", "inputs", ...path]),
      Object.keys(tables.identityProviders),
      organizationOf(tables, ofResources),
    ),
    // One that is declared here has no ID before it is created.
    dependencies: {
      organization: {
        properties: {
          organizationId: {
            not: {},
            errorMessage: "an organization is declared in this file already: remove one of the two",
          },
        },
      },
    },
    allOf: groups.map(([first, ...others]) => ({
      if: { required: ["providerName"], properties: { providerName: { enum: [first, ...others] } } },
      then: { properties: { config: { $ref: `#/definitions/${first}` } } },
    })),
    definitions: Object.fromEntries(
      groups.map(([name]) => [name, configSchema(name, tables.identityProviders, ofProviders)]),
    ),
  };
  const options = await prettier.resolveConfig(customerSchemaFile);
  return prettier.format(JSON.stringify(schema), { ...options, parser: "json" });
}

/** The customer's organization: one that is managed elsewhere, by its ID, or all that an organization has. */
function organizationOf({ resources: of }: Tables, docs: Api): Readonly<Record<string, Schema>> {
  const setOf = <Key extends "organizationJitRoles" | "organizationJitEmailDomains">(
    key: Key,
    input: keyof Tables["resources"][Key]["inputs"] & string,
  ) => {
    const field = (of[key].inputs as Fields)[input];
    if (field === undefined) throw new Error(`${key} has no ${input}`);
    const description = oneLine(docs.docAt("resources", [key, "inputs", input]));
    return { [input]: { ...schemaOf(field, []), description } };
  };
  return {
    organizationId: {
      ...schemaOf(of.organizationSsoConnector.inputs.organizationId, []),
      description:
        "The ID of the customer's organization in Logto, which is not managed here. Users become members of it at their first sign-in.",
    },
    organization: {
      ...objectOf(
        of.organization.inputs,
        (path) => docs.docAt("resources", ["organization", "inputs", ...path]),
        [],
        {
          ...setOf("organizationJitRoles", "roles"),
          ...setOf("organizationJitEmailDomains", "emailDomains"),
        },
      ),
      description:
        "The customer's organization in Logto, which is created, changed and deleted with this file. Users become members of it at their first sign-in.",
    },
  };
}

function configSchema(name: ProviderName, of: Tables["identityProviders"], docs: Api): Schema {
  const { config } = of[name];
  const schema = objectOf(config.fields, (path) =>
    docs.docAt("identityProviders", [name, "config", "fields", ...path]),
  );
  if (!("oneOf" in config)) return schema;
  const ways = config.oneOf.map((set) => set.join(" + ")).join(", or ");
  const anyOf = config.oneOf.map((required) => ({ required }));
  return { ...schema, allOf: [{ anyOf, errorMessage: `requires one of: ${ways}` }] };
}

function objectOf(
  fields: Fields,
  docAt: (path: readonly string[]) => string,
  providerNames: readonly string[] = [],
  more: Readonly<Record<string, Schema>> = {},
): Schema {
  const all = Object.entries(fields).filter(([, field]) => field.mergedInto === undefined);
  const required = all
    .filter(([, field]) => field.required && !field.secret && !field.defaultsToResourceName)
    .map(([key]) => key);
  const properties = all.map(([key, field]) => {
    const schema =
      field.type === "object"
        ? objectOf(field.fields, (path) => docAt([key, "fields", ...path]))
        : schemaOf(field, providerNames);
    return [key, { ...schema, description: oneLine(docAt([key])) }];
  });
  return {
    type: "object",
    additionalProperties: false,
    ...(required.length > 0 ? { required } : {}),
    properties: { ...Object.fromEntries(properties), ...more },
  };
}

const oneLine = (text: string) => text.replaceAll(/\s*\n\s*/g, " ");

// No form is stricter than the validation of the package, so that every connector that can be declared passes.
const url: Schema = {
  pattern: "^\\s*[Hh][Tt][Tt][Pp][Ss]?:",
  errorMessage: "must be a URL that begins with https:// (or http://)",
};
const formats: Partial<Readonly<Record<NonNullable<StringField["format"]>, Schema>>> = {
  url,
  imageUrl: {
    pattern: "^[A-Za-z][A-Za-z0-9+.-]*:",
    errorMessage: "must be a whole URL, such as https://acme.com/logo.svg",
  },
  color: { pattern: "^#([0-9A-Fa-f]{3}){1,2}$", errorMessage: "must be a color such as #5d34f2" },
  issuer: url,
  id: { pattern: "^[^\\s/]+$", errorMessage: "must be an ID of Logto, with neither a space nor a slash" },
};
/** Public ones are a matter of the customer. */
const writtenDomain: Schema = {
  type: "string",
  pattern: "^[^\\s@*/:,;|]+\\.[^\\s@*/:,;|]+$",
  errorMessage: "must be one email domain, such as acme.com: no URL, @ or wildcard",
};
const domain: Schema = {
  type: "string",
  pattern: "^[^\\s@*/:,;|]+\\.[^\\s@*/:,;|]+$",
  not: { enum: [...publicMailDomains] },
  errorMessage:
    "must be one email domain of the customer, such as acme.com: no URL, @ or wildcard, and no public domain such as gmail.com",
};

/** `errorMessage` and `doNotSuggest` are understood by editors, and ignored by other readers of schemas. */
function schemaOf(field: Field, providerNames: readonly string[]): Schema {
  if (field.secret) {
    return {
      not: {},
      errorMessage: "a secret belongs in the stack config, where it is encrypted, not in this file",
      doNotSuggest: true,
    };
  }
  switch (field.type) {
    case "string":
      return {
        type: "string",
        ...(field.required ? { minLength: 1 } : {}),
        ...(field.maxLength === undefined ? {} : { maxLength: field.maxLength }),
        ...(field.format === undefined ? {} : formats[field.format]),
      };
    case "timestamp":
      return { type: "string" };
    case "boolean":
      return { type: "boolean" };
    case "enum":
      return { enum: field.values };
    case "providerName":
      return { enum: providerNames };
    case "domains":
      return { type: "array", items: field.asWritten ? writtenDomain : domain, uniqueItems: true };
    case "set":
      return { type: "array", items: { type: "string", minLength: 1 }, uniqueItems: true };
    case "object":
    case "map":
    case "config":
      return { type: "object" };
  }
}
