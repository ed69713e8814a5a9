/** What can go wrong between here and Logto, as one error that a person can act on and a program can decide by. */
import { printable, printableLines } from "../untrustedText";
import { type Outcome, outcomeOf } from "./outcome";

/** Where a request went. */
export interface Request {
  readonly method: string;
  readonly path: string;
}

/** What is wrong without an error code of Logto's saying so. docs/errors.md explains each. */
export const ownCodes = [
  "unreachable",
  "timeout",
  "not-logto",
  "too-large",
  "no-role",
  "incomplete-list",
  "not-found",
  "no-signing-keys",
  "other-config",
  "other-tenant",
] as const;

/**
 * Logto, or the way to it, failed a request.
 *
 * `code` is Logto's own error code (which, unlike its message, does not depend on the language), `http-STATUS` for an
 * answer without one, or one of {@link ownCodes}, which the message names in brackets so that it can be looked up. The
 * message holds no secret and stays under 2 kB.
 */
export class LogtoError extends Error {
  override readonly name = "LogtoError";
  readonly code: string;
  readonly method: string;
  readonly path: string;
  /** HTTP status, where there was an answer. */
  readonly status: number | undefined;
  /** What became of the request. */
  readonly outcome: Outcome;
  /** Whether the same request may go well a moment later. */
  readonly isTemporary: boolean;
  /** How long Logto asks to wait before the next try. */
  readonly retryAfterMs: number | undefined;

  readonly #details: ErrorDetails;

  constructor(request: Request, details: ErrorDetails) {
    super(withOwnCode(details), { cause: details.cause });
    this.#details = details;
    this.code = details.code;
    this.status = details.status;
    this.outcome = details.outcome ?? "not applied";
    this.isTemporary = details.isTemporary ?? false;
    this.retryAfterMs = details.retryAfterMs;
    this.method = request.method;
    this.path = request.path;
  }

  /** The same error in other words. */
  saying(message: string): LogtoError {
    return new LogtoError(this, { ...this.#details, message });
  }

  /** The same error, of which it is known otherwise what became of the request. */
  withOutcome(outcome: Outcome): LogtoError {
    return outcome === this.outcome ? this : new LogtoError(this, { ...this.#details, outcome });
  }
}

/** An engine log is no place for more: a guard for what else a message is made of, such as names and IDs. */
const maxBytes = 1900;

function withOwnCode({ code, message }: ErrorDetails): string {
  const text = cut(printableLines(message), maxBytes);
  const label = `[${code}]`;
  const isOwn = (ownCodes as readonly string[]).includes(code);
  return isOwn && !text.includes(label) ? `${text} ${label}` : text;
}

/** Text of others for one line, cut to so many bytes of UTF-8. Secrets must be gone from it: half of one is not found. */
export function excerpt(text: string, bytes: number): string {
  // No character becomes shorter by this, so that the rest need not be looked at.
  return cut(printable(text.slice(0, bytes + 1)), bytes);
}

function cut(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  const kept = Buffer.from(text).subarray(0, bytes - Buffer.byteLength("…"));
  // A character of which only half is left.
  return `${kept.toString().replace(/\ufffd+$/, "")}…`;
}

interface ErrorDetails {
  readonly code: string;
  readonly message: string;
  readonly status?: number | undefined;
  readonly cause?: unknown;
  /** Default: `not applied`. */
  readonly outcome?: Outcome;
  /** Default: `false`. */
  readonly isTemporary?: boolean;
  readonly retryAfterMs?: number | undefined;
}

/**
 * Codes by which a 404 means that the connector is gone (measured). A 404 without one, as Logto gives for a body
 * over 1 MiB or a proxy for anything, does not.
 */
const goneCodes: ReadonlySet<string> = new Set([
  "entity.not_exists_with_id",
  "entity.not_found",
  "entity.not_exists",
  "connector.not_found",
]);

export function isGone(error: unknown): boolean {
  return error instanceof LogtoError && error.status === 404 && goneCodes.has(error.code);
}

const gone = "Logto does not have it any more: `pulumi up --refresh` goes on from what is there.";

/** What to do about an error of Logto's, by its code. */
export const advice: Readonly<Record<string, string>> = {
  "auth.forbidden":
    "Give the machine-to-machine application a role with the permission `all` of the Logto Management API.",
  "auth.unauthorized":
    "Logto did not accept the access token: check logto:resource and the clocks of both sides.",
  "connector.invalid_config":
    "Logto reads the identity provider's discovery document before it takes a config: check the config and that Logto can reach the issuer.",
  "connector.invalid_metadata":
    "Logto reads the SAML metadata before it takes a config: check the metadata and that Logto can reach its URL.",
  "connector.invalid_certificate":
    "Give the identity provider's signing certificate as PEM or as bare base64.",
  "connector.token_storage_not_supported":
    "Logto stores tokens of OIDC providers only: leave enableTokenStorage out.",
  "entity.not_exists_with_id": gone,
  "entity.not_exists": gone,
  "entity.not_found": gone,
  "entity.relation_foreign_key_not_found":
    "The organization or the connector does not exist, or not any more: see which, and run `pulumi up --refresh`.",
  "request.feature_not_supported":
    "To store tokens, this Logto needs a key to encrypt them (SECRET_VAULT_KEK), else leave enableTokenStorage out.",
  "single_sign_on.active_signing_key_required":
    "The connector's active signing key was taken out of use meanwhile: run `pulumi up` again, which makes one where there is none.",
  "single_sign_on.can_not_deactivate_signing_key_in_use":
    "Logto signs with this key: make another key of the connector active first, or set signAuthnRequest to false.",
  "single_sign_on.can_not_delete_active_signing_key":
    "Make another key of the connector active first, or set signAuthnRequest to false.",
  "single_sign_on.duplicate_connector_name":
    "Another connector of the tenant has this name: choose another connectorName, or rename or delete that connector in Logto.",
};

/** Of an answer of success that does not hold what Logto answers with, such as `a list`. */
export function answeredWithout(what: string, { method, path }: Request): LogtoError {
  return new LogtoError(
    { method, path },
    {
      code: "not-logto",
      outcome: outcomeOf({ sent: true, status: 200 }),
      message:
        `${method} ${path} was answered with success, but not with ${what} as Logto answers. ` +
        "Check that logto:endpoint is the address of Logto itself, not of its console or of a proxy.",
    },
  );
}

/** Where an answer of success has nothing to tell: one that holds something is not Logto's, which then may have done nothing. */
export function expectNoContent(method: string, path: string, { body }: { readonly body: unknown }): void {
  if (body !== undefined) throw answeredWithout("an empty body", { method, path });
}
