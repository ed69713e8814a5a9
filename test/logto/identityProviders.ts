/**
 * Stand-ins for identity providers, and how Logto asks them. Below any prefix P of the path:
 * `P/.well-known/openid-configuration` is a discovery document whose issuer is P, `/saml/metadata` is SAML metadata;
 * a P of `/fails`, `/notjson`, `/incomplete` or `/hangs` behaves accordingly, as does `/saml/broken`.
 */
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { Refusal, internalError } from "./answer";

/** A self-signed certificate of idp.acme.com, as PEM. */
export const certificate = readFileSync(join(__dirname, "certificate.pem"), "utf8");
const certificateBody = certificate.replace(/-----[^-]+-----|\s/g, "");

export function samlMetadata(entityId: string, signIn: string): string {
  const services = ["HTTP-Redirect", "HTTP-POST"].map(
    (binding) =>
      `<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:${binding}" Location="${signIn}"/>`,
  );
  return (
    `<?xml version="1.0"?><md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entityId}">` +
    '<md:IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">' +
    '<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>' +
    `<ds:X509Certificate>${certificateBody}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>` +
    "<md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress</md:NameIDFormat>" +
    `${services.join("")}</md:IDPSSODescriptor></md:EntityDescriptor>`
  );
}

/** Answers as an identity provider whose base is `base`; `path` is what stands behind it. */
export function answerAsIdentityProvider(base: string, path: string, response: http.ServerResponse): void {
  const json = (status: number, body: unknown) => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };
  if (path.startsWith("/hangs/")) return;
  if (path.startsWith("/fails/")) {
    json(500, { error: "boom" });
  } else if (path.startsWith("/notjson/")) {
    response.writeHead(200, { "content-type": "text/html" }).end("<html>sign in</html>");
  } else if (path === "/saml/metadata") {
    response
      .writeHead(200, { "content-type": "application/xml" })
      .end(samlMetadata(`${base}/saml/idp`, `${base}/saml/sso`));
  } else if (path === "/saml/broken") {
    response.writeHead(200, { "content-type": "application/xml" }).end("<not><closed>");
  } else if (path.endsWith("/.well-known/openid-configuration")) {
    const issuer = base + path.slice(0, -"/.well-known/openid-configuration".length);
    const endpoints = {
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      userinfo_endpoint: `${issuer}/userinfo`,
      jwks_uri: `${issuer}/jwks`,
    };
    json(200, { issuer, ...(path.startsWith("/incomplete/") ? {} : endpoints) });
  } else {
    json(404, { error: "not_found" });
  }
}

export interface IdentityProviders {
  readonly url: string;
  /** Paths that were asked for. */
  readonly asked: string[];
  close(): Promise<void>;
}

