/** Logto's requests to an identity provider during a sign-in, as far as they depend on the settings of both. */
import { createSign } from "node:crypto";
import type { Connectors } from "./connectors";
import { isOidc } from "./identityProviders";
import type { SigningKeys } from "./signingKeys";

/** @throws if the identity provider refuses the sign-in, or if the connector is incomplete */
export async function signIn(connectors: Connectors, keys: SigningKeys, id: string): Promise<void> {
  const { providerName, config } = connectors.find(id);
  const response = isOidc(providerName) ? await byOidc(connectors, id) : await bySaml(connectors, keys, id);
  if (!response.ok) {
    throw new Error(`${providerName} ${JSON.stringify(Object.keys(config))}: ${await response.text()}`);
  }
}

async function byOidc(connectors: Connectors, id: string): Promise<Response> {
  const { providerName, config } = connectors.find(id);
  const { clientId, clientSecret } = config;
  const issuer = connectors.issuerOf(providerName, config);
  const discovery = await fetch(`${issuer}/.well-known/openid-configuration`);
  const { token_endpoint } = (await discovery.json()) as { token_endpoint: string };
  return fetch(token_endpoint, {
    method: "POST",
    headers: {
      authorization: `Basic ${Buffer.from(`${String(clientId)}:${String(clientSecret)}`).toString("base64")}`,
    },
    body: new URLSearchParams({
      grant_type: "authorization_code",
      code: "code",
      redirect_uri: `${connectors.endpoint}/callback/${id}`,
    }),
  });
}

async function bySaml(connectors: Connectors, keys: SigningKeys, id: string): Promise<Response> {
  const { endpoint } = connectors;
  const { metadataUrl, signAuthnRequest } = connectors.find(id).config;
  const metadata = await (await fetch(String(metadataUrl))).text();
  const location = /HTTP-Redirect" Location="([^"]+)"/.exec(metadata)?.[1] ?? "";
  const request = {
    issuer: `${endpoint}/enterprise-sso/${id}`,
    assertionConsumerServiceUrl: `${endpoint}/api/authn/single-sign-on/saml/${id}`,
  };
  const query = new URLSearchParams({
    SAMLRequest: Buffer.from(JSON.stringify(request)).toString("base64"),
    SigAlg: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
  });
  if (signAuthnRequest === true) {
    query.set("Signature", createSign("sha256").update(query.toString()).sign(keys.privateKey(id), "base64"));
  }
  return fetch(`${location}?${query.toString()}`);
}
