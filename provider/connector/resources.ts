/**
 * The resources of this package as data: the one place that says what each of them has.
 *
 * The TypeScript types of a program, validation, defaults, comparison, replacement, secrecy, the state, look-ups and the
 * reference are derived from these tables, and the comment above a field is what an editor shows for it. So a new field is
 * one entry here.
 *
 * The comments say what Logto 1.42 does with each field (Logto: routes/sso-connector; test/logto/recordings).
 */
import type { Fields } from "./field";

export const brandingFields = {
  /**
   * The name on the sign-in button.
   *
   * Default: the name of the identity provider.
   */
  displayName: { type: "string", equalsAbsent: "" },
  /**
   * The URL of the logo, with `https:`, or `data:` and the image itself: the sign-in page loads no others.
   *
   * Default: the logo of the identity provider.
   */
  logo: { type: "string", format: "image", equalsAbsent: "" },
  /**
   * The URL of the logo for the dark theme, as of `logo`.
   *
   * Default: Logto shows `logo`.
   */
  darkLogo: { type: "string", format: "image", equalsAbsent: "" },
} as const satisfies Fields;

const extraConfig = {
  /**
   * Keys of `config` that a newer Logto knows and this package does not. They are merged into `config`, and are secret in the
   * state. A key that Logto ignores is an error.
   */
  extraConfig: { type: "map", mergedInto: "config" },
} as const satisfies Fields;

export const connectorInputs = {
  /**
   * The kind of identity provider, which decides the type of `config`. Logto cannot change it: a different one deletes the
   * connector and creates a new one, with a new ID and therefore new URLs to register at the identity provider.
   */
  providerName: { type: "providerName", required: true, replaces: true },
  /**
   * The name in Logto's console, unique in the tenant (case-sensitive), at most 128 characters.
   *
   * Default: the name of the resource.
   */
  connectorName: { type: "string", required: true, maxLength: 128, defaultsToResourceName: true },
  /**
   * How Logto connects to the identity provider. Left out, it is not managed by this resource, and the connector cannot be
   * used until it has one. Logto cannot clear a config: taken out of the program, it stays as it is.
   */
  config: { type: "config", unmanagedIfAbsent: true },
  ...extraConfig,
  /**
   * The email domains whose users sign in through this connector, in any case and order, each exactly as it follows the @ of an
   * address: subdomains are domains of their own. Specify an internationalized domain also in its ASCII form (`xn--…`), by which
   * Logto 1.42 finds it. Logto rejects duplicates and public email domains such as `gmail.com`.
   *
   * Default: `[]`.
   */
  domains: { type: "domains", default: [] },
  /**
   * How the connector appears on the sign-in page, which is public.
   *
   * Default: `{}`, which shows the name and the logo of the identity provider.
   */
  branding: { type: "object", default: {}, fields: brandingFields },
  /**
   * Whether Logto updates the user's profile at every sign-in, not only at the first.
   *
   * Default: `false`.
   */
  syncProfile: { type: "boolean", default: false },
  /**
   * Whether Logto stores the tokens that the identity provider issues. OIDC only; the server needs a key to encrypt them.
   * Turning it off deletes the stored tokens.
   *
   * Default: `false`.
   */
  enableTokenStorage: { type: "boolean", default: false, protocol: "oidc" },
  /**
   * Whether to take over an existing connector of this name and identity provider by changing it to what is declared here.
   * Its ID, and therefore the URLs registered at the identity provider, stay. It matters only when the resource is created.
   *
   * Default: `false`: an existing connector of this name is an error.
   */
  adopt: { type: "boolean", createOnly: true },
} as const satisfies Fields;

export const connectorOutputs = {
  /** The ID of the Logto tenant. */
  tenantId: { type: "string", required: true },
  /** The time of creation, as RFC 3339. */
  createdAt: { type: "timestamp", required: true },
} as const satisfies Fields;

