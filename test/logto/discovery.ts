/** Logto's reading of an OIDC discovery document. */
import { z } from "zod/v3";
import { ApiError } from "./http";
import type { IdpFetch } from "./idpHttp";

const documentGuard = z.object({
  authorization_endpoint: z.string(),
  token_endpoint: z.string(),
  userinfo_endpoint: z.string().optional(),
  jwks_uri: z.string(),
  issuer: z.string(),
});

export async function discover(issuer: string, idpFetch: IdpFetch): Promise<Record<string, unknown>> {
  const refuse = (message: string, error: unknown) =>
    new ApiError(400, "connector.invalid_config", {
      ssoErrorCode: "invalid_config",
      config: { issuer },
      message,
      error,
    });
  // Plain concatenation: a trailing slash of the issuer results in two slashes (measured).
  const url = `${issuer}/.well-known/openid-configuration`;
  const { ok, body } = await idpFetch(url).catch((error: unknown) => {
    throw refuse("fail_to_fetch_config", error);
  });
  if (!ok) throw refuse("fail_to_fetch_config", body);
  let document: unknown;
  try {
    document = JSON.parse(body);
  } catch {
    // Logto's error for invalid JSON, as it is serialized (Logto's code).
    throw refuse("fail_to_fetch_config", { code: "invalid_response", data: { message: body } });
  }
  const result = documentGuard.safeParse(document);
  if (!result.success) throw refuse("invalid_config_response", result.error.flatten());
  const { data } = result;
  return {
    authorizationEndpoint: data.authorization_endpoint,
    tokenEndpoint: data.token_endpoint,
    userinfoEndpoint: data.userinfo_endpoint,
    jwksUri: data.jwks_uri,
    issuer: data.issuer,
  };
}
