/** The resources that a program declares. */
import * as pulumi from "@pulumi/pulumi";
import type { ProviderName } from "../connector/identityProviders";
import { registrationUrls, type RegistrationUrls } from "../connector/registrationUrls";
import type { Resources } from "../connector/resources";
import type { ArgsByProvider, ArgsOf, OidcProviderName, SamlProviderName } from "./args";
import { type LogtoResource, resourceClass } from "./resource";
import { signInAddressOf } from "./tenant";

/** The arguments of an `SsoConnector`; `providerName` decides the type of `config`. */
export type SsoConnectorArgs = ArgsByProvider<Resources["ssoConnector"]>;

/**
 * An enterprise SSO connector of Logto.
 *
 * ```ts
 * const okta = new logto.SsoConnector("acme", {
 *   providerName: "Okta",
 *   config: { clientId, clientSecret, issuer: "https://acme.okta.com" },
 *   domains: ["acme.com"],
 * });
 * export const redirectUri = okta.redirectUri;
 * ```
 *
 * The program is the single source of truth: a field that is left out has its default in Logto, and a field that is changed in
 * Logto's console is reported as drift. `ignoreChanges` leaves a field alone. `config` is the exception: left out, it stays as
 * it is.
 */
export class SsoConnector<P extends ProviderName = ProviderName> extends resourceClass<
  "ssoConnector",
  SsoConnectorArgs
>("ssoConnector")<P> {
  /** The redirect URI to register at the identity provider. `undefined` for SAML. */
  get redirectUri(): pulumi.Output<P extends OidcProviderName ? string : undefined> {
    return registrationUrlOf(this, "redirectUri") as never;
  }

  /** The assertion consumer service URL to register at the identity provider. `undefined` for OIDC. */
  get assertionConsumerServiceUrl(): pulumi.Output<P extends SamlProviderName ? string : undefined> {
    return registrationUrlOf(this, "assertionConsumerServiceUrl") as never;
  }

  /** The entity ID of the service provider, to register at the identity provider. `undefined` for OIDC. */
  get spEntityId(): pulumi.Output<P extends SamlProviderName ? string : undefined> {
    return registrationUrlOf(this, "spEntityId") as never;
  }

  // eslint-disable-next-line @typescript-eslint/no-useless-constructor -- the compiler infers P from the arguments
  constructor(
    name: string,
    args: SsoConnectorArgs & { providerName: P },
    opts?: pulumi.CustomResourceOptions,
  ) {
    super(name, args, opts);
  }
}

/** The arguments of an `SsoConnectorConfig`; `providerName` decides the type of `config`. */
export type SsoConnectorConfigArgs = ArgsByProvider<Resources["ssoConnectorConfig"]>;

/**
 * The config of an `SsoConnector` that is declared without one: for an identity provider that needs the connector's URLs first,
 * so that one `pulumi up` creates both sides.
 *
 * ```ts
 * const connector = new logto.SsoConnector("acme", { providerName: "OIDC" });
 * // … the identity provider's application, created with connector.redirectUri …
 * new logto.SsoConnectorConfig("acme", {
 *   connectorId: connector.id,
 *   providerName: "OIDC",
 *   config: { clientId: application.clientId, clientSecret: application.clientSecret, issuer },
 * });
 * ```
 *
 * Logto cannot clear a config: when this resource is deleted and the connector is not, the config stays.
 */
export class SsoConnectorConfig<P extends ProviderName = ProviderName> extends resourceClass<
  "ssoConnectorConfig",
  SsoConnectorConfigArgs
>("ssoConnectorConfig")<P> {
  // eslint-disable-next-line @typescript-eslint/no-useless-constructor -- the compiler infers P from the arguments
  constructor(
    name: string,
    args: SsoConnectorConfigArgs & { providerName: P },
    opts?: pulumi.CustomResourceOptions,
  ) {
    super(name, args, opts);
  }
}

/** The arguments of a `SamlSigningKey`. */
export interface SamlSigningKeyArgs extends ArgsOf<Resources["samlSigningKey"]> {}

/**
 * A key with which Logto signs the authentication requests of a SAML connector. `signAuthnRequest` creates one by itself; a
 * declared key can be registered at the identity provider before it is used, and so be rotated without an outage:
 *
 * 1. Declare a second key with `active: false`, and register its `certificate` at the identity provider.
 * 2. Set `active: true` on the second key and `false` on the first, which Logto changes at the same moment.
 * 3. Remove the first key.
 *
 * It is deleted together with its connector. A key in use cannot be deleted before.
 */
export class SamlSigningKey extends resourceClass<"samlSigningKey", SamlSigningKeyArgs>("samlSigningKey") {}

/** The arguments of an `OrganizationSsoConnector`. */
export interface OrganizationSsoConnectorArgs extends ArgsOf<Resources["organizationSsoConnector"]> {}

