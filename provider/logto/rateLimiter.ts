/** When a request may be sent: within the rate that is set, and not while Logto has asked to wait. */
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

export class RateLimiter {
  #pausedUntil = 0;

  /** @param throttle `undefined`: no limit */
  constructor(private readonly throttle: Throttle | undefined) {}

  /** Waits until a request may be sent, and returns the milliseconds that this took. */
  async acquire(): Promise<number> {
    const begun = Date.now();
    await this.throttle?.();
    while (this.#pausedUntil > Date.now()) {
      await sleep(this.#pausedUntil - Date.now());
      await this.throttle?.();
    }
    return Date.now() - begun;
  }

  /** Pauses all requests: Logto would only reject them as well. */
  pauseFor(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, Date.now() + ms);
  }
}
