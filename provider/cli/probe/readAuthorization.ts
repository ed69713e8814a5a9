/**
 * Tells what the answers of an authorization endpoint mean: whether the redirect URI is registered, and whether a sign-in that
 * begins as Logto's do goes on. Pure.
 */
import { isUrl } from "../../connector/url";
import { excerpt } from "../../logto/errors";
import type { Redact } from "../../logto/redaction";
import { errorPages, refusals, results } from "./knownErrors";
import { type ProbeResult, unknown } from "./probeResult";
import { type ProbeResponse, resultOf } from "./readResponse";

export interface AuthorizationResults {
  readonly redirectUri: ProbeResult;
  readonly signIn: ProbeResult;
}

/** What an answer to a sign-in is, by its form. */
type Form = "sent back" | "known error" | "error page" | "page" | "no answer";

export interface AuthorizationAnswer extends AuthorizationResults {
  readonly form: Form;
  /** That of a response from which nothing else follows. */
  readonly status?: number;
}

/**
 * Reads an answer to a sign-in. Only to a registered redirect URI does an identity provider send the browser back.
 *
 * @param isSilent whether the sign-in must not show anything (`prompt=none`), and so cannot succeed
 */
export function readAuthorizationResponse(
  response: ProbeResponse,
  redirectUri: string,
  isSilent: boolean,
  redact: Redact,
): AuthorizationAnswer {
  const { status, location = "", text } = response;
  if (isBelow(location, redirectUri)) {
    const signIn = readRefusal(new URL(location), isSilent, redact);
    return { form: "sent back", redirectUri: registered(redirectUri), signIn };
  }
  const said = [text, location, decodedParameter(location, "authError")].join("\n");
  const known = errorPages.find(
    (page) => page.text.test(said) && (status >= 400 || page.needsErrorStatus !== true),
  );
  if (known?.result === "redirect") {
    const { meaning, says, remedy } = results.redirect;
    const signIn = unknown("Not known, as the identity provider does not know the redirect URI");
    return {
      form: "known error",
      redirectUri: { meaning, message: `${says}: ${redirectUri}.`, remedy },
      signIn,
    };
  }
  if (known !== undefined) {
    const uri = unknown("Not known, as the identity provider refuses the sign-in before it looks at it");
    return { form: "known error", redirectUri: uri, signIn: resultOf(known.result) };
  }
  const elsewhere = location === "" ? "" : ", redirecting elsewhere";
  const uri = unknown(
    `The authorization endpoint responded with ${status}${elsewhere}, from which nothing follows`,
    signInOnce,
  );
  const signIn = unknown("Not known, for the same reason");
  return { form: formOf(status), status, redirectUri: uri, signIn };
}

/**
 * Returns the results after an answer to the sign-in that Logto begins, which may show a page: what it says of the sign-in
 * counts, since an identity provider may refuse `prompt=none` alone.
 */
export function withPlainAnswer(
  silent: AuthorizationAnswer,
  plain: AuthorizationAnswer,
): AuthorizationResults {
  const { form, redirectUri } = silent;
  const uri = redirectUri.meaning === "unknown" ? plain.redirectUri : redirectUri;
  switch (plain.form) {
    case "sent back":
    case "known error":
      return { redirectUri: uri, signIn: plain.signIn };
    case "page":
      return { redirectUri: uri, signIn: form === "sent back" ? begun : plain.signIn };
    case "error page":
      return { redirectUri: uri, signIn: refusedByPage(plain.status) };
    case "no answer":
      return { redirectUri: uri, signIn: form === "sent back" ? plain.redirectUri : plain.signIn };
  }
}

/** Returns the results after the answer to another redirect URI, which cannot be registered. */
export function withOtherAnswer(
  shown: AuthorizationAnswer,
  other: AuthorizationAnswer,
  redirectUri: string,
): AuthorizationResults {
  const isRefused = other.form === "error page" || other.redirectUri.meaning === "redirect-not-registered";
  return isRefused ? { redirectUri: registered(redirectUri), signIn: begun } : shown;
}

const begun: ProbeResult = {
  meaning: "accepted",
  message: "The identity provider begins a sign-in as Logto asks for it.",
};

const signInOnce = "Sign in once: the identity provider shows its page only if it knows the redirect URI.";

/** RFC 6749, 4.1.2.1: the page is for a client or a redirect URI that is not known. */
function refusedByPage(status: number | undefined): ProbeResult {
  return {
    meaning: "sign-in-refused",
    message:
      `The identity provider answers Logto's sign-in with an error page (${String(status)}), as for a client or a redirect URI that ` +
      "it does not know.",
    remedy:
      "Begin a sign-in to read that page, check config.clientId, and register the connector's redirect URI for the client.",
  };
}

function registered(redirectUri: string): ProbeResult {
  return { meaning: "accepted", message: `${redirectUri} is registered.` };
}

/** The errors of a sign-in that must not show anything (OpenID Connect Core 1.0, 3.1.2.6), in which the probe cannot succeed. */
const silentErrors: ReadonlySet<string> = new Set([
  "login_required",
  "interaction_required",
  "consent_required",
  "account_selection_required",
]);

/** Reads with which error a browser is sent back, if any. */
function readRefusal(location: URL, isSilent: boolean, redact: Redact): ProbeResult {
  const inFragment = new URLSearchParams(location.hash.slice(1));
  const valueOf = (name: string) => location.searchParams.get(name) ?? inFragment.get(name);
  const error = valueOf("error");
  if (error === null || (isSilent && silentErrors.has(error))) return begun;
  const description = (valueOf("error_description") ?? "").slice(0, 2000);
  const match = refusals.find(
    (entry) => (entry.error ?? error) === error && (entry.description?.test(description) ?? true),
  );
  const result = match?.result ?? "refused";
  const said = result === "refused" && description !== "" ? `${error}: ${description}` : error;
  return resultOf(result, excerpt(redact(said), 160));
}

/** The statuses of error pages that everybody sees; others can be meant for this machine, or for somebody without a session. */
const errorStatuses = [400, 404, 405, 410, 422];

function formOf(status: number): Form {
  if (status < 400) return "page";
  return errorStatuses.includes(status) ? "error page" : "no answer";
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