/** Identity providers on a server of their own, for tests that take them down. */
export async function startIdentityProviders({ port = 0 } = {}): Promise<IdentityProviders> {
  const asked: string[] = [];
  const server = http.createServer((request, response) => {
    asked.push(request.url ?? "");
    answerAsIdentityProvider(`http://${String(request.headers.host)}`, request.url ?? "", response);
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

interface Fetched {
  readonly status: number;
  readonly body: string;
}

/** HTTP statuses after which Logto's HTTP library asks again; connection faults are another reason. */
const retriedStatuses = new Set([408, 413, 429, 500, 502, 503, 504, 521, 522, 524]);

/** Not by the global fetch, which refuses some ports before it tries. */
async function fetchOnce(url: string): Promise<Fetched> {
  const { get } = new URL(url).protocol === "https:" ? https : http;
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    get(url, resolve).on("error", reject);
  });
  return { status: response.statusCode ?? 0, body: await text(response) };
}

/** Logto asks up to three times, after 1 s and 2 s (measured: 3 s in all), and waits for an answer without end. */
async function fetchAsLogto(url: string, retryDelayMs: number): Promise<Fetched> {
  for (let attempt = 0; ; attempt++) {
    try {
      const fetched = await fetchOnce(url);
      if (!retriedStatuses.has(fetched.status) || attempt === 2) return fetched;
    } catch (error) {
      if (attempt === 2 || !URL.canParse(url)) throw error;
    }
    await sleep(retryDelayMs * 2 ** attempt);
  }
}

/** The error towards an identity provider, as it shows in the `data` of Logto's answer. */
function errorOf(error: unknown): unknown {
  return { code: (error as { code?: string }).code, name: "RequestError" };
}

export type ProviderConfig = Readonly<Record<string, unknown>>;

/** Reads a discovery document as Logto does. */
export async function discover(issuer: string, retryDelayMs: number): Promise<ProviderConfig> {
  const refuse = (error: unknown) =>
    new Refusal(400, "connector.invalid_config", {
      ssoErrorCode: "invalid_config",
      config: { issuer },
      error,
    });
  const { status, body } = await fetchAsLogto(
    `${issuer}/.well-known/openid-configuration`,
    retryDelayMs,
  ).catch((error: unknown) => {
    throw refuse(errorOf(error));
  });
  if (status !== 200) throw refuse(body);
  let document: Record<string, unknown>;
  try {
    document = JSON.parse(body) as Record<string, unknown>;
  } catch {
    throw refuse({ code: "invalid_response", data: { message: body } });
  }
  const required = ["authorization_endpoint", "token_endpoint", "jwks_uri", "issuer"];
  const missing = required.filter((key) => typeof document[key] !== "string");
  if (missing.length > 0) {
    throw refuse({
      formErrors: [],
      fieldErrors: Object.fromEntries(missing.map((key) => [key, ["Required"]])),
    });
  }
  return {
    authorizationEndpoint: document.authorization_endpoint,
    tokenEndpoint: document.token_endpoint,
    userinfoEndpoint: document.userinfo_endpoint,
    jwksUri: document.jwks_uri,
    issuer: document.issuer,
  };
}

/** What Logto reads of a SAML identity provider: from the metadata's URL, the metadata, or the three values. */
export async function readSamlIdentityProvider(
  config: Readonly<Record<string, unknown>>,
  retryDelayMs: number,
): Promise<ProviderConfig> {
  const { metadataUrl, metadata, entityId, signInEndpoint, x509Certificate } = config as Record<
    string,
    string
  >;
  if (metadataUrl !== undefined) return parseMetadata(await fetchMetadata(metadataUrl, retryDelayMs));
  if (metadata !== undefined) return parseMetadata(metadata);
  return withCertificate({ entityId, signInEndpoint }, x509Certificate ?? "");
}

async function fetchMetadata(url: string, retryDelayMs: number): Promise<string> {
  const refuse = (error: unknown) =>
    new Refusal(400, "connector.invalid_metadata", { ssoErrorCode: "invalid_metadata", error });
  const { status, body } = await fetchAsLogto(url, retryDelayMs).catch((error: unknown) => {
    throw refuse(errorOf(error));
  });
  if (status !== 200) throw refuse(body);
  return body;
}

function parseMetadata(xml: string): ProviderConfig {
  const find = (pattern: RegExp) => pattern.exec(xml)?.[1];
  const entityId = find(/<(?:[\w.-]+:)?EntityDescriptor\b[^>]*\bentityID="([^"]*)"/);
  const closed = /<\/(?:[\w.-]+:)?EntityDescriptor>\s*$/.test(xml);
  // Logto's XML parser throws what nothing catches: a 500.
  if (entityId === undefined || !closed) throw internalError();
  const signInEndpoint = find(
    /SingleSignOnService\b[^>]*Binding="[^"]*HTTP-Redirect"[^>]*Location="([^"]*)"/,
  );
  return withCertificate({ entityId, signInEndpoint }, find(/X509Certificate>([^<]*)</) ?? "");
}

function withCertificate(
  provider: { entityId: string | undefined; signInEndpoint: string | undefined },
  given: string,
): ProviderConfig {
  const pem = given.includes("-----BEGIN")
    ? given
    : `-----BEGIN CERTIFICATE-----\n${given}\n-----END CERTIFICATE-----`;
  let parsed: X509Certificate;
  try {
    parsed = new X509Certificate(pem);
  } catch (error) {
    const { code, library, reason } = error as Record<string, unknown>;
    throw new Refusal(400, "connector.invalid_certificate", {
      ssoErrorCode: "invalid_certificate",
      config: { ...provider, x509Certificate: given },
      error: { code, library, reason },
    });
  }
  const certificateExpiresAt = new Date(parsed.validTo).getTime();
  return {
    ...provider,
    certificateExpiresAt,
    isCertificateValid: certificateExpiresAt > Date.now(),
    x509Certificate: parsed.toJSON(),
  };
}
