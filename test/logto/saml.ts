/** Logto's reading of SAML metadata. The errors were observed by passing such metadata to samlify 2.13. */
import { X509Certificate } from "node:crypto";
import { z } from "zod/v3";
import type { Config } from "./database";
import { ApiError, internalError } from "./http";
import type { IdpFetch } from "./idpHttp";
import { type Element, parseXml } from "./xml";

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
  return checked(xml ? foundIn(xml) : given(config));
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

/** Reads metadata. A string that is not SAML metadata, or not XML, counts as empty metadata. */
function foundIn(xml: string): Found {
  let root: Element | undefined;
  try {
    root = parseXml(xml);
  } catch {
    // Logto does not catch the errors of the XML parser (recorded step "SAML broken xml").
    throw internalError();
  }
  const entity = root?.name === "EntityDescriptor" ? root : undefined;
  const roles = entity?.children.filter(({ name }) => name.includes("SSODescriptor")) ?? [];
  const below = (elements: Element[], name: string) =>
    elements.flatMap(({ children }) => children.filter((child) => child.name === name));
  const certificates = (keys: Element[]) =>
    below(below(below(keys, "KeyInfo"), "X509Data"), "X509Certificate").map(({ text }) => text || null);

  const keys = below(roles, "KeyDescriptor");
  const signingKeys = keys.filter(({ attributes }) => attributes.use === "signing");
  const [only, ...more] = certificates(keys);
  const [signing = signingKeys.length > 0 ? "" : null] = certificates(signingKeys);
  const identityProvider = roles.filter(({ name }) => name === "IDPSSODescriptor");
  const endpoints = below(identityProvider, "SingleSignOnService")
    .filter(({ attributes }) => attributes.Binding === redirectBinding)
    .map(({ attributes }) => attributes.Location ?? "");
  return {
    entityId: entity?.attributes.entityID,
    signInEndpoint: endpoints.length > 1 ? endpoints : endpoints[0],
    // A single certificate is used whatever its `use` says.
    x509Certificate: only !== undefined && more.length === 0 ? only : signing,
  };
}

function given(config: Config): Found {
  const result = manualGuard.safeParse(config);
  if (!result.success) {
    throw new ApiError(400, "connector.invalid_config", {
      ssoErrorCode: "invalid_config",
      config,
      message: "invalid_connector_config",
      error: result.error.flatten(),
    });
  }
  const bareCertificate = result.data.x509Certificate
    .replaceAll(/[\n\r]/g, "")
    .replace("-----BEGIN CERTIFICATE-----", "")
    .replace("-----END CERTIFICATE-----", "")
    .replaceAll(/[\t ]/g, "");
  return { ...result.data, x509Certificate: bareCertificate || null };
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
