/** The types of a program, derived from the tables of `connector/`, so that they cannot disagree with them. */
import type { Input, Output } from "@pulumi/pulumi";
import type { Field, Fields, IsProperty } from "../connector/field";
import type {
  attributeMappingFields,
  googleWorkspaceFields,
  identityProviders,
  oidcFields,
  ProviderName,
  samlFields,
} from "../connector/identityProviders";
import type {
  brandingFields,
  connectorOutputs,
  organizationBrandingFields,
  organizationColorFields,
  Resource,
  Resources,
} from "../connector/resources";

/** The use of a type: for arguments, in which every value may be an output, or for the outputs of a resource. */
type Use = "args" | "output";
type Wrapped<T, U extends Use> = U extends "args" ? Input<T> : T;

type Value<F extends Field, P extends ProviderName, U extends Use> = F extends {
  type: "string" | "timestamp";
}
  ? string
  : F extends { type: "boolean" }
    ? boolean
    : F extends { type: "enum"; values: readonly (infer Choice)[] }
      ? Choice
      : F extends { type: "domains" | "set" }
        ? Wrapped<string, U>[]
        : F extends { type: "object"; fields: infer Inner extends Fields }
          ? ObjectOf<Inner, U>
          : F extends { type: "map"; values: "string" }
            ? Record<string, Wrapped<string, U>>
            : F extends { type: "config" }
              ? { args: ConfigArgs<P>; output: Config<P> }[U]
              : F extends { type: "providerName" }
                ? P
                : Record<string, unknown>;

/** A provider name in arguments is a plain value, so that it can decide the type of `config`. */
type Member<F extends Field, P extends ProviderName, U extends Use> = F extends { type: "providerName" }
  ? P
  : Wrapped<Value<F, P, U>, U>;

type IsOptional<F, U extends Use> = U extends "args"
  ? F extends { required: true; onlyIf?: never; defaultsToResourceName?: never }
    ? false
    : true
  : F extends { required: true; onlyIf?: never } | { default: unknown }
    ? false
    : true;

/** The two halves are mapped by `as`, which keeps the comments on the fields for editors. */
type Members<F extends Fields, P extends ProviderName, U extends Use> = {
  -readonly [K in keyof F as IsOptional<F[K], U> extends true ? never : K]: Member<F[K], P, U>;
} & {
  -readonly [K in keyof F as IsOptional<F[K], U> extends true ? K : never]?: Member<F[K], P, U> | undefined;
};

type FieldsArgs<F extends Fields, P extends ProviderName = ProviderName> = Members<F, P, "args">;
type FieldsOutput<F extends Fields, P extends ProviderName = ProviderName> = Members<F, P, "output">;

type ObjectOf<F extends Fields, U extends Use> = F extends typeof brandingFields
  ? { args: BrandingArgs; output: Branding }[U]
  : F extends typeof attributeMappingFields
    ? { args: AttributeMappingArgs; output: AttributeMapping }[U]
    : F extends typeof organizationBrandingFields
      ? { args: OrganizationBrandingArgs; output: OrganizationBranding }[U]
      : F extends typeof organizationColorFields
        ? { args: OrganizationColorArgs; output: OrganizationColor }[U]
        : Members<F, ProviderName, U>;

/** The appearance of a connector on the sign-in page. */
export interface BrandingArgs extends FieldsArgs<typeof brandingFields> {}
/** The appearance of a connector on the sign-in page. */
export interface Branding extends FieldsOutput<typeof brandingFields> {}

/** The logos on the sign-in page of an organization. */
export interface OrganizationBrandingArgs extends FieldsArgs<typeof organizationBrandingFields> {}
/** The logos on the sign-in page of an organization. */
export interface OrganizationBranding extends FieldsOutput<typeof organizationBrandingFields> {}

/** The colors of the sign-in page of an organization. */
export interface OrganizationColorArgs extends FieldsArgs<typeof organizationColorFields> {}
/** The colors of the sign-in page of an organization. */
export interface OrganizationColor extends FieldsOutput<typeof organizationColorFields> {}

/** Which SAML attribute is copied to which field of the user. */
export interface AttributeMappingArgs extends FieldsArgs<typeof attributeMappingFields> {}
/** Which SAML attribute is copied to which field of the user. */
export interface AttributeMapping extends FieldsOutput<typeof attributeMappingFields> {}

