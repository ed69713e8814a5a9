/**
 * The kinds of identity provider that Logto has connectors for, and the config of each, as data.
 *
 * The TypeScript types of a program, validation, defaults, comparison, secrecy and the reference are derived from these
 * tables, and the comment above a field is what an editor shows for it. So a new key of a config, or a new identity
 * provider, is one entry here.
 *
 * The comments say what Logto 1.42 does with each field (Logto: sso/types; test/logto/recordings).
 */
import type { Fields, ObjectField, Protocol } from "./field";

const clientFields = {
  /** The client ID that the identity provider issued for Logto. */
  clientId: { type: "string", format: "verbatim", required: true },
  /**
   * The client secret that the identity provider issued for Logto. It is a secret in the state, however the program passes it.
   */
  clientSecret: { type: "string", format: "verbatim", required: true, secret: true },
  /** The scopes to request at sign-in, separated by spaces. Logto adds `openid profile email` by itself. */
  scope: { type: "string", equalsAbsent: "" },
  /**
   * Whether to use an email address that the identity provider does not declare as verified.
   *
   * Default: `false`.
   */
  trustUnverifiedEmail: { type: "boolean", default: false },
} as const satisfies Fields;

export const oidcFields = {
  ...clientFields,
  /**
   * The issuer URL of the identity provider. Logto requests `{issuer}/.well-known/openid-configuration` when the config is
   * created or changed, and at every read, so Logto must be able to reach it. Logto also recognizes users by it: if it changes,
   * all users of the connector are linked anew at their next sign-in.
   */
  issuer: { type: "string", format: "issuer", required: true },
} as const satisfies Fields;

export const googleWorkspaceFields = {
  ...clientFields,
  /**
   * Whether to request a refresh token from Google.
   *
   * Default: `false`.
   */
  offlineAccess: { type: "boolean", equalsAbsent: false },
} as const satisfies Fields;

export const attributeMappingFields = {
  /**
   * The attribute with the user's unique ID. Logto recognizes users by it: if it changes, all users of the connector are linked
   * anew at their next sign-in.
   *
   * Default: `nameID`, chosen by Logto.
   */
  id: { type: "string", format: "samlAttribute" },
  /**
   * The attribute with the user's email address.
   *
   * Default: `email`, chosen by Logto.
   */
  email: { type: "string", format: "samlAttribute" },
  /**
   * The attribute with the user's name.
   *
   * Default: `name`, chosen by Logto.
   */
  name: { type: "string", format: "samlAttribute" },
} as const satisfies Fields;

export const samlFields = {
  /** The URL of the identity provider's SAML metadata. Logto requests it at every sign-in. */
  metadataUrl: { type: "string", format: "url" },
  /**
   * The identity provider's SAML metadata: XML with an `EntityDescriptor`, an `IDPSSODescriptor`, a signing certificate and a
   * `SingleSignOnService` with the binding HTTP-Redirect.
   */
  metadata: { type: "string", format: "samlMetadata" },
  /**
   * The entity ID of the identity provider, if it publishes no metadata. Logto recognizes users by it: if it changes, all users
   * of the connector are linked anew at their next sign-in.
   */
  entityId: { type: "string", format: "verbatim" },
  /** The single sign-on URL of the identity provider, if it publishes no metadata. */
  signInEndpoint: { type: "string", format: "url" },
  /**
   * The signing certificate of the identity provider, as PEM or bare base64, if it publishes no metadata. Other text around the
   * PEM is removed; several certificates are an error, since Logto uses one.
   */
  x509Certificate: { type: "string", format: "certificate" },
  /**
   * Which SAML attribute is copied to which field of the user. The name ID of the assertion is called `nameID`. Logto copies an
   * attribute to one field only, so each field needs another one, also those that have their default.
   *
   * Default: `{}`, with which Logto copies `nameID` to `id`, `email` to `email`, and `name` to `name`.
   */
  attributeMapping: {
    type: "object",
    equalsAbsent: {},
    rule: "attributeMapping",
    fields: attributeMappingFields,
  },
  /**
   * Whether Logto signs its authentication requests. Logto accepts `true` only if the connector has an active signing key;
   * if there is none, one is created first. The certificate to register at the identity provider is the output
   * `signingCertificate`. Logto 1.42.0 and older have no signing keys.
   *
   * Default: `false`.
   */
  signAuthnRequest: { type: "boolean", equalsAbsent: false },
  /**
   * The signature algorithm of authentication requests.
   *
   * Default: chosen by Logto.
   */
  requestSignatureAlgorithm: {
    type: "enum",
    values: [
      "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
      "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
    ],
  },
} as const satisfies Fields;

const oidcConfig = { type: "object", fields: oidcFields } as const satisfies ObjectField;
const samlConfig = {
  type: "object",
  fields: samlFields,
  oneOf: [["metadataUrl"], ["metadata"], ["entityId", "signInEndpoint", "x509Certificate"]],
} as const satisfies ObjectField;

/**
 * By the names that Logto's API uses (they are case-sensitive). `AzureAD` is Entra ID over SAML, `AzureAdOidc` is Entra ID
 * over OIDC.
 */
export const identityProviders = {
  OIDC: { protocol: "oidc", config: oidcConfig },
  SAML: { protocol: "saml", config: samlConfig },
  AzureAD: { protocol: "saml", config: samlConfig },
  AzureAdOidc: { protocol: "oidc", config: oidcConfig },
  GoogleWorkspace: { protocol: "oidc", config: { type: "object", fields: googleWorkspaceFields } },
  Okta: { protocol: "oidc", config: oidcConfig },
} as const satisfies Record<string, { protocol: Protocol; config: ObjectField }>;

/** The kinds of identity provider, as Logto's API names them; case-sensitive. */
export type ProviderName = keyof typeof identityProviders;
export const providerNames = Object.keys(identityProviders) as ProviderName[];

export function isProviderName(value: unknown): value is ProviderName {
  return typeof value === "string" && Object.hasOwn(identityProviders, value);
}

/** The config of an identity provider, without the literal types of the table. */
export function configOf(providerName: ProviderName): ObjectField {
  return identityProviders[providerName].config;
}

/** The config fields of all identity providers by key, for rules that do not depend on the identity provider. */
export const configFields: Fields = Object.fromEntries(
  providerNames.flatMap((name) => Object.entries(configOf(name).fields)),
);

/** Whether a key of `config` holds a secret. A key that this package does not know may, so it is treated as one. */
export function isSecretConfigKey(key: string): boolean {
  return Object.hasOwn(configFields, key) ? configFields[key]?.secret === true : true;
}
