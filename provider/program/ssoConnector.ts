import * as pulumi from "@pulumi/pulumi";
import { connectorKeys } from "../connector/connector";
import { isProviderName, type ProviderName, providers } from "../connector/fields";
import type { Branding, OidcProviderName, SamlProviderName, SsoConnectorArgs } from "./args";
import { claimDomains, claimName } from "./claims";
import { declared, type Declared, isOfType, rememberConnector } from "./declared";
import { LogtoResource } from "./resource";
import { signInAddressOf } from "./tenant";
import { tokens } from "./tokens";

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
 * The code is the whole truth: a field that is left out has its default in Logto, and one that is changed in Logto's
 * console shows as drift. `ignoreChanges` leaves a field alone. Only `config`, once left out, stays as it is.
 */
export class SsoConnector<P extends ProviderName = ProviderName> extends LogtoResource {
  // Declared only: as class fields they would come into being after `super`, over what it has set.
  /** The kind of identity provider. */
  declare readonly providerName: pulumi.Output<P>;
  /** The name in Logto's console. */
  declare readonly connectorName: pulumi.Output<string>;
  /** As Logto holds it, with defaults filled in and `extraConfig` merged; `undefined` where it is not managed. */
  declare readonly config: pulumi.Output<Record<string, unknown> | undefined>;
  /** The email domains whose users sign in through the connector, lower-cased and sorted. */
  declare readonly domains: pulumi.Output<string[]>;
  /** How the connector shows on the sign-in page. */
  declare readonly branding: pulumi.Output<Branding>;
  /** Whether Logto updates the user's profile at every sign-in. */
  declare readonly syncProfile: pulumi.Output<boolean>;
  /** Whether Logto keeps the identity provider's tokens. */
  declare readonly enableTokenStorage: pulumi.Output<boolean>;
  /** The Logto tenant that the connector belongs to. */
  declare readonly tenantId: pulumi.Output<string>;
  /** When the connector was created, in milliseconds since the epoch. */
  declare readonly createdAt: pulumi.Output<number>;
  /**
   * SAML providers, where `config.signAuthnRequest` is set: the certificate (PEM) by which the identity provider checks
   * Logto's requests. That of the signing key which was active when the connector was last changed or refreshed.
   */
  declare readonly signingCertificate: pulumi.Output<string | undefined>;

  /** @internal */
  static readonly __pulumiType = tokens.ssoConnector.type;

  /** Whether something is an `SsoConnector`, also one of another copy of this package. */
  static override isInstance(object: unknown): object is SsoConnector {
    return isOfType(object, tokens.ssoConnector);
  }

  /** OIDC providers: the redirect URI to register at the identity provider. */
  get redirectUri(): pulumi.Output<P extends OidcProviderName ? string : undefined> {
    return registrationUrlOf(this, "redirectUri") as never;
  }

  /** SAML providers: the assertion consumer service URL to register at the identity provider. */
  get assertionConsumerServiceUrl(): pulumi.Output<P extends SamlProviderName ? string : undefined> {
    return registrationUrlOf(this, "assertionConsumerServiceUrl") as never;
  }

  /** SAML providers: the entity ID of the service provider, to register at the identity provider. */
  get spEntityId(): pulumi.Output<P extends SamlProviderName ? string : undefined> {
    return registrationUrlOf(this, "spEntityId") as never;
  }

  /**
   * Looks up a connector that this stack does not own.
   *
   * @param name the name of the resource in this program
   * @param id the connector's ID in Logto; the deployment fails where there is none
   */
  static get(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    opts?: Omit<pulumi.CustomResourceOptions, "id">,
  ): SsoConnector {
    return new SsoConnector(name, undefined, { ...opts, id });
  }

  constructor(
    name: string,
    args: SsoConnectorArgs & { providerName: P },
    opts?: pulumi.CustomResourceOptions,
  );
  /** @internal A look-up has no arguments; what it finds are outputs only. */
  constructor(name: string, args: undefined, opts: pulumi.CustomResourceOptions);
  constructor(
    name: string,
    args: (SsoConnectorArgs & { providerName: P }) | undefined,
    opts?: pulumi.CustomResourceOptions,
  ) {
    // The name is claimed once the resource knows its provider, which is after `super`.
    const self: { declared?: Declared } = {};
    const claimed = (connectorName: pulumi.Input<string | undefined>) =>
      pulumi.output(connectorName).apply((given) => claimName(given ?? name, self.declared));
    super(
      tokens.ssoConnector,
      outputs,
      name,
      args && { ...args, connectorName: claimed(args.connectorName) },
      // The name is unique in Logto: of a replacement, whatever asks for it, the old connector must go first.
      args === undefined ? opts : { deleteBeforeReplace: true, ...opts },
    );
    if (args === undefined) return;
    self.declared = declared(this, name, opts);
    rememberConnector(self.declared, args);
    claimDomains(args.domains, self.declared);
  }
}

const outputs = [...connectorKeys, "tenantId", "createdAt", "signingCertificate"];

type RegistrationUrl = "redirectUri" | "assertionConsumerServiceUrl" | "spEntityId";

/**
 * What to register at the identity provider (the forms are Logto's). Made here from the ID rather than kept as an
 * output of the resource, since outputs become unknown while an update is previewed; and when it is asked for, since
 * outputs that nobody reads cost a large program time and memory.
 */
function registrationUrlOf(
  connector: SsoConnector,
  which: RegistrationUrl,
): pulumi.Output<string | undefined> {
  return pulumi
    .all([connector.providerName, connector.id, signInAddressOf(connector)])
    .apply(([providerName, id, address]) => {
      const saml = isProviderName(providerName) && providers[providerName].providerType === "saml";
      const urls = {
        redirectUri: saml ? undefined : `${address}/callback/${id}`,
        assertionConsumerServiceUrl: saml ? `${address}/api/authn/single-sign-on/saml/${id}` : undefined,
        spEntityId: saml ? `${address}/enterprise-sso/${id}` : undefined,
      };
      return urls[which];
    });
}
