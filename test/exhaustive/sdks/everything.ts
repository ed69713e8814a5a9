/**
 * A program that uses all that the schema has, derived from it: every input, every output, every function. What a resource or a
 * function returns declares further resources, in a second tenant: each output is passed on as the input of the same name.
 */
import { certificate, type Logto, samlMetadata } from "../../logto";

interface Type {
  readonly $ref?: string;
  readonly additionalProperties?: Type;
}
export type Properties = Readonly<Record<string, Type>>;
interface ObjectSpec {
  readonly properties: Properties;
  readonly required?: readonly string[];
}
/** The schema of the plugin. */
export interface Schema {
  readonly types: Readonly<Record<string, Partial<ObjectSpec>>>;
  readonly resources: Readonly<Record<string, ObjectSpec & { readonly inputProperties: Properties }>>;
  readonly functions: Readonly<Record<string, { readonly outputs: ObjectSpec }>>;
}

export type Values = Readonly<Record<string, unknown>>;
interface Declaration {
  readonly type: string;
  readonly properties: Values;
  readonly options?: Values;
}

/** A program in YAML. */
export interface Program {
  readonly config: Values;
  readonly variables: Readonly<
    Record<string, { readonly "fn::invoke": { readonly function: string; readonly arguments: Values } }>
  >;
  readonly resources: Readonly<Record<string, Declaration>>;
  /** Each output of a resource or a function, as `NAME_PROPERTY`. */
  readonly outputs: Readonly<Record<string, string>>;
}

export const organizationId = "acme-organization";
const adoptedId = "adopted";
export const applicationId = "acme-application";
export const redirectUri = "https://app.acme.com/callback";

/** What the program needs in both tenants. */
export function prepare({ organizations, organizationRoles, applications }: Logto): void {
  for (const id of [organizationId, adoptedId]) organizations.put(id, id, []);
  organizationRoles.insert({ id: "admin-role", name: "admin", description: "Invites members" });
  organizationRoles.insert({ id: "member-role", name: "member" });
  const oidcClientMetadata = { redirectUris: [redirectUri], postLogoutRedirectUris: [] };
  applications.insert({ id: applicationId, type: "Traditional", oidcClientMetadata });
}

/** The declarations that together have every input. */
function declarationsAt(idp: string): Readonly<Record<string, Declaration>> {
  const client = { clientId: "client", clientSecret: "${connectorSecret}" };
  const connector = (properties: Values) => ({ type: "logto:index:SsoConnector", properties });
  const of = (type: string, properties: Values, options: Values = {}) => ({
    type: `logto:index:${type}`,
    properties,
    options,
  });
  const deletedWith = (name: string) => ({ deletedWith: `\${${name}}` });
  return {
    sso: { type: "logto:index:SingleSignOn", properties: { enabled: true } },
    oidc: connector({
      providerName: "OIDC",
      connectorName: "OIDC",
      config: { ...client, issuer: `${idp}/acme`, scope: "groups", trustUnverifiedEmail: true },
      extraConfig: {},
      domains: ["acme.com", "acme.org"],
      branding: {
        displayName: "Acme",
        logo: "https://acme.com/logo.svg",
        darkLogo: "https://acme.com/dark.svg",
      },
      syncProfile: true,
      enableTokenStorage: true,
      adopt: true,
    }),
    google: connector({ providerName: "GoogleWorkspace", config: { ...client, offlineAccess: true } }),
    metadata: connector({
      providerName: "AzureAD",
      config: { metadata: samlMetadata("urn:acme:idp", "https://idp.acme.com/sso") },
    }),
    manual: connector({
      providerName: "SAML",
      config: {
        entityId: "urn:acme:manual",
        signInEndpoint: "https://idp.acme.com/sso",
        x509Certificate: certificate,
        attributeMapping: { id: "uid", email: "mail", name: "cn" },
        requestSignatureAlgorithm: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
        signAuthnRequest: true,
      },
    }),
    saml: connector({ providerName: "SAML" }),
    key: of("SamlSigningKey", { connectorId: "${saml.id}", active: true }, deletedWith("saml")),
    byUrl: connector({ providerName: "SAML", config: { metadataUrl: `${idp}/saml/metadata` } }),
    samlConfig: of(
      "SsoConnectorConfig",
      {
        connectorId: "${saml.id}",
        providerName: "${saml.providerName}",
        config: { metadataUrl: `${idp}/saml/metadata`, signAuthnRequest: true },
        extraConfig: {},
        adopt: true,
      },
      { dependsOn: ["${key}"] },
    ),
    customer: of("Organization", {
      name: "Customer",
      description: "A customer",
      customData: { plan: "gold" },
      isMfaRequired: true,
      branding: {
        logoUrl: "https://acme.com/logo.svg",
        darkLogoUrl: "https://acme.com/dark.svg",
        favicon: "https://acme.com/favicon.ico",
        darkFavicon: "https://acme.com/dark.ico",
      },
      color: { primaryColor: "#5d34f2", isDarkModeEnabled: true, darkPrimaryColor: "#7958ff" },
      customCss: "a { color: red }",
      allowDuplicate: true,
    }),
    adopted: of("Organization", { name: "Adopted", adopt: adoptedId }),
    roles: of(
      "OrganizationJitRoles",
      { organizationId: "${customer.id}", roles: ["admin", "member-role"], adopt: true },
      deletedWith("customer"),
    ),
    emailDomains: of(
      "OrganizationJitEmailDomains",
      { organizationId: "${customer.id}", emailDomains: ["acme.net"], adopt: true },
      deletedWith("customer"),
    ),
    link: of("OrganizationSsoConnector", { organizationId, connectorId: "${oidc.id}" }, deletedWith("oidc")),
    sent: of(
      "SsoConnectorIdpInitiatedAuth",
      {
        connectorId: "${manual.id}",
        autoSendAuthorizationRequest: true,
        defaultApplicationId: applicationId,
        redirectUri,
        authParameters: { scope: "email" },
        adopt: true,
      },
      deletedWith("manual"),
    ),
    called: of(
      "SsoConnectorIdpInitiatedAuth",
      {
        connectorId: "${metadata.id}",
        autoSendAuthorizationRequest: false,
        defaultApplicationId: applicationId,
        clientIdpInitiatedAuthCallbackUri: "https://app.acme.com/sso",
      },
      deletedWith("metadata"),
    ),
  };
}

