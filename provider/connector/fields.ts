/**
 * The fields of a connector, as data: the one place that says what a connector holds.
 *
 * The TypeScript types of a program (`program/args.ts`), validation, defaults, comparison and secrecy are all
 * derived from these tables, and the comment above a field is what an editor shows for it. So a new field is
 * one entry here.
 *
 * What Logto does with each field is known from its code and from a real Logto 1.42, unless a line says otherwise.
 */

interface AnyField {
  /** Must be given. */
  readonly required?: true;
  /** Never shown, and encrypted in the state. */
  readonly secret?: true;
  /** What Logto holds when the field is left out. */
  readonly default?: unknown;
  /** A value that means the same to Logto as leaving the field out. */
  readonly sameAsAbsent?: unknown;
}
/** A text; it must not be empty where it is `required`. */
interface TextField extends AnyField {
  readonly type: "text";
  readonly maxLength?: number;
  /** What the text must be besides a text. */
  readonly format?: "url" | "certificate" | "samlMetadata";
}
interface FlagField extends AnyField {
  readonly type: "flag";
}
interface ChoiceField extends AnyField {
  readonly type: "choice";
  readonly choices: readonly string[];
}
/** Email domains: a set, lower-cased. */
interface DomainsField extends AnyField {
  readonly type: "domains";
}
interface GroupField extends AnyField {
  readonly type: "group";
  readonly fields: Fields;
  /** Exactly one of these sets of fields must be given, whole. */
  readonly oneOf?: readonly (readonly string[])[];
}
/** Keys and values that this package does not know. */
interface OpenField extends AnyField {
  readonly type: "open";
}
export type Field = TextField | FlagField | ChoiceField | DomainsField | GroupField | OpenField;
export type Fields = Readonly<Record<string, Field>>;

const clientFields = {
  /** The client ID that the identity provider issued for Logto. */
  clientId: { type: "text", required: true },
  /** The secret of that client. It is a secret in the state, however the program passes it. */
  clientSecret: { type: "text", required: true, secret: true },
  /**
   * Scopes to ask for at sign-in, separated by spaces. Logto adds `openid profile email` by itself.
   *
   * Default: none.
   */
  scope: { type: "text", sameAsAbsent: "" },
  /**
   * Whether to take the user's email over when the identity provider does not say that it is verified.
   *
   * Default: `false`.
   */
  trustUnverifiedEmail: { type: "flag", default: false },
} as const satisfies Fields;

const oidcFields = {
  ...clientFields,
  /**
   * The issuer URL of the identity provider. Logto reads `{issuer}/.well-known/openid-configuration` when the
   * config is created or changed, and at every read; it must be reachable from Logto, not from here.
   */
  issuer: { type: "text", format: "url", required: true },
} as const satisfies Fields;

const googleWorkspaceFields = {
  ...clientFields,
  /**
   * Whether to ask Google for a refresh token.
   *
   * Default: `false`.
   */
  offlineAccess: { type: "flag", sameAsAbsent: false },
} as const satisfies Fields;

const samlFields = {
  /** Where the identity provider serves its SAML metadata. Logto reads it at every sign-in. */
  metadataUrl: { type: "text", format: "url" },
  /** The identity provider's SAML metadata itself: XML with an `EntityDescriptor`. */
  metadata: { type: "text", format: "samlMetadata" },
  /** The entity ID of the identity provider, where it offers no metadata. */
  entityId: { type: "text" },
  /** The single sign-on URL of the identity provider, where it offers no metadata. */
  signInEndpoint: { type: "text" },
  /** The certificate that the identity provider signs with, as PEM or bare base64, where it offers no metadata. */
  x509Certificate: { type: "text", format: "certificate" },
  /**
   * Which SAML attribute fills which field of the user.
   *
   * Default: `id` from `nameID`, `email` from `email`, `name` from `name`.
   */
  attributeMapping: {
    type: "group",
    sameAsAbsent: {},
    fields: {
      /** The attribute with the user's unique ID. Default: `nameID`. */
      id: { type: "text" },
      /** The attribute with the user's email. Default: `email`. */
      email: { type: "text" },
      /** The attribute with the user's name. Default: `name`. */
      name: { type: "text" },
    },
  },
  /**
   * Whether Logto signs its authentication requests. Logto takes it only where the connector has an active signing
   * key: where there is none, one is made first; its certificate is the output `signingCertificate`. Logto 1.42.0 and
   * older have no signing keys.
   *
   * Default: `false`.
   */
  signAuthnRequest: { type: "flag", sameAsAbsent: false },
  /** The algorithm of that signature. Default: Logto's own choice. */
  requestSignatureAlgorithm: {
    type: "choice",
    choices: [
      "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
      "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
    ],
  },
} as const satisfies Fields;

const oidcConfig = { type: "group", fields: oidcFields } as const satisfies GroupField;
const samlConfig = {
  type: "group",
  fields: samlFields,
  oneOf: [["metadataUrl"], ["metadata"], ["entityId", "signInEndpoint", "x509Certificate"]],
} as const satisfies GroupField;

