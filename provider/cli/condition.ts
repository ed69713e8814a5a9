/** How a connector is, by what Logto adds to its row when it asks the identity provider. Pure. */
import { configFields } from "../connector/fields";
import type { Row } from "../connector/row";

export interface Condition {
  /** Whether it has a config, without which nobody can sign in through it. */
  readonly usable: boolean;
  /** Whether Logto reached its identity provider just now, or needs no more than what its config says. */
  readonly reached: boolean;
  /** Of the certificate that a SAML identity provider signs with. */
  readonly certificate: { readonly expiresAt: number | undefined; readonly isValid: boolean } | undefined;
}

interface ProviderConfig {
  readonly identityProvider?: {
    readonly certificateExpiresAt?: unknown;
    readonly isCertificateValid?: unknown;
  };
}

export function conditionOf({ config = {}, providerType, providerConfig }: Row): Condition {
  const usable = Object.keys(config).some((key) => Object.hasOwn(configFields, key));
  const provider = providerConfig as ProviderConfig | undefined;
  const identityProvider = provider?.identityProvider;
  const expiresAt = identityProvider?.certificateExpiresAt;
  return {
    usable,
    reached: usable && (providerType === "saml" ? identityProvider : provider) !== undefined,
    certificate: identityProvider && {
      expiresAt: typeof expiresAt === "number" ? expiresAt : undefined,
      isValid: identityProvider.isCertificateValid !== false,
    },
  };
}
