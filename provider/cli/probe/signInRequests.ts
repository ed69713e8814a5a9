/** The requests that Logto sends to an OIDC identity provider during a sign-in, as the probe sends them. */
import { randomUUID } from "node:crypto";
import type { ProbeRequest } from "./requests";

/** The credentials of a client at its identity provider, with the scopes that its connector adds. */
export interface Credentials {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string;
}

/**
 * Returns the token request, with a code that cannot be valid. It authenticates with HTTP Basic, whatever the discovery document
 * says, and with the client ID and the secret as they are, although RFC 6749, 2.3.1, has them form-encoded (Logto:
 * sso/OidcConnector/utils.ts).
 */
export function tokenRequest(
  { clientId, clientSecret }: Credentials,
  redirectUri: string,
  signal: AbortSignal,
): ProbeRequest {
  return {
    method: "POST",
    headers: {
      accept: "application/json",
      authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`,
      "content-type": "application/x-www-form-urlencoded",
    },
    body: new URLSearchParams({
      grant_type: "authorization_code",
      code: "logto-sso-probe-this-is-no-code",
      redirect_uri: redirectUri,
    }).toString(),
    signal,
  };
}

/** A redirect URI that no client has registered, as nobody can have the domain (RFC 6761, 6.4). */
export const unregisteredUri = "https://logto-sso-probe.invalid/callback";

/**
 * Returns the address at which a sign-in begins (Logto: sso/OidcConnector/index.ts).
 *
 * @param isSilent whether nothing may be shown (`prompt=none`)
 */
export function authorizationUrl(
  endpoint: string,
  { clientId, scope }: Credentials,
  redirectUri: string,
  isSilent: boolean,
): string {
  const url = new URL(endpoint);
  const scopes = ["openid", "profile", "email", ...scope.split(/[ +]/)].filter((name) => name !== "");
  const parameters = {
    response_type: "code",
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: [...new Set(scopes)].join(" "),
    state: randomUUID(),
    nonce: randomUUID(),
    ...(isSilent ? { prompt: "none" } : {}),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}
