/**
 * Whether Logto applied a request, and whether and when the same request is sent again. Two repetitions are decided by what they
 * ask first: with a new token after a 401 (`api.ts`), and a create after its look-up (`lifecycle/lostAnswer.ts`). Pure.
 */

/**
 * `applied`: Logto applied the request. `not applied`: it did not and will not. `unknown`: it may have, or may yet, so that a
 * create must not simply be sent again.
 */
export type Outcome = "applied" | "not applied" | "unknown";

/** An attempt to send a request, as far as it decides about the outcome. */
export interface Attempt {
  /** Whether anything of it can have reached Logto: `false` where no connection was established. */
  readonly sent: boolean;
  /** HTTP status; `undefined` where there was no response. */
  readonly status?: number | undefined;
  /** Whether the body is what Logto responds with at this status: the requested object, or an error of its own. */
  readonly fromLogto?: boolean;
}

/** Statuses of a gateway that gave up waiting for Logto, such as nginx's 499 and 504, whatever the body: Logto may go on. */
const gatewayStatuses: ReadonlySet<number> = new Set([408, 499, 502, 503, 504]);

/** Returns the outcome of one attempt. */
export function outcomeOf({ sent, status, fromLogto = false }: Attempt): Outcome {
  if (!sent) return "not applied";
  if (status === undefined || gatewayStatuses.has(status)) return "unknown";
  if (status < 300) return fromLogto ? "applied" : "unknown";
  // A redirect and a 4xx precede any change, whoever responds with them.
  if (status < 500) return "not applied";
  // A 500 with Logto's own body is final: the database was not changed (recorded: "SAML broken xml", which creates no connector).
  return fromLogto ? "not applied" : "unknown";
}

/**
 * Returns the outcome of a request that was sent several times: the last attempt does not undo what an earlier one may have
 * done.
 */
export function outcomeOfAll(outcomes: readonly Outcome[]): Outcome {
  return outcomes.includes("unknown") ? "unknown" : (outcomes.at(-1) ?? "not applied");
}

/** The properties of an error that decide about a retry. */
export interface FailedAttempt {
  /** HTTP status; `undefined` where there was no response. */
  readonly status: number | undefined;
  readonly outcome: Outcome;
  /** Whether the request may succeed a moment later. */
  readonly retryable: boolean;
  /** How long Logto asks to wait before the next attempt. */
  readonly retryAfterMs: number | undefined;
}

/** The attempts of a request so far, and the time that is left for further ones. */
export interface Budget {
  /** Retries so far, those after a 429 excluded. */
  readonly retries: number;
  /** Responses of 429 so far, and how long they delayed the request. */
  readonly rateLimited: number;
  readonly rateLimitedMs: number;
  /** Time until the deadline, which waiting for a rate limit defers. */
  readonly remainingMs: number;
  /** Time from the beginning to the deadline. */
  readonly timeoutMs: number;
}

/** A further attempt. */
export interface Retry {
  readonly afterMs: number;
  /** Whether all other requests wait as well: they would only be rejected. */
  readonly pausesAll: boolean;
}

const maxRetries = 4;
/** Before the first retry; doubled for each further one, and all of that multiplied by a random factor from 1 to 2. */
const firstDelayMs = 200;
/**
 * How long, in deadlines, a request waits for a rate limit that others use up: that of Logto Cloud is shared with sign-ins,
 * and being limited by it is nobody's fault.
 */
const maxRateLimitedDeadlines = 10;
/** Where a 429 does not say how long to wait; doubled after each further one, up to the 10 s of the limit's own window. */
const firstPauseMs = 1000;
const maxPauseMs = 10_000;

/**
 * Decides whether and when a failed request is sent again; `undefined`: it is not. A request that is not idempotent is sent
 * again only where it surely was not applied.
 *
 * @param random from 0 to 1
 */
export function planRetry(
  attempt: FailedAttempt,
  idempotent: boolean,
  budget: Budget,
  random: number,
): Retry | undefined {
  if (!attempt.retryable || (!idempotent && attempt.outcome !== "not applied")) return undefined;
  if (attempt.status === 429) {
    const pauseMs = Math.min(firstPauseMs * 2 ** budget.rateLimited, maxPauseMs);
    // Never at once: that could go on forever.
    const afterMs = Math.max(attempt.retryAfterMs ?? pauseMs, firstDelayMs);
    const isTooLong = budget.rateLimitedMs + afterMs > maxRateLimitedDeadlines * budget.timeoutMs;
    return isTooLong ? undefined : { afterMs, pausesAll: true };
  }
  const delayMs = firstDelayMs * 2 ** budget.retries * (1 + random);
  const afterMs = Math.max(attempt.retryAfterMs ?? 0, delayMs);
  if (budget.retries >= maxRetries || afterMs > budget.remainingMs) return undefined;
  return { afterMs, pausesAll: false };
}
