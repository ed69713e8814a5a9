/**
 * What the answers of identity providers to a probe mean, as data with its source. An answer that no entry is for means
 * nothing: `unknown`, never a guess. Pure.
 */
import { isObject } from "../../values";
import { isUrl } from "../../connector/url";
import { excerpt } from "../../logto/errors";
import type { Redact } from "../../logto/redaction";
import { parseJson } from "../../logto/response";

export type Meaning = "accepted" | "rejected" | "redirect-not-registered" | "unknown";

export interface Verdict {
  readonly meaning: Meaning;
  /** What the identity provider said, as a sentence. */
  readonly message: string;
  /** What to do about it. */
  readonly remedy?: string;
}

/** A response of an identity provider. */
export interface Answer {
  readonly status: number;
  /** The header `Location`. */
  readonly location: string | undefined;
  readonly text: string;
}

/** Why an identity provider answers as it does: what it says, and what to do. */
const causes = {
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
} as const satisfies Record<string, { meaning: Meaning; says: string; remedy?: string }>;

type Cause = keyof typeof causes;

interface Known {
  /** Whose answer it is. */
  readonly product: string;
  readonly cause: Cause;
  /** Where the meaning is documented. */
  readonly source: string;
}

/** An error of a token endpoint. Everything that is given must match. */
interface KnownError extends Known {
  readonly status?: number;
  readonly error?: string;
  readonly description?: RegExp;
}

const rfc6749 = "RFC 6749, 5.2";
const entra = "https://learn.microsoft.com/entra/identity-platform/reference-error-codes";
const google = "https://developers.google.com/identity/protocols/oauth2/web-server#authorization-errors";
const okta = "Okta's own tests: okta-auth-js, test/integration/spec/ciba";
const auth0 = "https://github.com/auth0/laravel-auth0/issues/42 (its maintainer)";
const keycloak = "Keycloak's code: ClientIdAndSecretAuthenticator";

const entraError = (code: string, cause: Cause): KnownError => ({
  product: "Microsoft Entra ID",
  description: new RegExp(String.raw`\b${code}\b`),
  cause,
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
    cause: "secret",
    source: okta,
  },
  {
    product: "Okta",
    error: "invalid_client",
    description: /Invalid value for 'client_id' parameter/i,
    cause: "client",
    source: okta,
  },
  {
    product: "Google",
    error: "invalid_client",
    description: /OAuth client was not found/i,
    cause: "client",
    source: google,
  },
  { product: "Google", error: "deleted_client", cause: "client", source: google },
  { product: "Google", error: "redirect_uri_mismatch", cause: "redirect", source: google },
  {
    product: "Keycloak",
    error: "unauthorized_client",
    description: /^Invalid client (?:secret|or Invalid client credentials)/i,
    cause: "credentials",
    source: keycloak,
  },
  {
    product: "Auth0",
    status: 401,
    error: "access_denied",
    description: /^Unauthorized$/i,
    cause: "credentials",
    source: auth0,
  },
  // RFC 6749, 4.1.3: the client is authenticated, then the code is verified. So do Auth0, Google, Keycloak and Okta.
  { product: "any", error: "invalid_grant", cause: "accepted", source: rfc6749 },
  { product: "any", error: "invalid_client", cause: "credentials", source: rfc6749 },
  { product: "any", error: "unauthorized_client", cause: "grant", source: rfc6749 },
];

/** An error page of an authorization endpoint, or the address of one. RFC 6749, 4.1.2.1, leaves its text to the product. */
interface KnownPage extends Known {
  readonly text: RegExp;
}

