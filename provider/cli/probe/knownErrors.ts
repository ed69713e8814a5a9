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
    remedy: "Sign in once to see whether it accepts the client secret.",
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
  // RFC 6749, 4.1.3: the client is authenticated, then the code is verified. So do Auth0, Google, Keycloak and Okta.
  { product: "any", error: "invalid_grant", result: "accepted", source: rfc6749 },
  { product: "any", error: "invalid_client", result: "credentials", source: rfc6749 },
  { product: "any", error: "unauthorized_client", result: "grant", source: rfc6749 },
];

/** An error page of an authorization endpoint, or the address of one. RFC 6749, 4.1.2.1, leaves its text to the product. */
interface KnownPage extends Documented {
  readonly text: RegExp;
}

/** The error pages of authorization endpoints for a redirect URI that is not registered. */
export const authorizationErrors: readonly KnownPage[] = [
  {
    product: "Microsoft Entra ID",
    text: /\bAADSTS(?:50011|500113|70004|900971)\b/,
    source: entra,
  },
  {
    product: "Okta",
    text: /parameter must be a Login redirect URI in the client app settings/i,
    source:
      "https://support.okta.com/help/s/article/okta-error-400-bad-request-the-redirect-uri-parameter-must-be-a-login-redirect-uri-in-the-client-app-settings",
  },
  { product: "Google", text: /\bredirect_uri_mismatch\b/, source: google },
  {
    product: "Auth0",
    text: /Callback URL mismatch|is not in the list of allowed callback URLs/i,
    source:
      "https://support.auth0.com/center/s/article/Callback-URL-Mismatch-Error-Is-Not-in-the-List-of-Allowed-Callback-URLs",
  },
  {
    product: "Keycloak",
    text: /Invalid parameter: redirect_uri\b/i,
    source:
      "github keycloak/keycloak: …/theme/base/login/messages/messages_en.properties (invalidParameterMessage)",
  },
  {
    product: "oidc-provider",
    text: /\binvalid_redirect_uri\b/,
    source: "github panva/node-oidc-provider: lib/helpers/errors.js",
  },
];
