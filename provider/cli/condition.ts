/** How a connector is, by what Logto adds to its row when it asks the identity provider. Pure. */
import { configFields } from "../connector/fields";
import type { Row } from "../connector/row";
import { signingCertificates } from "./samlMetadata";

export interface Condition {
  /** Whether it has a config, without which nobody can sign in through it. */
  readonly usable: boolean;
  /** Whether Logto reached its identity provider just now, or needs no more than what its config says. */
  readonly reached: boolean;
  /** Of the certificates that a SAML identity provider signs with. */
  readonly certificate: CertificateCondition | undefined;
}

export interface CertificateCondition {
  /** When the last of them expires. */
  readonly expiresAt: number | undefined;
  /** Whether one of them is valid now. */
  readonly isValid: boolean;
  /** How many there are; `undefined` where only Logto has seen the metadata, and tells of the first one in it. */
  readonly count: number | undefined;
}

interface ProviderConfig {
  readonly identityProvider?: {
    readonly certificateExpiresAt?: unknown;
    readonly isCertificateValid?: unknown;
  };
}

export function conditionOf(row: Row, now: number): Condition {
  const { config = {}, providerType, providerConfig } = row;
  const usable = Object.keys(config).some((key) => Object.hasOwn(configFields, key));
  const provider = providerConfig as ProviderConfig | undefined;
  const identityProvider = provider?.identityProvider;
  return {
    usable,
    reached: usable && (providerType === "saml" ? identityProvider : provider) !== undefined,
    certificate:
      identityProvider && (inMetadata(config.metadata, now) ?? asLogtoTells(row, identityProvider)),
  };
}

/** `undefined` where there is no metadata, or no certificate in it that can be read. */
function inMetadata(metadata: unknown, now: number): CertificateCondition | undefined {
  const certificates = typeof metadata === "string" ? signingCertificates(metadata) : [];
  if (certificates.length === 0) return undefined;
  const periods = certificates.map(
    ({ validFrom, validTo }) => [Date.parse(validFrom), Date.parse(validTo)] as const,
  );
  return {
    expiresAt: Math.max(...periods.map(([, to]) => to)),
    isValid: periods.some(([from, to]) => from <= now && now < to),
    count: certificates.length,
  };
}

function asLogtoTells(
  { config = {} }: Row,
  { certificateExpiresAt, isCertificateValid }: NonNullable<ProviderConfig["identityProvider"]>,
): CertificateCondition {
  return {
    expiresAt: typeof certificateExpiresAt === "number" ? certificateExpiresAt : undefined,
    isValid: isCertificateValid !== false,
    count: config.x509Certificate === undefined ? undefined : 1,
  };
}
