/** Logto's reading of SAML metadata, with the library that it uses (Logto's code). */
import { X509Certificate } from "node:crypto";
import { z } from "zod/v3";
import type { Config } from "./database";
import { ApiError, internalError } from "./http";
import type { IdpFetch } from "./idpHttp";
import { type EntityMeta, samlify } from "./samlify";

const redirectBinding = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";

/** The unvalidated metadata. Validation comes last, so a URL can still be a list of URLs. */
interface Found {
  readonly entityId: string | undefined;
  readonly signInEndpoint: string | string[] | undefined;
  /** `null` if there is none. */
  readonly x509Certificate: string | null;
}

const identityProviderGuard = z.object({
  entityId: z.string(),
  signInEndpoint: z.string(),
  x509Certificate: z.string(),
  certificateExpiresAt: z.number(),
  isCertificateValid: z.boolean(),
});
const manualGuard = identityProviderGuard.pick({
  entityId: true,
  signInEndpoint: true,
  x509Certificate: true,
});

/** Reads the metadata URL, the metadata or the three values of a config. */
export async function readSaml(config: Config, idpFetch: IdpFetch): Promise<Record<string, unknown>> {
  const { metadataUrl, metadata } = config as Record<string, string | undefined>;
  const xml = metadataUrl === undefined ? metadata : await fetchMetadata(metadataUrl, idpFetch);
  // Empty metadata counts as absent.
  return checked(foundIn(xml ? { metadata: xml } : given(config)));
}

async function fetchMetadata(url: string, idpFetch: IdpFetch): Promise<string> {
  const refuse = (error: unknown) =>
    new ApiError(400, "connector.invalid_metadata", {
      ssoErrorCode: "invalid_metadata",
      message: "fail_to_fetch_config",
      error,
    });
  const { ok, body } = await idpFetch(url).catch((error: unknown) => {
    throw refuse(error);
  });
  if (!ok) throw refuse(body);
  return body;
}

function given(config: Config): object {
  const result = manualGuard.safeParse(config);
  if (!result.success) {
    throw new ApiError(400, "connector.invalid_config", {
      ssoErrorCode: "invalid_config",
      config,
      message: "invalid_connector_config",
      error: result.error.flatten(),
    });
  }
  return identityProviderSettings(result.data);
}

/** The settings that Logto passes to the library for a config without metadata. */
export function identityProviderSettings({
  entityId,
  signInEndpoint,
  x509Certificate,
}: z.output<typeof manualGuard>): object {
  return {
    entityID: entityId,
    signingCert: x509Certificate,
    singleSignOnService: [{ Binding: redirectBinding, Location: signInEndpoint }],
    // Logto has none, about which the library complains on the console. It changes nothing of what is read here.
    singleLogoutService: [{ Binding: redirectBinding, Location: "" }],
  };
}

/** What was found so far, by the settings: Logto reads the same metadata at each request, for which the library takes milliseconds. */
const found = new Map<string, Found>();

function foundIn(settings: object): Found {
  const key = JSON.stringify(settings);
  const known = found.get(key);
  if (known !== undefined) return known;
  const { entityMeta } = parsed(settings);
  const certificate = entityMeta.getX509Certificate("signing");
  const result = {
    entityId: entityMeta.getEntityID(),
    signInEndpoint: entityMeta.getSingleSignOnService(redirectBinding)[redirectBinding],
    x509Certificate: Array.isArray(certificate) ? (certificate[0] ?? "") : certificate,
  };
  if (found.size >= 100) found.clear();
  found.set(key, result);
  return result;
}

function parsed(settings: object): { readonly entityMeta: EntityMeta } {
  try {
    return samlify().IdentityProvider(settings);
  } catch {
    // Logto does not catch the errors of the XML parser (recorded step "SAML broken xml").
    throw internalError();
  }
}

function checked(found: Found): Record<string, unknown> {
  const certificate = certificateOf(found);
  const certificateExpiresAt = new Date(certificate.validTo).getTime();
  const metadata = {
    ...found,
    certificateExpiresAt,
    isCertificateValid: certificateExpiresAt > Date.now(),
    x509Certificate: certificate.toJSON(),
  };
  const result = identityProviderGuard.safeParse(metadata);
  if (result.success) return result.data;
  throw new ApiError(400, "connector.invalid_metadata", {
    ssoErrorCode: "invalid_metadata",
    message: "invalid_connector_config",
    metadata,
    error: { issues: result.error.issues, name: "ZodError" },
  });
}

function certificateOf(found: Found): X509Certificate {
  try {
    const { x509Certificate: text } = found;
    // A missing certificate causes a TypeError in Logto, which is serialized as an empty object.
    if (text === null) throw new TypeError("No certificate.");
    const [begin, end] = ["-----BEGIN CERTIFICATE-----\n", "\n-----END CERTIFICATE-----"];
    const isPem = text.startsWith(begin) && text.endsWith(end);
    return new X509Certificate(isPem ? text : `${begin}${text}${end}`);
  } catch (error) {
    const { code, library, reason } = error as Record<string, unknown>;
    throw new ApiError(400, "connector.invalid_certificate", {
      ssoErrorCode: "invalid_certificate",
      config: found,
      error: { code, library, reason },
    });
  }
}
