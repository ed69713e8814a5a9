import { redactor } from "../../logto/redaction";
import { readAuthorizationResponse } from "./readAuthorization";

const redact = redactor(["canary-secret"]);
const redirectUri = "https://logto.acme.com/callback/acme1";
const answer = (status: number, location: string | undefined, text = "", isSilent = true) =>
  readAuthorizationResponse({ status, location, text }, redirectUri, isSilent, redact);
const google = (message: string) =>
  `https://accounts.google.com/signin/oauth/error?authError=${Buffer.from(message).toString("base64url")}&client_id=x`;

describe("whether the redirect URI is registered", () => {
  test.each([
    ["a redirect back", 302, `${redirectUri}?error=login_required&state=s`, "", "accepted"],
    ["a redirect back by a fragment", 303, `${redirectUri}#error=login_required`, "", "accepted"],
    ["a redirect to a path below", 302, `${redirectUri}2?error=login_required`, "", "unknown"],
    ["a redirect to a login page", 302, `https://idp.acme.com/login?continue=${redirectUri}`, "", "unknown"],
    ["a relative redirect", 302, "/login", "", "unknown"],
    ["a login page", 200, undefined, "<html>Sign in</html>", "unknown"],
    ["any error page", 400, undefined, "<html>Bad request</html>", "unknown"],
    [
      "Okta",
      400,
      undefined,
      "<p>The &#39;redirect_uri&#39; parameter must be a Login redirect URI in the client app settings: <a>",
      "redirect-not-registered",
    ],
    [
      "Entra ID",
      200,
      undefined,
      "AADSTS50011: The redirect URI 'x' specified in the request does not match",
      "redirect-not-registered",
    ],
    [
      "Entra ID, without any",
      200,
      undefined,
      "AADSTS500113: No reply address is registered for the application.",
      "redirect-not-registered",
    ],
    ["Google", 302, google("\n\u0015redirect_uri_mismatch\u0012"), "", "redirect-not-registered"],
    ["Google, another error", 302, google("\n\u000einvalid_client"), "", "unknown"],
    ["Auth0", 403, undefined, "<h1>Callback URL mismatch.</h1>", "redirect-not-registered"],
    ["Keycloak", 400, undefined, "<p>Invalid parameter: redirect_uri</p>", "redirect-not-registered"],
    ["oidc-provider", 400, undefined, "<pre>invalid_redirect_uri</pre>", "redirect-not-registered"],
  ])("%s", (_what, status, location, text, meaning) => {
    const result = answer(status, location, text).redirectUri;
    expect(result.meaning).toBe(meaning);
    if (meaning !== "unknown") expect(result.message).toContain(redirectUri);
  });
});

describe("whether a sign-in goes on", () => {
  test.each([
    ["login_required", "", "accepted", "begins a sign-in"],
    ["consent_required", "", "accepted", "begins a sign-in"],
    [
      "invalid_scope",
      "",
      "sign-in-refused",
      "refuses the scopes that Logto asks for (it answered invalid_scope)",
    ],
    ["unauthorized_client", "", "sign-in-refused", "authorization code flow"],
    ["unsupported_response_type", "", "sign-in-refused", "authorization code flow"],
    ["invalid_request", "Missing parameter: code_challenge_method", "sign-in-refused", "requires PKCE"],
    ["invalid_request", "PKCE code challenge is required", "sign-in-refused", "requires PKCE"],
    [
      "invalid_request",
      "Pushed Authorization Request must be used",
      "sign-in-refused",
      "pushed authorization requests",
    ],
    [
      "invalid_request",
      "Request Object must be used by this client",
      "sign-in-refused",
      "signed request object",
    ],
    ["invalid_request", "", "sign-in-refused", "refuses the sign-in (it answered invalid_request)"],
    [
      "invalid_request",
      "No canary-secret, please",
      "sign-in-refused",
      "refuses the sign-in (it answered invalid_request: No [secret], please)",
    ],
    ["invalid_target", "", "sign-in-refused", "refuses the sign-in (it answered invalid_target)"],
    [
      "access_denied",
      "Policy evaluation failed for this request, please check the policy configurations.",
      "sign-in-refused",
      "No policy of the identity provider",
    ],
    ["access_denied", "", "unknown", "denies a sign-in of nobody"],
    ["server_error", "", "unknown", "could not handle the sign-in just now"],
    ["temporarily_unavailable", "", "unknown", "could not handle the sign-in just now"],
    ["canary-secret", "", "sign-in-refused", "[secret]"],
  ])("%s %s", (error, description, meaning, text) => {
    const parameters = new URLSearchParams({ error, error_description: description });
    for (const separator of ["?", "#"]) {
      const { redirectUri: uri, signIn } = answer(302, redirectUri + separator + parameters.toString());
      expect(uri.meaning).toBe("accepted");
      expect(signIn).toMatchObject({ meaning, message: expect.stringContaining(text) as string });
      expect(signIn.remedy === undefined).toBe(meaning === "accepted");
    }
  });

  test("a sign-in that may show pages has no excuse for login_required", () => {
    expect(answer(302, `${redirectUri}?error=login_required`, "", false).signIn.meaning).toBe(
      "sign-in-refused",
    );
    expect(answer(302, `${redirectUri}?code=c`, "", false).signIn.meaning).toBe("accepted");
  });

  test.each([
    ["Entra ID", 200, "AADSTS700016: Application with identifier 'x' was not found.", "knows no such client"],
    ["Entra ID", 400, "AADSTS7000112: Application 'x' is disabled.", "is disabled"],
    ["Entra ID", 400, "AADSTS90002: Tenant 'x' not found.", "knows no such tenant"],
    ["Entra ID", 200, "AADSTS70011: The provided value for 'scope' is not valid.", "refuses the scopes"],
    ["Keycloak", 400, '<p class="instruction">Client not found.</p>', "knows no such client"],
    ["Keycloak", 400, '<p class="instruction">Client disabled.</p>', "is disabled"],
    ["oidc-provider", 400, "<pre><strong>error</strong>: invalid_client</pre>", "refuses the client"],
    ["any", 400, { error: "invalid_scope" }, "refuses the scopes"],
    ["any", 400, { error: "unauthorized_client" }, "authorization code flow"],
  ])("an error page of %s: %i %j", (_product, status, body, text) => {
    const page = answer(status, undefined, typeof body === "string" ? body : JSON.stringify(body));
    expect(page.signIn.message).toContain(text);
    expect(["rejected", "sign-in-refused"]).toContain(page.signIn.meaning);
    expect(page.redirectUri.meaning).toBe("unknown");
  });

  test("a sign-in page may name errors in its script", () => {
    const page = answer(
      200,
      undefined,
      '<script>messages = { invalid_client: "…", invalid_scope: "…" }</script>',
    );
    expect(page).toMatchObject({ form: "page", signIn: { meaning: "unknown" } });
  });
});