/**
 * Logto's six kinds of identity provider and the config of each, by the names that its API uses (case matters).
 * `AzureAD` is Entra ID over SAML, `AzureAdOidc` the same over OIDC.
 */
export const providers = {
  OIDC: { providerType: "oidc", config: oidcConfig },
  SAML: { providerType: "saml", config: samlConfig },
  AzureAD: { providerType: "saml", config: samlConfig },
  AzureAdOidc: { providerType: "oidc", config: oidcConfig },
  GoogleWorkspace: { providerType: "oidc", config: { type: "group", fields: googleWorkspaceFields } },
  Okta: { providerType: "oidc", config: oidcConfig },
} as const satisfies Record<string, { providerType: "oidc" | "saml"; config: GroupField }>;

/** The names of Logto's six kinds of identity provider; case matters. */
export type ProviderName = keyof typeof providers;
export const providerNames = Object.keys(providers) as ProviderName[];

export function isProviderName(value: unknown): value is ProviderName {
  return typeof value === "string" && Object.hasOwn(providers, value);
}

/** Every field of a connector besides `config`, whose fields depend on the provider. */
export const connectorFields = {
  /**
   * The kind of identity provider; it decides which `config` is taken. Logto can't change it: another one deletes
   * the connector and creates a new one, with a new ID and so new URLs to register at the identity provider.
   */
  providerName: { type: "choice", choices: providerNames, required: true },
  /**
   * The name in Logto's console, unique in the tenant (by exact case), at most 128 characters.
   *
   * Default: the name of the resource.
   */
  connectorName: { type: "text", required: true, maxLength: 128 },
  /**
   * Keys of `config` that a newer Logto knows and this package does not; merged into `config`, and secret in the
   * state. A key that Logto does not take is an error, since Logto drops it without a word.
   */
  extraConfig: { type: "open" },
  /**
   * Email domains whose users sign in through this connector. Case and order do not matter. Logto refuses
   * duplicates and public mail domains such as `gmail.com`.
   *
   * Default: `[]`.
   */
  domains: { type: "domains", default: [] },
  /**
   * How the connector shows on the sign-in page, which is public.
   *
   * Default: `{}`, which shows `connectorName` and the provider's logo.
   */
  branding: {
    type: "group",
    default: {},
    fields: {
      /** The name on the sign-in button. */
      displayName: { type: "text", sameAsAbsent: "" },
      /** URL of the logo. */
      logo: { type: "text", sameAsAbsent: "" },
      /** URL of the logo for the dark theme. */
      darkLogo: { type: "text", sameAsAbsent: "" },
    },
  },
  /**
   * Whether Logto updates the user's profile at every sign-in, not only at the first.
   *
   * Default: `false`.
   */
  syncProfile: { type: "flag", default: false },
  /**
   * Whether Logto keeps the identity provider's tokens. OIDC providers only; the server needs a key to encrypt
   * them. Turning it off deletes the tokens that are stored.
   *
   * Default: `false`.
   */
  enableTokenStorage: { type: "flag", default: false },
  /**
   * Whether to take over a connector of this name and provider that is there already, by changing it to what is
   * declared here. Its ID, and so the URLs registered at the identity provider, stay. It only matters when the
   * resource is created.
   *
   * Default: `false`, which makes a taken name an error.
   */
  adopt: { type: "flag" },
} as const satisfies Fields;

const connectorId = {
  /** The ID of the connector, such as `connector.id`. Another one replaces this resource. */
  connectorId: { type: "text", required: true },
} as const satisfies Fields;

/** Every field of an `SsoConnectorConfig` besides `config`. */
export const ssoConnectorConfigFields = {
  ...connectorId,
  /** The connector's kind of identity provider; it decides which `config` is taken. Another one replaces this resource. */
  providerName: connectorFields.providerName,
  /**
   * Keys of `config` that a newer Logto knows and this package does not; merged into `config`, and secret in the
   * state. A key that Logto does not take is an error, since Logto drops it without a word.
   */
  extraConfig: connectorFields.extraConfig,
  /**
   * Whether to replace another config that the connector has already. It only matters when the resource is created.
   *
   * Default: `false`, which makes another config an error.
   */
  adopt: { type: "flag" },
} as const satisfies Fields;

export const samlSigningKeyFields = {
  ...connectorId,
  /**
   * Whether Logto signs with this key. A connector has at most one active key: making one active takes the others out of
   * use at the same moment.
   *
   * Default: `false`.
   */
  active: { type: "flag", default: false },
} as const satisfies Fields;

export const organizationSsoConnectorFields = {
  ...connectorId,
  /** The ID of the organization in Logto. Another one replaces this resource. */
  organizationId: { type: "text", required: true },
} as const satisfies Fields;

/** Config fields by key over all providers, where what matters does not depend on the provider. */
export const configFields: Fields = { ...oidcFields, ...googleWorkspaceFields, ...samlFields };

/** Whether a key of `config` holds a secret. A key that this package does not know might, so it counts as one. */
export function isSecretConfigKey(key: string): boolean {
  return Object.hasOwn(configFields, key) ? configFields[key]?.secret === true : true;
}
