import { redactor } from "../../logto/redaction";
import { errorPages, refusals, tokenErrors } from "./knownErrors";
import { readTokenResponse } from "./readResponse";

const redact = redactor(["canary-secret"]);

const token = (status: number, body: unknown) =>
  readTokenResponse(
    { status, location: undefined, text: typeof body === "string" ? body : JSON.stringify(body) },
    redact,
  );
const error = (code: string, error_description?: string) => ({ error: code, error_description });

const entra = (code: number, text: string) =>
  `AADSTS${code}: ${text} Trace ID: 0000aaaa-11bb-cccc-dd33-eeeeee333333 Correlation ID: aaaa0000-bb11 Timestamp: 2026-01-09 02:02:12Z`;

const tokenCases = [
  // RFC 6749, 5.2.
  ["any", 400, error("invalid_grant"), "accepted", "accepts"],
  [
    "any",
    401,
    error("invalid_client"),
    "rejected",
    "rejects the client ID or the secret (it answered invalid_client)",
  ],
  ["any", 400, error("invalid_client", "Client authentication failed"), "rejected", "rejects"],
  ["any", 400, error("unauthorized_client"), "rejected", "does not let this client use authorization codes"],
  ["any", 400, error("invalid_request"), "unknown", "responded with invalid_request"],
  ["any", 400, error("unsupported_grant_type"), "sign-in-refused", "does not take authorization codes"],
  ["any", 401, error("bad_credentials"), "rejected", "rejects the client ID or the secret (it answered 401)"],
  ["any", 401, "<html>Unauthorized</html>", "rejected", "(it answered 401)"],
  ["any", 400, error("invalid_scope"), "unknown", "responded with invalid_scope"],
  [
    "Okta",
    401,
    error("invalid_client", "The client secret supplied for a confidential client is invalid."),
    "rejected",
    "rejects the client secret",
  ],
  [
    "Okta",
    401,
    {
      errorCode: "invalid_client",
      errorSummary: "Invalid value for 'client_id' parameter.",
      errorLink: "invalid_client",
    },
    "rejected",
    "no such client",
  ],
  [
    "Okta",
    400,
    error("invalid_grant", "The authorization code is invalid or has expired."),
    "accepted",
    "accepts",
  ],
  [
    "Entra ID",
    401,
    error(
      "invalid_client",
      entra(
        7000215,
        "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID.",
      ),
    ),
    "rejected",
    "rejects the client secret (it answered AADSTS7000215)",
  ],
  [
    "Entra ID",
    401,
    error("invalid_client", entra(7000222, "The provided client secret keys for app 'x' are expired.")),
    "rejected",
    "has expired (it answered AADSTS7000222)",
  ],
  [
    "Entra ID",
    400,
    error(
      "unauthorized_client",
      entra(700016, "Application with identifier 'x' was not found in the directory 'y'."),
    ),
    "rejected",
    "no such client (it answered AADSTS700016)",
  ],
  [
    "Entra ID",
    400,
    error("invalid_request", entra(90002, "Tenant 'x' not found.")),
    "rejected",
    "no such tenant",
  ],
  [
    "Entra ID",
    401,
    error("unauthorized_client", entra(7000112, "Application 'x' is disabled.")),
    "rejected",
    "is disabled",
  ],
  [
    "Entra ID",
    401,
    error(
      "invalid_client",
      entra(
        700025,
        "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
      ),
    ),
    "rejected",
    "a public one",
  ],
  [
    "Entra ID",
    400,
    error("invalid_grant", entra(9002313, "Invalid request. Request is malformed or invalid.")),
    "unknown",
    "said nothing of the client (it answered AADSTS9002313)",
  ],
  [
    "Entra ID",
    400,
    error("invalid_grant", entra(70000, "The provided value for the 'code' parameter is not valid.")),
    "unknown",
    "said nothing of the client",
  ],
  [
    "Entra ID",
    400,
    error("invalid_request", entra(90014, "The required field 'x' is missing.")),
    "unknown",
    "responded with AADSTS90014",
  ],
  [
    "Entra ID",
    401,
    error(
      "invalid_client",
      entra(
        7000218,
        "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
      ),
    ),
    "rejected",
    "AADSTS7000218",
  ],
  [
    "Entra ID",
    400,
    error("invalid_request", entra(50011, "The redirect URI 'x' specified in the request does not match.")),
    "redirect-not-registered",
    "AADSTS50011",
  ],
  ["Google", 401, error("invalid_client", "The OAuth client was not found."), "rejected", "no such client"],
  ["Google", 401, error("invalid_client", "Unauthorized"), "rejected", "rejects"],
  ["Google", 401, error("deleted_client", "The OAuth client was deleted."), "rejected", "no such client"],
  ["Google", 400, error("invalid_grant", "Malformed auth code."), "accepted", "accepts"],
  [
    "Google",
    400,
    error("redirect_uri_mismatch", "Bad Request"),
    "redirect-not-registered",
    "is not registered",
  ],
  ["Auth0", 401, error("access_denied", "Unauthorized"), "rejected", "rejects the client ID or the secret"],
  ["Auth0", 403, error("invalid_grant", "Invalid authorization code"), "accepted", "accepts"],
  [
    "Auth0",
    403,
    error("unauthorized_client", "Grant type 'authorization_code' not allowed for the client."),
    "rejected",
    "authorization codes",
  ],
  ["Auth0", 403, error("access_denied", "Blocked by a rule"), "unknown", "responded with access_denied"],
  [
    "Keycloak",
    401,
    error("unauthorized_client", "Invalid client or Invalid client credentials"),
    "rejected",
    "rejects the client ID or the secret",
  ],
  [
    "Keycloak",
    401,
    error("invalid_client", "Invalid client or Invalid client credentials"),
    "rejected",
    "rejects the client ID or the secret",
  ],
  [
    "Keycloak",
    403,
    error("unauthorized_client", "Invalid client secret"),
    "rejected",
    "rejects the client ID or the secret",
  ],
  ["Keycloak", 400, error("invalid_grant", "Code not valid"), "accepted", "accepts"],
  // What is no answer.
  ["a gateway", 502, "<html>Bad gateway</html>", "unknown", "responded with 502"],
  ["a failing server", 500, error("server_error"), "unknown", "responded with 500"],
  ["a rate limit", 429, error("invalid_client"), "unknown", "responded with 429"],
  [
    "a firewall",
    403,
    "<html>Forbidden</html>",
    "unknown",
    "responded with 403, and without an error code of OAuth",
  ],
  ["a login page", 200, "<html>Sign in</html>", "unknown", "responded with 200"],
  ["a redirect", 302, "", "unknown", "responded with 302"],
  [
    "one that takes any code",
    200,
    { access_token: "canary-token" },
    "unknown",
    "took a code that cannot be valid",
  ],
  ["another format", 400, { error: { code: 1 } }, "unknown", "without an error code"],
  [
    "an unknown error",
    400,
    error("canary-secret \u001b[31m".padEnd(5000, "x")),
    "unknown",
    "responded with [secret] \\u001b[31mx",
  ],
] as const;

describe("the token endpoint's answer to a code that cannot be valid", () => {
  test.each(tokenCases)("%s: %i %j", (_product, status, body, meaning, text) => {
    const result = token(status, body);
    expect(result.meaning).toBe(meaning);
    expect(result.message).toContain(text);
    expect(result.message).not.toContain("canary");
    expect(result.message.length).toBeLessThan(200);
    if (meaning === "rejected") expect(result.remedy).toMatch(/\.$/);
  });

  test("every entry has a source", () => {
    for (const { product, source } of [...tokenErrors, ...refusals, ...errorPages]) {
      expect([product, source.length > 5]).toEqual([product, true]);
    }
  });
});
