/** The errors by which identity providers answer a probe, each with its result and the source that documents it. Pure. */
import type { ProbeResult } from "./probeResult";

/** The results that errors stand for: the meaning, in words, and the remedy. */
export const results = {
  accepted: { meaning: "accepted", says: "The identity provider accepts the client ID and the secret" },
  credentials: {
    meaning: "rejected",
    says: "The identity provider rejects the client ID or the secret",
    remedy:
      "Check config.clientId, set config.clientSecret to a secret that the identity provider shows as valid, and let the client " +
      "authenticate by client_secret_basic.",
  },
  secret: {
    meaning: "rejected",
    says: "The identity provider rejects the client secret",
    remedy: "Have the identity provider issue a new client secret, and set config.clientSecret to its value.",
  },
  expired: {
    meaning: "rejected",
    says: "The client secret has expired",
    remedy: "Have the identity provider issue a new client secret, and set config.clientSecret to its value.",
  },
  clientId: {
    meaning: "rejected",
    says: "The identity provider refuses the client",
    remedy:
      "Check config.clientId, and that the client is complete at the identity provider and registered in the tenant of the issuer.",
  },
  client: {
    meaning: "rejected",
    says: "The identity provider knows no such client",
    remedy:
      "Check config.clientId, and that the issuer is that of the tenant in which the client is registered.",
  },
  disabled: {
    meaning: "rejected",
    says: "The client is disabled at the identity provider",
    remedy: "Enable the client at the identity provider, or use another one.",
  },
  publicClient: {
    meaning: "rejected",
    says: "The client is a public one at the identity provider, which takes no secret from it",
    remedy: "Register a confidential client (a web application) at the identity provider.",
  },
  grant: {
    meaning: "rejected",
    says: "The identity provider does not let this client use authorization codes",
    remedy:
      "Check config.clientId, and allow the authorization code grant for the client at the identity provider.",
  },
  tenant: {
    meaning: "rejected",
    says: "The identity provider knows no such tenant",
    remedy: "Check the tenant in the issuer.",
  },
  redirect: {
    meaning: "redirect-not-registered",
    says: "The redirect URI is not registered at the identity provider",
    remedy: "Register it for the client, exactly as it is written here.",
  },
  codeFirst: {
    meaning: "unknown",
    says: "The identity provider refused the code of the probe and said nothing of the client",
    remedy:
      "Sign in once to see whether it accepts the client secret, or look up under Certificates & secrets of the app " +
      "registration when it expires.",
  },
  grantType: {
    meaning: "sign-in-refused",
    says: "The identity provider does not take authorization codes, which Logto sends",
    remedy: "Check that the issuer is that of an OpenID provider with the authorization code flow.",
  },
  scope: {
    meaning: "sign-in-refused",
    says: "The identity provider refuses the scopes that Logto asks for",
    remedy:
      "At the identity provider, allow the client openid, profile and email, for which Logto always asks, and all of " +
      "config.scope; or remove from config.scope what the identity provider does not know.",
  },
  flow: {
    meaning: "sign-in-refused",
    says: "The identity provider does not let this client begin the authorization code flow",
    remedy:
      "Allow the authorization code flow (response type `code`, standard flow) for the client at the identity provider.",
  },
  pkce: {
    meaning: "sign-in-refused",
    says: "The identity provider requires PKCE, which Logto does not use",
    remedy: "Do not require PKCE (a code challenge) of the client at the identity provider.",
  },
  pushed: {
    meaning: "sign-in-refused",
    says: "The identity provider requires pushed authorization requests, which Logto does not send",
    remedy: "Do not require pushed authorization requests of the client at the identity provider.",
  },
  requestObject: {
    meaning: "sign-in-refused",
    says: "The identity provider requires a signed request object, which Logto does not send",
    remedy: "Do not require a request object of the client at the identity provider.",
  },
  policy: {
    meaning: "sign-in-refused",
    says: "No policy of the identity provider admits a sign-in of this client with these scopes",
    remedy: "Add a policy for the client to the authorization server, with a rule for these scopes.",
  },
  refused: {
    meaning: "sign-in-refused",
    says: "The identity provider refuses the sign-in",
    remedy: "Look up the refusal in the identity provider's log, and correct the client there.",
  },
  denied: {
    meaning: "unknown",
    says: "The identity provider denies a sign-in of nobody, which says nothing of its users",
    remedy: "Sign in once to see whether it lets its users in.",
  },
  unavailable: {
    meaning: "unknown",
    says: "The identity provider could not handle the sign-in just now",
    remedy: "Run this again. If the error stays, look it up in the identity provider's log.",
  },
} as const satisfies Record<string, Pick<ProbeResult, "meaning" | "remedy"> & { says: string }>;

export type ResultName = keyof typeof results;

