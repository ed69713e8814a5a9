import type * as pulumi from "@pulumi/pulumi";
import type { ProviderName } from "../connector/fields";
import type { SsoConnectorConfigArgs } from "./args";
import { claimConfig } from "./claims";
import { declared, isOfType, withConnector } from "./declared";
import { LogtoResource } from "./resource";
import { tokens } from "./tokens";

/**
 * The config of an `SsoConnector` that is declared without one: for an identity provider whose side needs the connector's
 * URLs first, so that one `pulumi up` makes both sides.
 *
 * ```ts
 * const connector = new logto.SsoConnector("acme", { providerName: "OIDC" });
 * // … the identity provider's application, made from connector.redirectUri …
 * new logto.SsoConnectorConfig("acme", {
 *   connectorId: connector.id,
 *   providerName: "OIDC",
 *   config: { clientId: application.clientId, clientSecret: application.clientSecret, issuer },
 * });
 * ```
 *
 * Logto can't clear a config: when this resource is deleted and the connector is not, the config stays.
 */
export class SsoConnectorConfig<P extends ProviderName = ProviderName> extends LogtoResource {
  // Declared only: as class fields they would come into being after `super`, over what it has set.
  /** The connector's ID in Logto, which is also this resource's own. */
  declare readonly connectorId: pulumi.Output<string>;
  /** The kind of identity provider. */
  declare readonly providerName: pulumi.Output<P>;
  /** As Logto holds it, with defaults filled in and `extraConfig` merged. */
  declare readonly config: pulumi.Output<Record<string, unknown>>;
  /**
   * SAML providers, where `config.signAuthnRequest` is set: the certificate (PEM) by which the identity provider checks
   * Logto's requests. That of the signing key which was active when the config was last changed or refreshed.
   */
  declare readonly signingCertificate: pulumi.Output<string | undefined>;

  /** @internal */
  static readonly __pulumiType = tokens.ssoConnectorConfig.type;

  /** Whether something is an `SsoConnectorConfig`, also one of another copy of this package. */
  static override isInstance(object: unknown): object is SsoConnectorConfig {
    return isOfType(object, tokens.ssoConnectorConfig);
  }

  /**
   * Looks up the config of a connector that this stack does not own.
   *
   * @param name the name of the resource in this program
   * @param id the connector's ID in Logto; the deployment fails where there is none, or it has no config
   */
  static get(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    opts?: Omit<pulumi.CustomResourceOptions, "id">,
  ): SsoConnectorConfig {
    return new SsoConnectorConfig(name, undefined, { ...opts, id });
  }

  constructor(
    name: string,
    args: SsoConnectorConfigArgs & { providerName: P },
    opts?: pulumi.CustomResourceOptions,
  );
  /** @internal A look-up has no arguments; what it finds are outputs only. */
  constructor(name: string, args: undefined, opts: pulumi.CustomResourceOptions);
  constructor(
    name: string,
    args: (SsoConnectorConfigArgs & { providerName: P }) | undefined,
    opts?: pulumi.CustomResourceOptions,
  ) {
    const outputs = ["connectorId", "providerName", "config", "signingCertificate"];
    super(tokens.ssoConnectorConfig, outputs, name, args, withConnector(args?.connectorId, opts));
    if (args !== undefined) claimConfig(args.connectorId, declared(this, name, opts));
  }
}