/** The arguments with which functions are called; the others have none. */
const calls: Readonly<Record<string, readonly Values[]>> = {
  "logto:index:getSsoConnector": [{ id: "${saml.id}" }, { connectorName: "${saml.connectorName}" }],
  "logto:index:getOrganization": [{ id: "${customer.id}" }, { name: "${customer.name}" }],
  "logto:index:getOrganizationRole": [{ id: "admin-role" }, { name: "admin" }],
};

/** @param idp the address of identity providers that answer below any path */
export function programOf(schema: Schema, idp: string): Program {
  const declarations = declarationsAt(idp);
  const missing = unusedInputs(schema, Object.values(declarations));
  if (missing.length > 0) throw new Error(`No declaration has ${missing.join(", ")}.`);

  const variables: Record<string, { "fn::invoke": { function: string; arguments: Values } }> = {};
  const outputs: Record<string, string> = {};
  for (const [token, { outputs: results }] of Object.entries(schema.functions))
    for (const [index, args] of (calls[token] ?? [{}]).entries()) {
      const name = `${nameIn(token)}${index === 0 ? "" : String(index)}`;
      variables[name] = { "fn::invoke": { function: token, arguments: args } };
      for (const key of Object.keys(results.properties)) outputs[`${name}_${key}`] = `\${${name}.${key}}`;
    }

  const resources: Record<string, Declaration> = {
    other: {
      type: "pulumi:providers:logto",
      properties: { endpoint: "${otherEndpoint}", clientId: "m2m", clientSecret: "${otherSecret}" },
    },
  };
  for (const [name, declaration] of Object.entries(declarations)) {
    const { type, options = {}, properties: given } = declaration;
    const { properties = {}, inputProperties = {} } = schema.resources[type] ?? {};
    for (const key of Object.keys(properties)) outputs[`${name}_${key}`] = `\${${name}.${key}}`;
    // What the first tenant has of this connector is read by a function, whose config is any map.
    const isFound = name === "saml";
    const source = isFound ? "getSsoConnector" : name;
    const kept = Object.keys(properties).filter(
      (key) => key in inputProperties && !isId(given[key]) && !(isFound && key === "config"),
    );
    // Logto makes these IDs, and what is adopted by its ID is in both tenants.
    const ids = Object.entries(given).filter(
      ([key, value]) => isId(value) || (key === "adopt" && value !== true),
    );
    resources[name] = declaration;
    resources[mirrorOf(name)] = {
      type,
      properties: {
        ...Object.fromEntries(kept.map((key) => [key, passedOn(`${source}.${key}`, given[key])])),
        ...Object.fromEntries(ids.map(([key, value]) => [key, inMirror(value)])),
      },
      options: {
        ...Object.fromEntries(
          Object.entries(options).map(([key, value]) => [
            key,
            Array.isArray(value) ? value.map(inMirror) : inMirror(value),
          ]),
        ),
        provider: "${other}",
      },
    };
  }
  return {
    config: {
      connectorSecret: { type: "string", secret: true },
      otherSecret: { type: "string", secret: true },
      otherEndpoint: { type: "string" },
    },
    variables,
    resources,
    outputs,
  };
}