/** The source of what is known of an error. */
interface Documented {
  /** The product that answers so; `any` for a standard. */
  readonly product: string;
  /** The document, or the file in its source code, that says so. */
  readonly source: string;
}

/** An error of a token endpoint. Everything that is given must match. */
interface KnownError extends Documented {
  readonly result: ResultName;
  readonly status?: number;
  readonly error?: string;
  readonly description?: RegExp;
}

const rfc6749 = "RFC 6749, 5.2";
const entra = "https://learn.microsoft.com/entra/identity-platform/reference-error-codes";
const google = "https://developers.google.com/identity/protocols/oauth2/web-server#authorization-errors";
const okta = "github okta/okta-auth-js: test/integration/spec/ciba/authenticateClient.ts";
const auth0 = "https://github.com/auth0/laravel-auth0/issues/42 (its maintainer)";
const keycloak =
  "github keycloak/keycloak: …/authentication/authenticators/client/ClientIdAndSecretAuthenticator.java";

const openidProvider = (file: string) => `github panva/node-oidc-provider: lib/${file}`;

const entraError = (code: string, result: ResultName): KnownError => ({
  product: "Microsoft Entra ID",
  description: new RegExp(String.raw`\b${code}\b`),
  result,
  source: entra,
});

/** The errors of token endpoints; the first that matches counts. */
export const tokenErrors: readonly KnownError[] = [
  entraError("AADSTS7000215", "secret"),
  entraError("AADSTS70002", "secret"),
  entraError("AADSTS7000222", "expired"),
  entraError("AADSTS700016", "client"),
  entraError("AADSTS700011", "client"),
  entraError("AADSTS70001", "disabled"),
  entraError("AADSTS7000112", "disabled"),
  entraError("AADSTS700025", "publicClient"),
  entraError("AADSTS90002", "tenant"),
  entraError("AADSTS50011", "redirect"),
  entraError("AADSTS70004", "redirect"),
  // Entra ID documents nowhere that it authenticates the client before it reads the code, such as AADSTS9002313 for a
  // malformed one. With other errors, those below apply: Microsoft tells clients to go by `error`.
  { ...entraError(String.raw`AADSTS\d+`, "codeFirst"), error: "invalid_grant" },
  {
    product: "Okta",
    error: "invalid_client",
    description: /client secret supplied for a confidential client is invalid/i,
    result: "secret",
    source: okta,
  },
  {
    product: "Okta",
    error: "invalid_client",
    description: /Invalid value for 'client_id' parameter/i,
    result: "client",
    source: okta,
  },
  {
    product: "Google",
    error: "invalid_client",
    description: /OAuth client was not found/i,
    result: "client",
    source: google,
  },
  { product: "Google", error: "deleted_client", result: "client", source: google },
  { product: "Google", error: "redirect_uri_mismatch", result: "redirect", source: google },
  {
    product: "Keycloak",
    error: "unauthorized_client",
    description: /^Invalid client (?:secret|or Invalid client credentials)/i,
    result: "credentials",
    source: keycloak,
  },
  {
    product: "Auth0",
    status: 401,
    error: "access_denied",
    description: /^Unauthorized$/i,
    result: "credentials",
    source: auth0,
  },
  {
    product: "oidc-provider",
    error: "invalid_request",
    description: /\bgrant type is not allowed\b/i,
    result: "grant",
    source: openidProvider("actions/token.js"),
  },
  // RFC 6749, 4.1.3: the client is authenticated, then the code is verified. So do Auth0, Google, Keycloak and Okta.
  { product: "any", error: "invalid_grant", result: "accepted", source: rfc6749 },
  { product: "any", error: "invalid_client", result: "credentials", source: rfc6749 },
  { product: "any", error: "unauthorized_client", result: "grant", source: rfc6749 },
  { product: "any", error: "unsupported_grant_type", result: "grantType", source: rfc6749 },
  // The request has credentials, so that the status refuses them, whatever the body.
  { product: "any", status: 401, result: "credentials", source: "RFC 9110, 15.5.2" },
];

/** An error with which an authorization endpoint sends the browser back. Everything that is given must match. */
interface KnownRefusal extends Documented {
  readonly result: ResultName;
  readonly error?: string;
  readonly description?: RegExp;
}

const rfc6749Authorization = "RFC 6749, 4.1.2.1";
const keycloakChecks =
  "github keycloak/keycloak: …/protocol/oidc/endpoints/AuthorizationEndpointChecker.java";