const signingOutputs = {
  /**
   * The certificate (PEM) to register at the identity provider, with which it verifies Logto's authentication requests: that
   * of the signing key that was active when the config was last changed or refreshed. `undefined` unless
   * `config.signAuthnRequest` is set.
   */
  signingCertificate: { type: "string", format: "certificate", follows: "config" },
} as const satisfies Fields;

const replaceExisting = {
  /**
   * Whether to replace a different config that the connector has already. It matters only when the resource is created.
   *
   * Default: `false`: a different config is an error.
   */
  adopt: { type: "boolean", createOnly: true },
} as const satisfies Fields;

const removeExisting = {
  /**
   * Whether to remove what the organization has already and is not declared here. It matters only when the resource is created.
   *
   * Default: `false`: something that is not declared is an error.
   */
  adopt: { type: "boolean", createOnly: true },
} as const satisfies Fields;

const partOfConnector = {
  /** The ID of the connector, such as `connector.id`. A different one replaces this resource. */
  connectorId: { type: "string", format: "id", maxLength: 128, required: true, replaces: true },
} as const satisfies Fields;

export const connectorConfigInputs = {
  ...partOfConnector,
  /** The connector's kind of identity provider, which decides the type of `config`. A different one replaces this resource. */
  providerName: connectorInputs.providerName,
  /** How Logto connects to the identity provider. */
  config: { type: "config", required: true },
  ...extraConfig,
  ...replaceExisting,
} as const satisfies Fields;

export const signingKeyInputs = {
  ...partOfConnector,
  /**
   * Whether Logto signs with this key. A connector has at most one active key: activating one deactivates the others at the
   * same moment.
   *
   * Default: `false`.
   */
  active: { type: "boolean", default: false },
} as const satisfies Fields;

export const signingKeyOutputs = {
  /** The certificate (PEM) with which the identity provider verifies Logto's authentication requests. */
  certificate: { type: "string", format: "certificate", required: true },
  /** The SHA-256 fingerprint of the certificate: hexadecimal bytes, separated by colons. */
  fingerprint: { type: "string", required: true },
  // Logto: libraries/saml-sso-connector-signing-key.ts
  /** The time at which the certificate expires, as RFC 3339: three years after its creation. */
  expiresAt: { type: "timestamp", required: true },
} as const satisfies Fields;

const partOfOrganization = {
  /** The ID of the organization, such as `organization.id`. A different one replaces this resource. */
  organizationId: { type: "string", format: "id", maxLength: 21, required: true, replaces: true },
} as const satisfies Fields;

export const organizationConnectorInputs = {
  ...partOfOrganization,
  ...partOfConnector,
} as const satisfies Fields;

export const organizationBrandingFields = {
  /** The URL of the logo, with `https:`, or `data:` and the image itself: the sign-in page loads no others. */
  logoUrl: { type: "string", format: "imageUrl", equalsAbsent: "" },
  /** The URL of the logo for the dark theme, as of `logoUrl`. */
  darkLogoUrl: { type: "string", format: "imageUrl", equalsAbsent: "" },
  /** The URL of the icon in the browser's tab, as of `logoUrl`. */
  favicon: { type: "string", format: "imageUrl", equalsAbsent: "" },
  /** The URL of the icon for the dark theme, as of `logoUrl`. */
  darkFavicon: { type: "string", format: "imageUrl", equalsAbsent: "" },
} as const satisfies Fields;

export const organizationColorFields = {
  /** The color of buttons and links, such as `#5d34f2`. */
  primaryColor: { type: "string", format: "color", equalsAbsent: "" },
  /** Whether the sign-in page follows the dark theme of the user's device. */
  isDarkModeEnabled: { type: "boolean" },
  /** The color of buttons and links in the dark theme, such as `#7958ff`. */
  darkPrimaryColor: { type: "string", format: "color", equalsAbsent: "" },
} as const satisfies Fields;

