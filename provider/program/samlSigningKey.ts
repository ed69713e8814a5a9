import type * as pulumi from "@pulumi/pulumi";
import type { SamlSigningKeyArgs } from "./args";
import { isOfType, withConnector } from "./declared";
import { LogtoResource } from "./resource";
import { tokens } from "./tokens";

/**
 * A key by which Logto signs the authentication requests of a SAML connector. `signAuthnRequest` makes one by itself;
 * declared, a key can be registered at the identity provider before it is used, and so be rotated without an outage:
 *
 * 1. a second key, `active: false`; register its `certificate` at the identity provider
 * 2. `active: true` on the second, `false` on the first, which happens at one moment in Logto
 * 3. take the first out
 *
 * It goes with its connector. A key in use can't be deleted before.
 */
export class SamlSigningKey extends LogtoResource {
  // Declared only: as class fields they would come into being after `super`, over what it has set.
  /** The connector's ID in Logto. */
  declare readonly connectorId: pulumi.Output<string>;
  /** Whether Logto signs with this key. */
  declare readonly active: pulumi.Output<boolean>;
  /** What the identity provider checks Logto's requests by: PEM. */
  declare readonly certificate: pulumi.Output<string>;
  /** SHA-256 of the certificate: hexadecimal bytes, separated by colons. */
  declare readonly fingerprint: pulumi.Output<string>;
  /** When the certificate expires, in milliseconds since the epoch: three years after it was made (Logto's code). */
  declare readonly expiresAt: pulumi.Output<number>;

  /** @internal */
  static readonly __pulumiType = tokens.samlSigningKey.type;

  /** Whether something is a `SamlSigningKey`, also one of another copy of this package. */
  static override isInstance(object: unknown): object is SamlSigningKey {
    return isOfType(object, tokens.samlSigningKey);
  }

  /**
   * Looks up a key that this stack does not own.
   *
   * @param name the name of the resource in this program
   * @param id `CONNECTOR_ID/KEY_ID`; the deployment fails where there is none
   */
  static get(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    opts?: Omit<pulumi.CustomResourceOptions, "id">,
  ): SamlSigningKey {
    return new SamlSigningKey(name, undefined, { ...opts, id });
  }

  constructor(name: string, args: SamlSigningKeyArgs, opts?: pulumi.CustomResourceOptions);
  /** @internal A look-up has no arguments; what it finds are outputs only. */
  constructor(name: string, args: undefined, opts: pulumi.CustomResourceOptions);
  constructor(name: string, args: SamlSigningKeyArgs | undefined, opts?: pulumi.CustomResourceOptions) {
    const outputs = ["connectorId", "active", "certificate", "fingerprint", "expiresAt"];
    super(tokens.samlSigningKey, outputs, name, args, withConnector(args?.connectorId, opts));
  }
}