/** The error pages of authorization endpoints for a redirect URI that is not registered. */
export const authorizationErrors: readonly KnownPage[] = [
  {
    product: "Microsoft Entra ID",
    text: /\bAADSTS(?:50011|500113|70004|900971)\b/,
    cause: "redirect",
    source: entra,
  },
  {
    product: "Okta",
    text: /parameter must be a Login redirect URI in the client app settings/i,
    cause: "redirect",
    source:
      "https://support.okta.com/help/s/article/okta-error-400-bad-request-the-redirect-uri-parameter-must-be-a-login-redirect-uri-in-the-client-app-settings",
  },
  { product: "Google", text: /\bredirect_uri_mismatch\b/, cause: "redirect", source: google },
  {
    product: "Auth0",
    text: /Callback URL mismatch|is not in the list of allowed callback URLs/i,
    cause: "redirect",
    source:
      "https://support.auth0.com/center/s/article/Callback-URL-Mismatch-Error-Is-Not-in-the-List-of-Allowed-Callback-URLs",
  },
  {
    product: "Keycloak",
    text: /Invalid parameter: redirect_uri\b/i,
    cause: "redirect",
    source: "Keycloak's code: messages_en.properties (invalidParameterMessage), AuthorizationEndpoint",
  },
  {
    product: "oidc-provider",
    text: /\binvalid_redirect_uri\b/,
    cause: "redirect",
    source: "oidc-provider's code: lib/helpers/errors.js",
  },
];

/** A description is as long as the identity provider likes. */
const maxDescription = 2000;

/** What a token endpoint says of the client's credentials, which were sent with a code that cannot be valid. */
export function readTokenAnswer({ status, text }: Answer, redact: Redact): Verdict {
  const body = parseJson(text);
  const { error, errorCode, error_description, errorSummary, access_token } = isObject(body) ? body : {};
  const code = error ?? errorCode;
  if (status === 429 || status >= 500) return unknown(`The token endpoint responded with ${status}`);
  if (typeof code !== "string") {
    return unknown(
      status < 300 && access_token !== undefined
        ? "The token endpoint took a code that cannot be valid, so that its answer means nothing"
        : `The token endpoint responded with ${status}, and without an error code of OAuth`,
    );
  }
  const description = textOf(error_description ?? errorSummary);
  const known = tokenErrors.find(
    (one) =>
      (one.status ?? status) === status &&
      (one.error ?? code) === code &&
      (one.description?.test(description) ?? true),
  );
  const entraCode = /\bAADSTS\d{1,9}\b/.exec(description)?.[0];
  if (known === undefined) {
    return unknown(`The token endpoint responded with ${entraCode ?? excerpt(redact(code), 60)}`);
  }
  // The code of an entry is one of its own words.
  return verdictOf(known.cause, entraCode ?? code);
}

/** What an authorization endpoint says of a redirect URI: it sends a browser only to one that is registered. */
export function readAuthorizationAnswer(
  { status, location = "", text }: Answer,
  redirectUri: string,
  redact: Redact,
): Verdict {
  if (isBelow(location, redirectUri)) {
    const error = new URL(location).searchParams.get("error");
    const note =
      error === null || expectedErrors.has(error)
        ? ""
        : ` (though it refuses a sign-in with ${excerpt(redact(error), 60)})`;
    return { meaning: "accepted", message: `${redirectUri} is registered${note}.` };
  }
  const said = [text, location, decodedParameter(location, "authError")].join("\n");
  const known = authorizationErrors.find((one) => one.text.test(said));
  if (known !== undefined) {
    const { meaning, says, remedy } = causes.redirect;
    return { meaning, message: `${says}: ${redirectUri}.`, remedy };
  }
  return unknown(
    `The authorization endpoint responded with ${status}${location === "" ? "" : ", redirecting elsewhere"}, from which nothing follows`,
  );
}

/** The errors of a sign-in that must not show anything (OpenID Connect Core 1.0, 3.1.2.6), in which the probe cannot succeed. */
const expectedErrors: ReadonlySet<string> = new Set([
  "login_required",
  "interaction_required",
  "consent_required",
  "account_selection_required",
]);

function verdictOf(cause: Cause, code: string): Verdict {
  const { meaning, says, ...rest } = causes[cause];
  return { meaning, message: `${says} (it answered ${code}).`, ...rest };
}

export function unknown(reason: string): Verdict {
  return { meaning: "unknown", message: `${reason}.` };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value.slice(0, maxDescription) : "";
}

function isBelow(location: string, redirectUri: string): boolean {
  if (!isUrl(location)) return false;
  return location === redirectUri || ["?", "#"].some((next) => location.startsWith(redirectUri + next));
}

/** Google's error page has its message in a parameter, as base64. */
function decodedParameter(location: string, name: string): string {
  if (!isUrl(location)) return "";
  return Buffer.from(new URL(location).searchParams.get(name) ?? "", "base64").toString("latin1");
}
