/** Whether a request that failed is sent again, and when. Pure. */
import type { LogtoError } from "./errors";

/** What a failure says about the next try. */
export type Failure = Pick<LogtoError, "status" | "outcome" | "isTemporary" | "retryAfterMs">;

/** What a request has used up so far, and what it may use. */
export interface Budget {
  /** Retries so far, those after a 429 apart. */
  readonly retries: number;
  /** Refusals by a 429 so far, and how long they held the request up. */
  readonly refusals: number;
  readonly heldMs: number;
  /** Until the deadline, which time that is spent on a limit of requests does not bring nearer. */
  readonly leftMs: number;
  /** From the beginning to the deadline. */
  readonly timeoutMs: number;
}

export interface Retry {
  readonly afterMs: number;
  /** Whether every other request waits as well: it would only be refused. */
  readonly holdsAll: boolean;
}

const maxRetries = 4;
/** Before the first retry; twice as long before each further one, and all that times a random factor from 1 to 2. */
const firstDelayMs = 200;
/**
 * How long, in deadlines, a request waits for a limit of requests that others use up: Logto Cloud's is shared with
 * sign-ins, and to be refused by it is no fault of anybody's.
 */
const maxHeldDeadlines = 10;
/** Where a 429 does not say how long to wait; twice as long after each further one, up to the limit's own 10 s. */
const firstHoldMs = 1000;
const maxHoldMs = 10_000;

/**
 * `undefined`: give up. A request that does other when it is carried out twice is sent again only where it surely was not
 * carried out.
 *
 * @param random from 0 to 1
 */
export function retryOf(
  failure: Failure,
  isIdempotent: boolean,
  budget: Budget,
  random: number,
): Retry | undefined {
  if (!failure.isTemporary || (!isIdempotent && failure.outcome !== "not applied")) return undefined;
  if (failure.status === 429) {
    const usual = Math.min(firstHoldMs * 2 ** budget.refusals, maxHoldMs);
    // Never at once: it could go on without end.
    const afterMs = Math.max(failure.retryAfterMs ?? usual, firstDelayMs);
    const isTooLong = budget.heldMs + afterMs > maxHeldDeadlines * budget.timeoutMs;
    return isTooLong ? undefined : { afterMs, holdsAll: true };
  }
  const usual = firstDelayMs * 2 ** budget.retries * (1 + random);
  const afterMs = Math.max(failure.retryAfterMs ?? 0, usual);
  return budget.retries >= maxRetries || afterMs > budget.leftMs ? undefined : { afterMs, holdsAll: false };
}