// Recorded: test/logto/recordings/logto-1.42-organizations.json; Logto: packages/schemas/tables/organizations.sql.
export const organizationInputs = {
  /**
   * The name that members see, at most 128 characters. Logto accepts several organizations of one name.
   *
   * Default: the name of the resource.
   */
  name: { type: "string", required: true, maxLength: 128, defaultsToResourceName: true },
  /** A description for Logto's console, at most 256 characters. */
  description: { type: "string", maxLength: 256, equalsAbsent: "" },
  /**
   * Data of your own for this organization, which Logto stores as JSON. Keys whose value is `null` are left out.
   *
   * Default: `{}`.
   */
  customData: { type: "map", default: {} },
  /**
   * Whether members must sign in with a second factor before they get access to the organization.
   *
   * Default: `false`.
   */
  isMfaRequired: { type: "boolean", default: false },
  /**
   * The logos on the sign-in page of the organization, which is public.
   *
   * Default: `{}`, which shows those of the tenant.
   */
  branding: { type: "object", default: {}, fields: organizationBrandingFields },
  /**
   * The colors of the sign-in page of the organization.
   *
   * Default: `{}`, which takes those of the tenant.
   */
  color: { type: "object", default: {}, fields: organizationColorFields },
  /** CSS for the sign-in page of the organization. */
  customCss: { type: "string", equalsAbsent: "" },
  /**
   * The ID of an existing organization to take over, by changing it to what is declared here. Its members stay. It matters only
   * when the resource is created.
   */
  adopt: { type: "string", format: "id", maxLength: 21, createOnly: true },
  /**
   * Whether to create another organization where one of that name exists, which Logto allows. It matters only when the resource
   * is created.
   *
   * Default: `false`: such an organization, which an interrupted deployment or a renamed resource can have left, is an error.
   */
  allowDuplicate: { type: "boolean", createOnly: true },
} as const satisfies Fields;

export const organizationJitRolesInputs = {
  ...partOfOrganization,
  // Logto: packages/schemas/tables/organization_role_user_relations.sql, whose check fails the sign-in for a role of machines.
  /**
   * The roles of members who join just in time, each by its name or its ID, in any order: all of them, so that any other is
   * removed. `[]` gives them none. A role for machine-to-machine applications is an error, since nobody could sign in.
   */
  roles: { type: "set", of: "a role", required: true },
  ...removeExisting,
} as const satisfies Fields;

export const organizationJitEmailDomainsInputs = {
  ...partOfOrganization,
  // Logto: queries/organization/email-domains.ts, which compares the text after the @.
  /**
   * The domains of email addresses whose users join the organization when they register without enterprise SSO, in any order: all of
   * them, so that any other is removed. Logto compares each as it is written with what follows the @ of an address.
   */
  emailDomains: { type: "domains", asWritten: true, required: true },
  ...removeExisting,
} as const satisfies Fields;

const sentByLogto = { key: "autoSendAuthorizationRequest", is: true } as const;

export const idpInitiatedAuthInputs = {
  ...partOfConnector,
  /**
   * Whether Logto starts an ordinary sign-in when the identity provider sends a user. Otherwise Logto sends the user to
   * `clientIdpInitiatedAuthCallbackUri`, where the application starts it.
   */
  autoSendAuthorizationRequest: { type: "boolean", required: true },
  /**
   * The ID of the Logto application that users sign in to: a traditional web application of your own or a SAML application, or,
   * without `autoSendAuthorizationRequest`, also a single-page application.
   */
  defaultApplicationId: { type: "string", format: "id", maxLength: 21, required: true },
  /**
   * Where Logto sends users after the sign-in, with `autoSendAuthorizationRequest` only. It must be a redirect URI of the
   * application, spelt exactly as there.
   *
   * Default: the first redirect URI of the application.
   */
  redirectUri: {
    type: "string",
    format: "uri",
    equalsAbsent: "",
    onlyIf: sentByLogto,
  },
  /**
   * More parameters of the authorization request, such as `scope`, with `autoSendAuthorizationRequest` only.
   *
   * Default: `{}`.
   */
  authParameters: {
    type: "map",
    values: "string",
    equalsAbsent: {},
    onlyIf: sentByLogto,
  },
  /**
   * Where Logto sends users, without `autoSendAuthorizationRequest` only; required then. An address with its scheme, such as
   * `https://app.acme.com/sso`, or `myapp://sso` of a native application.
   */
  clientIdpInitiatedAuthCallbackUri: {
    type: "string",
    format: "uri",
    required: true,
    onlyIf: { key: "autoSendAuthorizationRequest", is: false },
  },
  ...replaceExisting,
} as const satisfies Fields;