/**
 * Just-in-time provisioning: users who sign in through the connector for the first time become members of the organization. It
 * is deleted together with its connector.
 */
export class OrganizationSsoConnector extends resourceClass<
  "organizationSsoConnector",
  OrganizationSsoConnectorArgs
>("organizationSsoConnector") {}

/** The arguments of an `SsoConnectorIdpInitiatedAuth`. */
export interface SsoConnectorIdpInitiatedAuthArgs extends ArgsOf<Resources["ssoConnectorIdpInitiatedAuth"]> {}

/**
 * IdP-initiated sign-in of a SAML connector: users start at the identity provider's portal. Logto calls it a feature under
 * development, and has it off by default. It is deleted together with its connector and with its application.
 *
 * ```ts
 * new logto.SsoConnectorIdpInitiatedAuth("acme", {
 *   connectorId: connector.id,
 *   autoSendAuthorizationRequest: true,
 *   defaultApplicationId: "t7pxm3qk2c9w",
 * });
 * ```
 */
export class SsoConnectorIdpInitiatedAuth extends resourceClass<
  "ssoConnectorIdpInitiatedAuth",
  SsoConnectorIdpInitiatedAuthArgs
>("ssoConnectorIdpInitiatedAuth") {}

/** The arguments of a `SingleSignOn`. */
export interface SingleSignOnArgs extends ArgsOf<Resources["singleSignOn"]> {}

/**
 * The switch of enterprise SSO, of which each tenant has one: while it is disabled, no connector is shown at sign-in. Everything else
 * of the sign-in experience is left as it is.
 *
 * ```ts
 * new logto.SingleSignOn("sso", { enabled: true });
 * ```
 *
 * When this resource is deleted, the switch stays as it is.
 */
export class SingleSignOn extends resourceClass<"singleSignOn", SingleSignOnArgs>("singleSignOn") {}

/** The arguments of an `Organization`. */
export interface OrganizationArgs extends ArgsOf<Resources["organization"]> {}

/**
 * An organization of Logto, such as a customer's. Whom it has as members is not managed, but who joins it at the first sign-in:
 * `OrganizationSsoConnector`, `OrganizationJitRoles` and `OrganizationJitEmailDomains`.
 *
 * ```ts
 * const acme = new logto.Organization("acme", { name: "Acme" }, { protect: true });
 * new logto.OrganizationJitRoles("acme", { organizationId: acme.id, roles: ["member"] });
 * new logto.OrganizationSsoConnector("acme", { organizationId: acme.id, connectorId: connector.id });
 * ```
 *
 * **Deleting it removes all of its members**, with their roles and invitations. The engine asks no provider in the preview of a
 * delete, so no warning can say so there: the option `protect` makes it an error.
 */
export class Organization extends resourceClass<"organization", OrganizationArgs | undefined>(
  "organization",
) {
  constructor(name: string, args?: OrganizationArgs, opts?: pulumi.CustomResourceOptions) {
    super(name, opts?.id === undefined ? { ...args } : args, opts);
  }
}

/** The arguments of an `OrganizationJitRoles`. */
export interface OrganizationJitRolesArgs extends ArgsOf<Resources["organizationJitRoles"]> {}

/**
 * The roles of members who join an organization just in time, at their first sign-in through a connector or with an email
 * address. Logto gives such a member exactly these; without any, members join with no role. Later sign-ins change no roles.
 *
 * The resource declares all just-in-time roles of the organization: one that is added in Logto's console is reported as drift, and
 * removed by the next update. Deleting it removes all.
 */
export class OrganizationJitRoles extends resourceClass<"organizationJitRoles", OrganizationJitRolesArgs>(
  "organizationJitRoles",
) {}

/** The arguments of an `OrganizationJitEmailDomains`. */
export interface OrganizationJitEmailDomainsArgs extends ArgsOf<Resources["organizationJitEmailDomains"]> {}

/**
 * The email domains whose users become members of an organization when they register without enterprise SSO. Users with a domain of
 * a connector sign in through the connector: they join by `OrganizationSsoConnector`.
 *
 * The resource declares all just-in-time email domains of the organization: one that is added in Logto's console is reported as
 * drift, and removed by the next update. Deleting it removes all.
 */
export class OrganizationJitEmailDomains extends resourceClass<
  "organizationJitEmailDomains",
  OrganizationJitEmailDomainsArgs
>("organizationJitEmailDomains") {}

/**
 * Derived from the ID in the program rather than kept as an output of the resource, since outputs become unknown while an
 * update is previewed; and made when it is read, since unread outputs cost a large program time and memory.
 */
function registrationUrlOf(
  connector: LogtoResource & { readonly providerName: pulumi.Output<string> },
  key: keyof RegistrationUrls,
): pulumi.Output<string | undefined> {
  return pulumi
    .all([connector.providerName, connector.id, signInAddressOf(connector)])
    .apply(([providerName, id, address]) => registrationUrls(providerName, id, address)[key]);
}