/** The host of YAML programs drops a secret that is within an object (seen with its version 1.25.0), but not one by itself. */
const passedOn = (output: string, given: unknown): unknown =>
  isRecord(given) && "clientSecret" in given
    ? Object.fromEntries(Object.keys(given).map((key) => [key, `\${${output}.${key}}`]))
    : `\${${output}}`;
const nameIn = (token: string) => token.split(":").at(-1) ?? token;
const mirrorOf = (name: string) => `${name}Mirror`;
const isId = (given: unknown) => typeof given === "string" && /^\$\{\w+\.id\}$/.test(given);
const inMirror = (reference: unknown) =>
  String(reference).replace(/\$\{(\w+)/, (_, name: string) => `\${${mirrorOf(name)}`);

/** Returns the outputs that have no value anywhere, of those that a program has in the stack. */
export function missingOutputs(schema: Schema, program: Program, stackOutputs: Values): string[] {
  // Each language has its own way to write names.
  const written = (name: string) => name.replaceAll("_", "").toLowerCase();
  const present = new Set(
    Object.entries(stackOutputs).flatMap(([name, value]) => (value === null ? [] : [written(name)])),
  );
  const typeOf = (name: string) =>
    program.resources[name]?.type ?? program.variables[name]?.["fn::invoke"].function ?? "";
  const wanted = new Map<string, boolean>();
  for (const output of Object.keys(program.outputs)) {
    const [name = "", key = ""] = output.split("_");
    const token = typeOf(name);
    const { required = [] } = schema.resources[token] ?? schema.functions[token]?.outputs ?? {};
    // One of them has each optional output.
    const what = required.includes(key) ? output : `${token} ${key}`;
    wanted.set(what, wanted.get(what) === true || present.has(written(output)));
  }
  return [...wanted].flatMap(([what, isThere]) => (isThere ? [] : [what]));
}

/** What a tenant has, without what differs between two tenants. */
export function contentsOf(logto: Logto): object {
  const { connectors, signingKeys, organizations, idpInitiatedAuth, signInExperience } = logto;
  return {
    enabled: signInExperience.singleSignOnEnabled,
    linked: organizations.linked(organizationId).map((id) => connectors.rows.get(id)?.connectorName),
    organizations: organizations.rows
      .map(({ id, createdAt: _, ...row }) => ({
        ...row,
        roles: organizations.jitRoles.of(id).sort(),
        emailDomains: organizations.jitEmailDomains.of(id),
      }))
      .sort((one, other) => (one.name < other.name ? -1 : 1)),
    connectors: [...connectors.rows.values()]
      .map(({ id, createdAt: _, ...row }) => {
        const { connectorId: _id, createdAt: _at, ...auth } = idpInitiatedAuth.rows.get(id) ?? {};
        return { ...row, auth, keys: signingKeys.of(id).map(({ active }) => active) };
      })
      .sort((one, other) => (one.connectorName < other.connectorName ? -1 : 1)),
  };
}

/** Returns the inputs of resources, and the keys of the objects that they take, that no declaration has. */
function unusedInputs(schema: Schema, declarations: readonly Declaration[]): string[] {
  const used = new Set<string>();
  const note = (owner: string, properties: Properties, given: Values) => {
    for (const [key, value] of Object.entries(given)) {
      used.add(`${owner}.${key}`);
      const type = properties[key]?.$ref?.replace("#/types/", "") ?? "";
      if (isRecord(value)) note(type, schema.types[type]?.properties ?? {}, value);
    }
  };
  for (const { type, properties } of declarations)
    note(type, schema.resources[type]?.inputProperties ?? {}, properties);
  const ofResources = Object.entries(schema.resources).map(
    ([token, one]) => [token, one.inputProperties] as const,
  );
  const taken = new Set(ofResources.flatMap(([, inputs]) => objectTypesIn(schema, inputs)));
  const ofTypes = [...taken].map((token) => [token, schema.types[token]?.properties ?? {}] as const);
  return [...ofResources, ...ofTypes].flatMap(([owner, properties]) =>
    Object.keys(properties)
      .map((key) => `${owner}.${key}`)
      .filter((path) => !used.has(path)),
  );
}

function objectTypesIn(schema: Schema, properties: Properties): string[] {
  return Object.values(properties).flatMap(({ $ref = "" }) => {
    const token = $ref.replace("#/types/", "");
    const inner = schema.types[token]?.properties;
    return inner === undefined ? [] : [token, ...objectTypesIn(schema, inner)];
  });
}

function isRecord(value: unknown): value is Values {
  return typeof value === "object" && value !== null;
}