export const singleSignOnInputs = {
  // Logto: packages/schemas/tables/sign_in_experiences.sql; recorded: "sign-in-exp with SSO off"
  /**
   * Whether connectors are shown at sign-in at all. A new tenant of a self-hosted Logto has it off, and then nobody can sign in
   * through a connector, whatever else is declared.
   */
  enabled: { type: "boolean", required: true },
} as const satisfies Fields;

export const singleSignOnOutputs = {
  /** The ID of the Logto tenant. */
  tenantId: connectorOutputs.tenantId,
} as const satisfies Fields;

/** A resource: its names, its fields and its ID. */
export interface Resource<Inputs extends Fields = Fields, Outputs extends Fields = Fields> {
  /** The class in programs, and the last part of the resource's type token. */
  readonly name: string;
  /** The words for the object in Logto in errors and notices. */
  readonly noun: string;
  readonly inputs: Inputs;
  /** The properties that Logto decides. */
  readonly outputs: Outputs;
  /** The inputs that the ID consists of, separated by slashes. Default: Logto makes the ID. */
  readonly idFrom?: readonly string[];
  /** The inputs that no other object of the tenant has, where Logto makes the ID. Default: objects can be equal. */
  readonly identifiedBy?: readonly string[];
  /** What is wrong with two resources that declare one object, after their names in an error. Default: two cannot. */
  readonly duplicate?: string;
  /** How the ID is written. */
  readonly idFormat: string;
  /** How an existing object is brought into a stack, for the reference. */
  readonly adoption: string;
  /** Each tenant has one, from its creation on: the ID is the same in all of them, and it cannot be deleted. */
  readonly onePerTenant?: true;
  /** Names identify the object, so the old one must be deleted before its replacement can be created. */
  readonly deleteBeforeReplace?: true;
}

/**
 * Keys and names are in every user's state, by the tokens that are made from them: they must never change. The types are written
 * out, since the compiler would put the tables in place of their names into the package's declarations, without the comments.
 */
export interface Resources {
  readonly ssoConnector: Resource<typeof connectorInputs, typeof connectorOutputs & typeof signingOutputs>;
  readonly ssoConnectorConfig: Resource<typeof connectorConfigInputs, typeof signingOutputs>;
  readonly samlSigningKey: Resource<typeof signingKeyInputs, typeof signingKeyOutputs>;
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- Logto decides nothing of it
  readonly organizationSsoConnector: Resource<typeof organizationConnectorInputs, {}>;
  readonly ssoConnectorIdpInitiatedAuth: Resource<typeof idpInitiatedAuthInputs, typeof connectorOutputs>;
  readonly singleSignOn: Resource<typeof singleSignOnInputs, typeof singleSignOnOutputs>;
  readonly organization: Resource<typeof organizationInputs, typeof connectorOutputs>;
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- Logto decides nothing of it
  readonly organizationJitRoles: Resource<typeof organizationJitRolesInputs, {}>;
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- Logto decides nothing of it
  readonly organizationJitEmailDomains: Resource<typeof organizationJitEmailDomainsInputs, {}>;
}
export type ResourceKey = keyof Resources;

const existingSet =
  "What the organization has already is taken over if all of it is declared. `adopt: true` also removes what is not.";
const duplicateSet =
  "are of the same organization, and each would remove what the other declares. Make one resource of the two.";

