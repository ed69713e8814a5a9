/** When a request may be sent: within the rate that is set, and not while Logto has asked to wait. */
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

/** Resolves when the rate allows another request. */
type Throttle = () => Promise<void>;

export async function createThrottle(maxPerSecond: number): Promise<Throttle> {
  const { default: throttle } = await import("p-throttle");
  // Requests of a tenth of a second at a time, so that two such batches on both sides of an edge of the server's window
  // do not exceed its limit.
  const limit = Math.ceil(maxPerSecond / 10);
  return throttle({ limit, interval: (limit / maxPerSecond) * 1000 })(() => Promise.resolve());
}

/** Delays the requests of a client. */
export class RateLimiter {
  #pausedUntil = 0;

  /** @param throttle `undefined` for no limit */
  constructor(private readonly throttle: Throttle | undefined) {}

  /** Waits until a request may be sent, or until the interruption, and returns the milliseconds that this took. */
  async acquire(interruption?: AbortSignal): Promise<number> {
    const begun = Date.now();
    await orInterrupted(this.throttle?.(), interruption);
    while (this.#pausedUntil > Date.now() && interruption?.aborted !== true) {
      await pause(this.#pausedUntil - Date.now(), interruption);
      await orInterrupted(this.throttle?.(), interruption);
    }
    return Date.now() - begun;
  }

  /** Pauses all requests: Logto would only reject them as well. */
  pauseFor(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, Date.now() + ms);
  }
}

/** Waits for a time, or until the interruption. */
export async function pause(ms: number, interruption?: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal: interruption }).catch(() => undefined);
}

/** Waits for a promise, or until the interruption. */
async function orInterrupted(waiting: Promise<void> | undefined, interruption?: AbortSignal): Promise<void> {
  if (waiting === undefined || interruption === undefined) return waiting;
  if (interruption.aborted) return;
  const done = new AbortController();
  const interrupted = once(interruption, "abort", { signal: done.signal }).catch(() => undefined);
  await Promise.race([waiting, interrupted]);
  done.abort();
}
