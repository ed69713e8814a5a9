/** X.509 certificates: as Logto reads them, and as people paste them. Pure. */
import { X509Certificate } from "node:crypto";
import type { TextProblem } from "./problem";

const [begin, end] = ["-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"];

/** A text of which Logto's SAML library removes everything but the base64, so that it can be sent as it is. */
const [space, base64] = ["[\\n\\r\\t ]*", "[\\w+/=\\n\\r\\t ]*"];
const readableAsItIs = new RegExp(`^${base64}$|^${space}${begin}${base64}${end}${space}$`);

/** A block of PEM. Old versions of OpenSSL, and `openssl x509 -trustout`, write other labels for the same content. */
const pemBlock = /-----BEGIN ((?:TRUSTED |X509 )?CERTIFICATE)-----([^-]*)-----END \1-----/g;

/** White space, and invisible characters that come along when a text is copied. */
const invisible = /[\s\p{Format}]/gu;

/**
 * Returns the form in which a certificate is sent and compared. A text that Logto reads stays as it is. Of any other, such as the
 * output of `openssl pkcs12`, which begins with `Bag Attributes`, the one certificate is taken out, as PEM. A text without
 * exactly one certificate stays as it is.
 */
export function canonicalCertificate(text: string): string {
  if (readableAsItIs.test(text)) return text;
  const [certificate, ...others] = certificatesIn(text);
  return certificate !== undefined && others.length === 0 ? certificate.toString() : text;
}

/** The readable certificates in a text that is PEM, with any text around the blocks, or bare base64. */
export function certificatesIn(text: string): X509Certificate[] {
  // Line breaks from an environment variable or from JSON are often the two characters `\n`.
  const lines = text.replaceAll(/\\[rn]/g, "\n");
  const blocks = [...lines.matchAll(pemBlock)].map(([, label = "", base64 = ""]) => ({ label, base64 }));
  const candidates = blocks.length > 0 ? blocks : [{ label: "CERTIFICATE", base64: lines }];
  return candidates.flatMap(({ label, base64 }) => {
    const bare = base64.replaceAll(invisible, "");
    return parseCertificate(`-----BEGIN ${label}-----\n${bare}\n-----END ${label}-----`) ?? [];
  });
}

/** Reads the text of an `X509Certificate` element of SAML metadata as Logto does (Logto: sso/SamlConnector/utils.ts). */
export function parseCertificateAsLogto(text: string): X509Certificate | undefined {
  const isPem = text.startsWith(`${begin}\n`) && text.endsWith(`\n${end}`);
  return parseCertificate(isPem ? text : `${begin}\n${text}\n${end}`);
}

/** Reads the certificate of a config as Logto reads its canonical form, or says why it cannot, and what to do. */
export function readCertificate(text: string): X509Certificate | TextProblem {
  const canonical = canonicalCertificate(text);
  const count = [...canonical.matchAll(pemBlock)].length;
  if (count > 1) {
    return {
      message:
        `contains ${count} certificates, and Logto uses one: specify only that with which the identity provider signs, ` +
        "without those of certificate authorities.",
    };
  }
  // Logto's SAML library removes white space and the first pair of lines.
  const base64 = canonical
    .replaceAll(/[\n\r]/g, "")
    .replace(begin, "")
    .replace(end, "")
    .replaceAll(/[\t ]/g, "");
  return parseCertificateAsLogto(base64) ?? { message: unreadableMessage(text) };
}

/**
 * Returns a warning if none of the certificates is valid now.
 *
 * @param certificates those with which an identity provider may sign; one that is valid is enough
 */
export function validityWarning(certificates: readonly X509Certificate[], now: number): string | undefined {
  const periods = certificates
    .map(({ validFrom, validTo }) => ({ from: Date.parse(validFrom), to: Date.parse(validTo) }))
    .filter(({ from, to }) => Number.isFinite(from + to));
  if (periods.length === 0 || periods.some(({ from, to }) => from <= now && now < to)) return undefined;
  const next = Math.min(...periods.map(({ from }) => from).filter((from) => from > now));
  const last = Math.max(...periods.map(({ to }) => to));
  const day = (time: number) => new Date(time).toISOString().slice(0, 10);
  const state = Number.isFinite(next) ? `is not valid before ${day(next)}` : `expired on ${day(last)}`;
  return `the signing certificate ${state}. Replace it by the one with which the identity provider signs now.`;
}

function unreadableMessage(text: string): string {
  const form = "give it as PEM (-----BEGIN CERTIFICATE-----) or as bare base64.";
  const [, label] = /-----BEGIN ([A-Z0-9 ]{1,40})-----/.exec(text) ?? [];
  if (label !== undefined && !label.endsWith("CERTIFICATE")) {
    return `is not a valid X.509 certificate, but a ${label}: ${form}`;
  }
  if (label !== undefined && !text.includes(`-----END ${label}-----`)) {
    return `is not a valid X.509 certificate: the line -----END ${label}----- is missing, so it seems to be cut off.`;
  }
  if (/^\s*LS0tLS1CRUdJTi/.test(text)) {
    return "is not a valid X.509 certificate: it is PEM that was encoded as base64 once more. Decode it first.";
  }
  if (/^[^\n]{1,300}\.(pem|cer|crt|cert|der)\s*$/i.test(text)) {
    return "is not a valid X.509 certificate: it is the name of a file. Give the content of the file.";
  }
  return `is not a valid X.509 certificate: ${form}`;
}

function parseCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}
