/** The health of a connector's identity provider, as Logto reports it with the connector. Pure. */
import type { ApiConnector } from "../../connector/apiConnector";
import type { Values } from "../../values";
import { configFields } from "../../connector/identityProviders";
import { signingCertificates } from "../../connector/samlMetadata";
import { counted } from "../io/layout";
import { dayOf, defaultExpiryDays, expiresSoon } from "./expiry";

export interface IdpHealth {
  /** Whether the connector has a config. */
  readonly usable: boolean;
  /** Whether Logto reached the identity provider just now, or needs nothing but the config. */
  readonly reachable: boolean;
  /** The certificates with which a SAML identity provider signs. */
  readonly certificates: CertificateHealth | undefined;
}

interface CertificateHealth {
  /** When the last of them expires: milliseconds since the epoch. */
  readonly expiresAt: number | undefined;
  /** When the next of them becomes valid, if that is known and to come. */
  readonly validFrom?: number;
  /** Whether any of them is valid now. */
  readonly isValid: boolean;
  /** How many there are; `undefined` if only Logto has read the metadata, as it reports the first one only. */
  readonly count: number | undefined;
}

/** Whether the certificates can be used, and for how long; `unknown` if nothing says how long. */
export function certificateState(
  { isValid, expiresAt }: CertificateHealth,
  now: number,
  expiryDays = defaultExpiryDays,
): "invalid" | "expiring" | "valid" | "unknown" {
  if (!isValid || (expiresAt !== undefined && expiresAt <= now)) return "invalid";
  if (expiresAt === undefined) return "unknown";
  return expiresSoon(expiresAt, now, expiryDays) ? "expiring" : "valid";
}

/**
 * Returns the name of the certificate that is valid longest, for the beginning of a sentence about its connector, and the
 * sentence after that, if Logto may have left out other certificates; with a space before it.
 */
export function certificateWords({ count }: CertificateHealth): { name: string; note: string } {
  if (count !== undefined) {
    return { name: count === 1 ? "Its certificate" : `The last of its ${count} certificates`, note: "" };
  }
  return {
    name: "The first certificate in its metadata",
    note: " Logto reports only the first one: check the metadata for other valid ones.",
  };
}

/**
 * Returns why none of the certificates is valid, for the end of a sentence that begins with their name.
 *
 * @param expiryText says when a certificate has expired
 */
export function invalidityText(
  { expiresAt = NaN, validFrom = NaN }: CertificateHealth,
  now: number,
  expiryText: (time: number) => string,
): string {
  if (expiresAt <= now) return `expired ${expiryText(expiresAt)}`;
  const day = dayOf(validFrom);
  return day === undefined ? "is not valid yet" : `is not valid before ${day}`;
}

/** Returns why Logto cannot return a connector: it waits for the identity provider without a timeout. */
export function unreadReason(identityProvider: string): string {
  return `${identityProvider} accepts Logto's requests but never answers, so Logto cannot return the connector.`;
}

/** Whether a connector has a config, without which nobody can sign in with it. */
export function hasConfig({ config = {} }: ApiConnector): boolean {
  return Object.keys(config).some((key) => Object.hasOwn(configFields, key));
}

/** @param metadata that of its identity provider, where this machine has read it */
export function idpHealthOf(connector: ApiConnector, now: number, metadata?: string): IdpHealth {
  const { config = {}, providerType } = connector;
  const usable = hasConfig(connector);
  const providerConfig = connector.providerConfig as { readonly identityProvider?: Values } | undefined;
  const saml = providerConfig?.identityProvider;
  return {
    usable,
    reachable: usable && (providerType === "saml" ? saml : providerConfig) !== undefined,
    certificates:
      saml && (healthInMetadata(config.metadata ?? metadata, now) ?? reportedHealth(connector, saml)),
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
    validFrom: Math.min(...periods.map(([from]) => from).filter((from) => from > now)),
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

/**
 * Says that Logto cannot return some connectors of a tenant, because their identity providers never answer it. Empty for 0.
 *
 * @param which names them, in parentheses and after a space, if that is known
 */
export function unreadableNote(count: number, which = ""): string {
  if (count <= 0) return "";
  const whose = count === 1 ? "its identity provider does" : "their identity providers do";
  return `${counted(count, "connector")} of the tenant${which} could not be read: ${whose} not answer Logto.`;
}
