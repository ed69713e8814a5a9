/** The errors of requests to Logto: what failed, for a person to act on and for the code to decide by. */
import { ExpectedError } from "../expectedError";
import { printable, printableLines } from "../untrustedText";
import type { Outcome } from "./retryPolicy";

/** The request that an error is about. */
export interface Request {
  readonly method: string;
  readonly path: string;
}

/** Returns the path for a message: the query says which page of a list was read, which nobody has asked for. */
export function shownPath({ path }: Request): string {
  return path.replace(/\?.*/, "");
}

/** The codes of failures that have no error code of Logto. docs/errors.md explains each. */
export const clientCodes = [
  "unreachable",
  "timeout",
  "interrupted",
  "not-logto",
  "too-large",
  "no-role",
  "incomplete-list",
  "not-found",
  "no-signing-keys",
  "no-idp-initiated-auth",
  "other-config",
  "other-tenant",
  "duplicate",
  "machine-role",
] as const;

export type ClientCode = (typeof clientCodes)[number];

/**
 * A request failed, at Logto or on the way.
 *
 * `code` is Logto's own error code (which, unlike its message, does not depend on the language), `http-STATUS` for a
 * response without one, or one of {@link clientCodes}. The message names it, so that it can be looked up; it contains no secret
 * and is shorter than 2 kB.
 */
export class LogtoError extends ExpectedError {
  override readonly name = "LogtoError";
  readonly code: string;
  readonly method: string;
  readonly path: string;
  /** HTTP status, where there was a response. */
  readonly status: number | undefined;
  /** Whether Logto applied the request. Default: `not applied`. */
  readonly outcome: Outcome;
  /** Whether the request may succeed a moment later. Default: `false`. */
  readonly retryable: boolean;
  /** How long Logto asks to wait before the next attempt. */
  readonly retryAfterMs: number | undefined;

  readonly #details: ErrorDetails;

  constructor(request: Request, details: ErrorDetails) {
    super(withCode(details));
    this.#details = details;
    this.code = details.code;
    this.status = details.status;
    this.outcome = details.outcome ?? "not applied";
    this.retryable = details.retryable ?? false;
    this.retryAfterMs = details.retryAfterMs;
    this.method = request.method;
    this.path = request.path;
  }

  /** Returns a copy with another message. */
  withMessage(message: string): LogtoError {
    return new LogtoError(this, { ...this.#details, message });
  }

  /** Returns a copy whose message ends with a sentence, which is kept as a whole. */
  withAdvice(advice: string): LogtoError {
    const rest = maxMessageBytes - Buffer.byteLength(advice) - 1;
    return this.withMessage(`${truncate(this.message, rest)} ${advice}`);
  }

  /** Returns a copy with another outcome. */
  withOutcome(outcome: Outcome): LogtoError {
    return outcome === this.outcome ? this : new LogtoError(this, { ...this.#details, outcome });
  }
}

export function hasCode(error: unknown, ...codes: readonly string[]): error is LogtoError {
  return error instanceof LogtoError && codes.includes(error.code);
}

/** The properties of a {@link LogtoError}. */
export type ErrorDetails = Pick<LogtoError, "code" | "message"> &
  Partial<Pick<LogtoError, "status" | "outcome" | "retryable" | "retryAfterMs">>;

/** Limits the message as a whole, which can contain long names and IDs: it ends up in the engine's log. */
const maxMessageBytes = 1900;

/** An explanation that takes the place of Logto's message has its code in brackets, as an error without one of Logto has. */
function withCode({ code, message }: ErrorDetails): string {
  const text = truncate(printableLines(message), maxMessageBytes);
  const label = `[${code}]`;
  const isClientCode = (clientCodes as readonly string[]).includes(code);
  const isNamed = code.startsWith("http-") || text.includes(isClientCode ? label : code);
  return isNamed ? text : `${text} ${label}`;
}

/**
 * Returns untrusted text for one line, truncated to a number of bytes of UTF-8. Secrets must have been removed: half of one
 * would not be found.
 */
export function excerpt(text: string, bytes: number): string {
  // Escaping shortens no character, so that the rest need not be looked at.
  return truncate(printable(text.slice(0, bytes + 1)), bytes);
}

function truncate(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  const kept = Buffer.from(text).subarray(0, bytes - Buffer.byteLength("…"));
  // A character that was cut in half becomes a replacement character.
  return `${kept.toString().replace(/\ufffd$/, "")}…`;
}
