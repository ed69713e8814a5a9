/**
 * Tells what the answer of an identity provider to a probe means. An answer for which `knownErrors.ts` has no entry means
 * nothing: it is `unknown`, never a guess. Pure.
 */
import { isObject } from "../../values";
import { excerpt } from "../../logto/errors";
import type { Redact } from "../../logto/redaction";
import { parseJson } from "../../logto/response";
import { type ResultName, results, tokenErrors } from "./knownErrors";
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
  if (status === 429 || status >= 500) return unknown(`The token endpoint responded with ${status}`, later);
  if (status < 300 && access_token !== undefined) {
    return unknown(
      "The token endpoint took a code that cannot be valid, so that its answer means nothing",
      signInOnce,
    );
  }
  const description = textOf(error_description ?? errorSummary);
  const match = tokenErrors.find(
    (entry) =>
      (entry.status ?? status) === status &&
      (entry.error ?? code) === code &&
      (entry.description?.test(description) ?? true) &&
      (typeof code === "string" || entry.status !== undefined),
  );
  const entraCode = /\bAADSTS\d{1,9}\b/.exec(description)?.[0];
  // The code of an entry is one of its own words.
  if (match !== undefined) {
    return resultOf(match.result, entraCode ?? match.error ?? String(status));
  }
  return typeof code === "string"
    ? unknown(`The token endpoint responded with ${entraCode ?? excerpt(redact(code), 60)}`, signInOnce)
    : unknown(`The token endpoint responded with ${status}, and without an error code of OAuth`, signInOnce);
}

const later = "Run this again later.";
const signInOnce = "Sign in once to see whether the identity provider accepts the client secret.";

/** Returns the result that an error stands for, with the code that was answered, if any. */
export function resultOf(name: ResultName, code?: string): ProbeResult {
  const { meaning, says, ...rest } = results[name];
  return { meaning, message: `${says}${code === undefined ? "" : ` (it answered ${code})`}.`, ...rest };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value.slice(0, maxDescription) : "";
}
