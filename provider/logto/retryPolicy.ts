/** Whether a failed request is sent again, and when. Pure. */
import type { LogtoError } from "./errors";

/** The properties of a failure that decide about a retry. */
export type Failure = Pick<LogtoError, "status" | "outcome" | "retryable" | "retryAfterMs">;

/** What a request has used so far, and what it may use. */
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
 * Returns `undefined` to give up. A request that is not idempotent is sent again only where it surely was not applied.
 *
 * @param random from 0 to 1
 */
export function planRetry(
  failure: Failure,
  idempotent: boolean,
  budget: Budget,
  random: number,
): Retry | undefined {
  if (!failure.retryable || (!idempotent && failure.outcome !== "not applied")) return undefined;
  if (failure.status === 429) {
    const usual = Math.min(firstPauseMs * 2 ** budget.rateLimited, maxPauseMs);
    // Never at once: that could go on forever.
    const afterMs = Math.max(failure.retryAfterMs ?? usual, firstDelayMs);
    const isTooLong = budget.rateLimitedMs + afterMs > maxRateLimitedDeadlines * budget.timeoutMs;
    return isTooLong ? undefined : { afterMs, pausesAll: true };
  }
  const usual = firstDelayMs * 2 ** budget.retries * (1 + random);
  const afterMs = Math.max(failure.retryAfterMs ?? 0, usual);
  if (budget.retries >= maxRetries || afterMs > budget.remainingMs) return undefined;
  return { afterMs, pausesAll: false };
}
