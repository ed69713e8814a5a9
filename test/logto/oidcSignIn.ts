/** Logto's requests to an OpenID provider during a sign-in (Logto's code). */
import { z } from "zod/v3";
import type { Row } from "./database";
import type { Attempt, SsoUser } from "./enterpriseSso";
import { ApiError } from "./http";

/** The config of a connector, completed with the identity provider's discovery document. */
const configGuard = z.object({
  clientId: z.string(),
  clientSecret: z.string(),
  scope: z.string(),
  trustUnverifiedEmail: z.boolean().optional(),
  issuer: z.string(),
  authorizationEndpoint: z.string(),
  tokenEndpoint: z.string(),
  userinfoEndpoint: z.string().optional(),
  jwksUri: z.string(),
});
type Config = z.output<typeof configGuard>;

const tokenGuard = z.object({ id_token: z.string(), access_token: z.string() });
const claimsGuard = z.object({
  sub: z.string(),
  name: z.string().nullish(),
  email: z.string().nullish(),
  email_verified: z.boolean().nullish(),
  nonce: z.string().nullish(),
});
type Claims = z.output<typeof claimsGuard>;

export function oidcRequest({ providerName, config: own }: Row, config: unknown, attempt: Attempt): string {
  const { authorizationEndpoint, clientId, scope } = parsed(config);
  const { state, nonce, redirectUri } = attempt;
  const ofGoogle = {
    prompt: own.offlineAccess === true ? "consent select_account" : "select_account",
    ...(own.offlineAccess === true ? { access_type: "offline" } : {}),
    include_granted_scopes: "true",
  };
  const query = new URLSearchParams({
    state,
    nonce,
    client_id: clientId,
    response_type: "code",
    redirect_uri: redirectUri,
    scope,
    ...(providerName === "GoogleWorkspace" ? ofGoogle : {}),
  });
  return `${authorizationEndpoint}?${query.toString()}`;
}

/** Exchanges the code for tokens, verifies the ID token and reads the user's claims. */
export async function oidcUser(
  { providerName }: Row,
  providerConfig: unknown,
  { redirectUri, nonce }: Attempt,
  data: Record<string, unknown>,
): Promise<SsoUser> {
  const config = parsed(providerConfig);
  if (typeof data.code !== "string") throw new ApiError(500, "connector.invalid_request_parameters", data);
  const tokens = await exchange(config, data.code, redirectUri);
  const inToken = await verifiedClaims(config, tokens.id_token);
  if (inToken.nonce && inToken.nonce !== nonce) throw failure("nonce does not match");
  const read = await userinfo(config, tokens.access_token);
  // Entra ID has some claims in one of the two only.
  const { sub, email, email_verified, name } =
    providerName === "AzureAdOidc" ? { ...inToken, ...read } : (read ?? inToken);
  const isTrusted = email_verified ?? config.trustUnverifiedEmail;
  return { id: sub, ...(name ? { name } : {}), ...(email && isTrusted ? { email } : {}) };
}

function parsed(config: unknown): Config {
  const result = configGuard.safeParse(config);
  if (!result.success) throw new ApiError(500, "connector.invalid_config");
  return result.data;
}

async function exchange(
  { tokenEndpoint, clientId, clientSecret }: Config,
  code: string,
  redirectUri: string,
) {
  const credentials = Buffer.from(`${clientId}:${clientSecret}`).toString("base64");
  const response = await fetch(tokenEndpoint, {
    method: "POST",
    headers: { authorization: `Basic ${credentials}` },
    body: new URLSearchParams({ grant_type: "authorization_code", code, redirect_uri: redirectUri }),
  });
  if (!response.ok) throw failure("Fail to fetch token", await response.text());
  const result = tokenGuard.safeParse(await response.json());
  if (!result.success) throw failure("Invalid token response", result.error.flatten());
  return result.data;
}

async function verifiedClaims({ jwksUri, issuer, clientId }: Config, idToken: string): Promise<Claims> {
  const { createRemoteJWKSet, jwtVerify } = await import("jose");
  try {
    const { payload } = await jwtVerify(idToken, createRemoteJWKSet(new URL(jwksUri)), {
      issuer,
      audience: clientId,
    });
    return claimsGuard.parse(payload);
  } catch (error) {
    throw failure("Fail to verify id_token", (error as Error).message);
  }
}

async function userinfo({ userinfoEndpoint }: Config, accessToken: string): Promise<Claims | undefined> {
  if (userinfoEndpoint === undefined) return undefined;
  const response = await fetch(userinfoEndpoint, { headers: { authorization: `Bearer ${accessToken}` } });
  if (!response.ok) throw failure("Fail to fetch user info", await response.text());
  return claimsGuard.parse(await response.json());
}

function failure(message: string, error?: unknown): ApiError {
  const data = { ssoErrorCode: "authorization_failed", message, error };
  return new ApiError(500, "connector.authorization_failed", data);
}
