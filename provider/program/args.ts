/** The arguments of the resources, as a program writes them: derived from the fields, so they can't disagree. */
import type { Input, ProviderResource, Resource } from "@pulumi/pulumi";
import type {
  connectorFields,
  Field,
  Fields,
  organizationSsoConnectorFields,
  ProviderName,
  providers,
  samlSigningKeyFields,
  ssoConnectorConfigFields,
} from "../connector/fields";

type ValueOf<F extends Field> = F extends { type: "text" }
  ? string
  : F extends { type: "flag" }
    ? boolean
    : F extends { type: "choice"; choices: readonly (infer Choice)[] }
      ? Choice
      : F extends { type: "domains" }
        ? Input<string>[]
        : F extends { type: "group"; fields: infer Inner extends Fields }
          ? Group<Inner>
          : Record<string, unknown>;

/** The two halves are mapped by `as`, which keeps the comments on the fields for editors. */
type Group<F extends Fields> = {
  -readonly [K in keyof F as F[K] extends { required: true } ? K : never]: Input<ValueOf<F[K]>>;
} & {
  -readonly [K in keyof F as F[K] extends { required: true } ? never : K]?: Input<ValueOf<F[K]> | undefined>;
};

type ConfigFieldsOf<P extends ProviderName> = (typeof providers)[P]["config"]["fields"];

/** Config of the providers `OIDC`, `Okta` and `AzureAdOidc`. */
export interface OidcConfig extends Group<ConfigFieldsOf<"OIDC">> {}

/** Config of the provider `GoogleWorkspace`, whose issuer is Google's. */
export interface GoogleWorkspaceConfig extends Group<ConfigFieldsOf<"GoogleWorkspace">> {}

type SamlFields = Group<ConfigFieldsOf<"SAML">>;
type SamlShape = (typeof providers)["SAML"]["config"]["oneOf"][number];
type SamlShapeKey = SamlShape[number];
type SamlConfigOf<Shape extends SamlShape> = Shape extends unknown
  ? { [K in keyof SamlFields as K extends Shape[number] ? K : never]-?: Input<string> } & Partial<
      Record<Exclude<SamlShapeKey, Shape[number]>, undefined>
    > &
      Omit<SamlFields, SamlShapeKey>
  : never;

/**
 * Config of the providers `SAML` and `AzureAD`: the identity provider is described by `metadataUrl`, or by
 * `metadata`, or by `entityId`, `signInEndpoint` and `x509Certificate` together.
 */
export type SamlConfig = SamlConfigOf<SamlShape>;

export type SamlProviderName = {
  [P in ProviderName]: (typeof providers)[P]["providerType"] extends "saml" ? P : never;
}[ProviderName];
export type OidcProviderName = Exclude<ProviderName, SamlProviderName>;

type ConfigOf<P extends ProviderName> = P extends SamlProviderName
  ? SamlConfig
  : P extends "GoogleWorkspace"
    ? GoogleWorkspaceConfig
    : OidcConfig;

/** The resource's name stands in for a connectorName that is left out. */
interface CommonArgs
  extends
    Partial<Group<Pick<typeof connectorFields, "connectorName">>>,
    Omit<Group<typeof connectorFields>, "providerName" | "connectorName"> {}

type ArgsOf<P extends ProviderName> = CommonArgs & {
  -readonly [K in keyof Pick<typeof connectorFields, "providerName">]: P;
} & {
  /**
   * How Logto signs in at the identity provider. Left out, it is not managed here, and the connector can't be used
   * until it has one. Logto can't clear a config: taken out of the program, it stays as it is.
   */
  config?: Input<ConfigOf<P> | undefined>;
};

/** The arguments of an `SsoConnector`; `providerName` decides which `config` is taken. */
export type SsoConnectorArgs = { [P in ProviderName]: ArgsOf<P> }[ProviderName];

type ConfigArgsOf<P extends ProviderName> = Omit<Group<typeof ssoConnectorConfigFields>, "providerName"> & {
  -readonly [K in keyof Pick<typeof ssoConnectorConfigFields, "providerName">]: P;
} & {
  /** How Logto signs in at the identity provider. */
  config: Input<ConfigOf<P>>;
};

/** The arguments of an `SsoConnectorConfig`; `providerName` decides which `config` is taken. */
export type SsoConnectorConfigArgs = { [P in ProviderName]: ConfigArgsOf<P> }[ProviderName];

/** The arguments of a `SamlSigningKey`. */
export interface SamlSigningKeyArgs extends Group<typeof samlSigningKeyFields> {}

/** The arguments of an `OrganizationSsoConnector`. */
export interface OrganizationSsoConnectorArgs extends Group<typeof organizationSsoConnectorFields> {}

/** How a connector shows on the sign-in page, once it is known. */
export interface Branding {
  /** The name on the sign-in button. */
  displayName?: string;
  /** URL of the logo. */
  logo?: string;
  /** URL of the logo for the dark theme. */
  darkLogo?: string;
}

/** Which tenant a look-up asks. */
export interface LookupOptions {
  /** A `logto.Provider`. Default: the parent's, else the tenant of the stack's config. */
  provider?: ProviderResource;
  /** The resource whose provider is taken where none is given. */
  parent?: Resource;
}
