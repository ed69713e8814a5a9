/** The health of a connector's identity provider, as Logto reports it with the connector. Pure. */
import type { ApiConnector } from "../connector/apiConnector";
import type { Values } from "../connector/canonical";
import { configFields } from "../connector/identityProviders";
import { signingCertificates } from "../connector/samlMetadata";
import { counted } from "./text";

export interface IdpHealth {
  /** Whether the connector has a config, without which nobody can sign in with it. */
  readonly usable: boolean;
  /** Whether Logto reached the identity provider just now, or needs nothing but the config. */
  readonly reachable: boolean;
  /** The certificates with which a SAML identity provider signs. */
  readonly certificates: CertificateHealth | undefined;
}

export interface CertificateHealth {
  /** When the last of them expires: milliseconds since the epoch. */
  readonly expiresAt: number | undefined;
  /** Whether any of them is valid now. */
  readonly isValid: boolean;
  /** How many there are; `undefined` if only Logto has read the metadata, as it reports the first one only. */
  readonly count: number | undefined;
}

export function idpHealthOf(live: ApiConnector, now: number): IdpHealth {
  const { config = {}, providerType } = live;
  const usable = Object.keys(config).some((key) => Object.hasOwn(configFields, key));
  const providerConfig = live.providerConfig as { readonly identityProvider?: Values } | undefined;
  const saml = providerConfig?.identityProvider;
  return {
    usable,
    reachable: usable && (providerType === "saml" ? saml : providerConfig) !== undefined,
    certificates: saml && (healthInMetadata(config.metadata, now) ?? reportedHealth(live, saml)),
  };
}

/** `undefined` without metadata, or without a readable certificate in it. */
function healthInMetadata(metadata: unknown, now: number): CertificateHealth | undefined {
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

function reportedHealth(
  { config = {} }: ApiConnector,
  { certificateExpiresAt, isCertificateValid }: Values,
): CertificateHealth {
  return {
    expiresAt: typeof certificateExpiresAt === "number" ? certificateExpiresAt : undefined,
    isValid: isCertificateValid !== false,
    count: config.x509Certificate === undefined ? undefined : 1,
  };
}

/** The connectors of a tenant that Logto cannot list, because their identity providers never answer it. Empty for 0. */
export function unreadableNote(count: number): string {
  if (count === 0) return "";
  const whose = count === 1 ? "its identity provider does" : "their identity providers do";
  return `${counted(count, "connector")} of the tenant could not be read: ${whose} not answer Logto.`;
}