/** The config of the identity providers `OIDC`, `Okta` and `AzureAdOidc`. */
export interface OidcConfigArgs extends FieldsArgs<typeof oidcFields> {}
/** The config of the identity providers `OIDC`, `Okta` and `AzureAdOidc`. */
export interface OidcConfig extends FieldsOutput<typeof oidcFields> {}

/** The config of the identity provider `GoogleWorkspace`, whose issuer is Google's. */
export interface GoogleWorkspaceConfigArgs extends FieldsArgs<typeof googleWorkspaceFields> {}
/** The config of the identity provider `GoogleWorkspace`, whose issuer is Google's. */
export interface GoogleWorkspaceConfig extends FieldsOutput<typeof googleWorkspaceFields> {}

/** One type for each set of fields of which exactly one must be given. */
type OneOfArgs<
  F extends Fields,
  All extends readonly string[],
  Set extends readonly string[],
> = Set extends readonly string[]
  ? { [K in keyof FieldsArgs<F> as K extends Set[number] ? K : never]-?: Input<string> } & Partial<
      Record<Exclude<All[number], Set[number]>, undefined>
    > &
      Omit<FieldsArgs<F>, All[number]>
  : never;

type SamlOneOf = (typeof identityProviders)["SAML"]["config"]["oneOf"][number];

/**
 * The config of the identity providers `SAML` and `AzureAD`. The identity provider is described by `metadataUrl`, or by
 * `metadata`, or by `entityId`, `signInEndpoint` and `x509Certificate` together.
 */
export type SamlConfigArgs = OneOfArgs<typeof samlFields, SamlOneOf, SamlOneOf>;
/** The config of the identity providers `SAML` and `AzureAD`. */
export interface SamlConfig extends FieldsOutput<typeof samlFields> {}

type ConfigFields<P extends ProviderName> = (typeof identityProviders)[P]["config"]["fields"];

type ConfigOf<F extends Fields, U extends Use> = F extends typeof samlFields
  ? { args: SamlConfigArgs; output: SamlConfig }[U]
  : F extends typeof oidcFields
    ? { args: OidcConfigArgs; output: OidcConfig }[U]
    : F extends typeof googleWorkspaceFields
      ? { args: GoogleWorkspaceConfigArgs; output: GoogleWorkspaceConfig }[U]
      : Members<F, ProviderName, U>;

/** The config of an identity provider, as a program passes it. */
export type ConfigArgs<P extends ProviderName> = P extends ProviderName
  ? ConfigOf<ConfigFields<P>, "args">
  : never;
/** The config of an identity provider as Logto has it, with defaults filled in and `extraConfig` merged. */
export type Config<P extends ProviderName = ProviderName> = P extends ProviderName
  ? ConfigOf<ConfigFields<P>, "output">
  : never;

/** The arguments of a resource. */
export type ArgsOf<R extends Resource, P extends ProviderName = ProviderName> = FieldsArgs<R["inputs"], P>;
/** The arguments of a resource whose `providerName` decides the type of `config`. */
export type ArgsByProvider<R extends Resource> = { [P in ProviderName]: ArgsOf<R, P> }[ProviderName];

type OutputOf<F extends Field, P extends ProviderName> = Output<
  Value<F, P, "output"> | (IsOptional<F, "output"> extends true ? undefined : never)
>;

/** The outputs of a resource: its inputs that are kept, and what Logto decides. */
export type OutputsOf<R extends Resource, P extends ProviderName = ProviderName> = {
  readonly [K in keyof R["inputs"] as IsProperty<R["inputs"][K]> extends true ? K : never]: OutputOf<
    R["inputs"][K],
    P
  >;
} & { readonly [K in keyof R["outputs"]]: OutputOf<R["outputs"][K], P> };

/** The properties of a connector once they are known, without its config. */
export type ConnectorProperties = Readonly<
  Omit<FieldsOutput<Resources["ssoConnector"]["inputs"]>, "config" | "extraConfig" | "adopt"> &
    FieldsOutput<typeof connectorOutputs>
>;

/** The properties of an organization once they are known. */
export type OrganizationProperties = Readonly<
  Omit<FieldsOutput<Resources["organization"]["inputs"]>, "adopt" | "allowDuplicate"> &
    FieldsOutput<typeof connectorOutputs>
>;

type OfProtocol<Wanted> = {
  [P in ProviderName]: (typeof identityProviders)[P]["protocol"] extends Wanted ? P : never;
}[ProviderName];

export type OidcProviderName = OfProtocol<"oidc">;
export type SamlProviderName = OfProtocol<"saml">;