export const resources: Resources = {
  ssoConnector: {
    name: "SsoConnector",
    noun: "SSO connector",
    inputs: connectorInputs,
    outputs: { ...connectorOutputs, ...signingOutputs },
    identifiedBy: ["connectorName"],
    duplicate:
      "have the same connectorName, which must be unique in a tenant. Choose another connectorName for one of them.",
    idFormat: "CONNECTOR_ID",
    adoption:
      "[`npx logto-sso import`](migration.md#from-logtos-console) writes the code and imports the connector into the state. `adopt: true` takes over the connector that has the name.",
    deleteBeforeReplace: true,
  },
  ssoConnectorConfig: {
    name: "SsoConnectorConfig",
    noun: "config of SSO connector",
    inputs: connectorConfigInputs,
    outputs: signingOutputs,
    idFrom: ["connectorId"],
    duplicate: "declare the config of the same connector. Remove one of the two.",
    idFormat: "CONNECTOR_ID",
    adoption:
      "A config that is identical is taken over when it is declared. `adopt: true` also replaces a different one.",
  },
  samlSigningKey: {
    name: "SamlSigningKey",
    noun: "signing key of SSO connector",
    inputs: signingKeyInputs,
    outputs: signingKeyOutputs,
    idFormat: "CONNECTOR_ID/KEY_ID",
    adoption: "An existing key can be read, but not managed: declared, the resource creates another one.",
  },
  organizationSsoConnector: {
    name: "OrganizationSsoConnector",
    noun: "just-in-time link of an organization to an SSO connector",
    inputs: organizationConnectorInputs,
    outputs: {},
    idFrom: ["organizationId", "connectorId"],
    duplicate: "link the same organization to the same connector. Remove one of the two.",
    idFormat: "ORGANIZATION_ID/CONNECTOR_ID",
    adoption: "An existing link is taken over when it is declared.",
  },
  ssoConnectorIdpInitiatedAuth: {
    name: "SsoConnectorIdpInitiatedAuth",
    noun: "IdP-initiated sign-in of SSO connector",
    inputs: idpInitiatedAuthInputs,
    outputs: connectorOutputs,
    idFrom: ["connectorId"],
    duplicate: "declare IdP-initiated sign-in of the same connector. Remove one of the two.",
    idFormat: "CONNECTOR_ID",
    adoption:
      "A config that is identical is taken over when it is declared. `adopt: true` also replaces a different one.",
  },
  singleSignOn: {
    name: "SingleSignOn",
    noun: "enterprise SSO switch",
    inputs: singleSignOnInputs,
    outputs: singleSignOnOutputs,
    duplicate:
      "declare the same switch, of which a tenant has one. Remove one of the two, or give one of them the option `provider` of another tenant.",
    idFormat: "single-sign-on",
    adoption:
      "Each tenant has exactly one, so the ID is always the same. It is taken over when it is declared, and changed only where it differs.",
    onePerTenant: true,
  },
  organization: {
    name: "Organization",
    noun: "organization",
    inputs: organizationInputs,
    outputs: connectorOutputs,
    idFormat: "ORGANIZATION_ID",
    adoption: '`adopt: "ORGANIZATION_ID"` takes over the organization of this ID, with its members.',
    deleteBeforeReplace: true,
  },
  organizationJitRoles: {
    name: "OrganizationJitRoles",
    noun: "just-in-time roles of organization",
    inputs: organizationJitRolesInputs,
    outputs: {},
    idFrom: ["organizationId"],
    duplicate: duplicateSet,
    idFormat: "ORGANIZATION_ID",
    adoption: existingSet,
  },
  organizationJitEmailDomains: {
    name: "OrganizationJitEmailDomains",
    noun: "just-in-time email domains of organization",
    inputs: organizationJitEmailDomainsInputs,
    outputs: {},
    idFrom: ["organizationId"],
    duplicate: duplicateSet,
    idFormat: "ORGANIZATION_ID",
    adoption: existingSet,
  },
};

export const resourceKeys = Object.keys(resources) as ResourceKey[];