/** The errors with which authorization endpoints send the browser back; the first that matches counts. */
export const refusals: readonly KnownRefusal[] = [
  {
    product: "Keycloak",
    error: "invalid_request",
    description: /\bcode_challenge(?:_method)?\b/,
    result: "pkce",
    source: keycloakChecks,
  },
  {
    product: "any",
    error: "invalid_request",
    description: /\bPKCE\b|\bcode[ _]challenge\b/i,
    result: "pkce",
    source: "RFC 7636, 4.4.1",
  },
  {
    product: "oidc-provider",
    error: "invalid_request",
    description: /\bPushed Authorization Request\b/i,
    result: "pushed",
    source: openidProvider("actions/authorization/process_request_object.js"),
  },
  {
    product: "oidc-provider",
    error: "invalid_request",
    description: /\bRequest Object must be used\b/i,
    result: "requestObject",
    source: openidProvider("actions/authorization/process_request_object.js"),
  },
  {
    product: "oidc-provider",
    error: "invalid_request",
    description: /\bresponse_type is not allowed\b/i,
    result: "flow",
    source: openidProvider("actions/authorization/response_parameters.js"),
  },
  {
    product: "Okta",
    error: "access_denied",
    description: /\bPolicy evaluation failed\b/i,
    result: "policy",
    source: "https://developer.okta.com/docs/reference/api/oidc/#possible-errors",
  },
  { product: "any", error: "invalid_scope", result: "scope", source: rfc6749Authorization },
  { product: "any", error: "unauthorized_client", result: "flow", source: rfc6749Authorization },
  { product: "any", error: "unsupported_response_type", result: "flow", source: rfc6749Authorization },
  { product: "any", error: "access_denied", result: "denied", source: rfc6749Authorization },
  { product: "any", error: "server_error", result: "unavailable", source: rfc6749Authorization },
  { product: "any", error: "temporarily_unavailable", result: "unavailable", source: rfc6749Authorization },
  // Such as invalid_request, and those of OpenID Connect Core 1.0, 3.1.2.6, and of extensions.
  { product: "any", result: "refused", source: rfc6749Authorization },
];

/** An error page of an authorization endpoint, or the address of one. RFC 6749, 4.1.2.1, leaves its text to the product. */
interface KnownPage extends Documented {
  readonly result: ResultName;
  readonly text: RegExp;
  /** Whether only the status of an error makes it one: a sign-in page can name an error in its script. */
  readonly needsErrorStatus?: boolean;
}

const keycloakMessages = "github keycloak/keycloak: …/theme/base/login/messages/messages_en.properties";

/** The error pages of authorization endpoints; the first that matches counts. */
export const errorPages: readonly KnownPage[] = [
  {
    product: "Microsoft Entra ID",
    result: "redirect",
    text: /\bAADSTS(?:50011|500113|70004|900971)\b/,
    source: entra,
  },
  { product: "Microsoft Entra ID", result: "client", text: /\bAADSTS7000(?:11|16)\b/, source: entra },
  { product: "Microsoft Entra ID", result: "disabled", text: /\bAADSTS(?:70001|7000112)\b/, source: entra },
  { product: "Microsoft Entra ID", result: "tenant", text: /\bAADSTS90002\b/, source: entra },
  { product: "Microsoft Entra ID", result: "tenant", text: /\bAADSTS50194\b/, source: entra },
  { product: "Microsoft Entra ID", result: "scope", text: /\bAADSTS(?:70011|650053)\b/, source: entra },
  {
    product: "Okta",
    result: "redirect",
    text: /parameter must be a Login redirect URI in the client app settings/i,
    source:
      "https://support.okta.com/help/s/article/okta-error-400-bad-request-the-redirect-uri-parameter-must-be-a-login-redirect-uri-in-the-client-app-settings",
  },
  { product: "Google", result: "redirect", text: /\bredirect_uri_mismatch\b/, source: google },
  {
    product: "Google",
    result: "client",
    text: /\bdeleted_client\b|\bThe OAuth client was not found\b/,
    source: google,
  },
  {
    product: "Auth0",
    result: "redirect",
    text: /Callback URL mismatch|is not in the list of allowed callback URLs/i,
    source:
      "https://support.auth0.com/center/s/article/Callback-URL-Mismatch-Error-Is-Not-in-the-List-of-Allowed-Callback-URLs",
  },
  {
    product: "Keycloak",
    result: "redirect",
    text: /Invalid parameter: redirect_uri\b/i,
    source: keycloakMessages,
  },
  { product: "Keycloak", result: "client", text: /\bClient not found\./, source: keycloakMessages },
  { product: "Keycloak", result: "disabled", text: /\bClient disabled\./, source: keycloakMessages },
  {
    product: "oidc-provider",
    result: "redirect",
    text: /\binvalid_redirect_uri\b/,
    source: openidProvider("helpers/errors.js"),
  },
  { product: "any", result: "clientId", text: /\binvalid_client\b/, needsErrorStatus: true, source: rfc6749 },
  {
    product: "any",
    result: "scope",
    text: /\binvalid_scope\b/,
    needsErrorStatus: true,
    source: rfc6749Authorization,
  },
  {
    product: "any",
    result: "flow",
    text: /\b(?:unauthorized_client|unsupported_response_type)\b/,
    needsErrorStatus: true,
    source: rfc6749Authorization,
  },
];
