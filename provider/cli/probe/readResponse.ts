/**
 * Tells what the answer of an identity provider to a probe means. An answer for which `knownErrors.ts` has no entry means
 * nothing: it is `unknown`, never a guess. Pure.
 */
import { isObject } from "../../values";
import { isUrl } from "../../connector/url";
import { excerpt } from "../../logto/errors";
import type { Redact } from "../../logto/redaction";
import { parseJson } from "../../logto/response";
import { authorizationErrors, type ResultName, results, tokenErrors } from "./knownErrors";
import { type ProbeResult, unknown } from "./probeResult";

/** A response of an identity provider. */
export interface ProbeResponse {
  readonly status: number;
  /** The header `Location`. */
  readonly location: string | undefined;
  readonly text: string;
}

/** A description is as long as the identity provider likes. */
const maxDescription = 2000;

/** Reads from a response of a token endpoint whether it accepts the client's credentials: the code cannot be valid. */
export function readTokenResponse({ status, text }: ProbeResponse, redact: Redact): ProbeResult {
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
  const match = tokenErrors.find(
    (entry) =>
      (entry.status ?? status) === status &&
      (entry.error ?? code) === code &&
      (entry.description?.test(description) ?? true),
  );
  const entraCode = /\bAADSTS\d{1,9}\b/.exec(description)?.[0];
  if (match === undefined) {
    return unknown(`The token endpoint responded with ${entraCode ?? excerpt(redact(code), 60)}`);
  }
  // The code of an entry is one of its own words.
  return resultOf(match.result, entraCode ?? code);
}

/** Reads from a response of an authorization endpoint whether a redirect URI is registered: it sends browsers to no other one. */
export function readAuthorizationResponse(
  { status, location = "", text }: ProbeResponse,
  redirectUri: string,
  redact: Redact,
): ProbeResult {
  if (isBelow(location, redirectUri)) {
    const error = new URL(location).searchParams.get("error");
    const note =
      error === null || expectedErrors.has(error)
        ? ""
        : ` (though it refuses a sign-in with ${excerpt(redact(error), 60)})`;
    return { meaning: "accepted", message: `${redirectUri} is registered${note}.` };
  }
  const said = [text, location, decodedParameter(location, "authError")].join("\n");
  if (authorizationErrors.some((entry) => entry.text.test(said))) {
    const { meaning, says, remedy } = results.redirect;
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

function resultOf(name: ResultName, code: string): ProbeResult {
  const { meaning, says, ...rest } = results[name];
  return { meaning, message: `${says} (it answered ${code}).`, ...rest };
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
