/**
 * The documents that Logto reads from identity providers. For any prefix P of the path,
 * `P/.well-known/openid-configuration` is a discovery document whose issuer ends in P. `/saml/metadata` is SAML metadata.
 * A P of `/fails`, `/notjson`, `/incomplete` or `/hangs` behaves accordingly, as does `/saml/broken`.
 */
import { readFileSync } from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

/** A self-signed certificate of idp.acme.com, as PEM. */
export const certificate = readFileSync(join(__dirname, "certificate.pem"), "utf8");

/** @param pem the identity provider's signing certificate */
export function samlMetadata(entityId: string, signIn: string, pem = certificate): string {
  const certificateBody = pem.replace(/-----[^-]+-----|\s/g, "");
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

export function discoveryDocument(issuer: string) {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    userinfo_endpoint: `${issuer}/userinfo`,
    jwks_uri: `${issuer}/jwks`,
  };
}

/** Responds as an identity provider. `path` is the path of the request below the URL `base`. */
export function respondAsIdentityProvider(base: string, path: string, response: http.ServerResponse): void {
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
    const document = discoveryDocument(base + path.slice(0, -"/.well-known/openid-configuration".length));
    json(200, path.startsWith("/incomplete/") ? { issuer: document.issuer } : document);
  } else {
    json(404, { error: "not_found" });
  }
}

export interface IdentityProviders {
  readonly url: string;
  /** The paths that were requested. */
  readonly requested: string[];
  close(): Promise<void>;
}

/** Starts identity providers on a server of their own, for tests that stop them. */
export async function startIdentityProviders({ port = 0 } = {}): Promise<IdentityProviders> {
  const requested: string[] = [];
  const server = http.createServer((request, response) => {
    requested.push(request.url ?? "");
    const [path = ""] = (request.url ?? "").split("?");
    respondAsIdentityProvider(`http://${String(request.headers.host)}`, path, response);
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requested,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
