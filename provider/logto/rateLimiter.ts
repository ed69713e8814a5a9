/** When a request may go out: no faster than was set, and not while Logto has asked to wait. */
import { setTimeout as sleep } from "node:timers/promises";

/** Settles when it is somebody's turn. */
type Turn = () => Promise<void>;

/** Turns at most so often a second. */
export async function turnsOf(maxPerSecond: number): Promise<Turn> {
  const { default: throttle } = await import("p-throttle");
  // A tenth of a second's requests at a time, so that two such shares that meet at the edge of the server's own window
  // do not go beyond its limit.
  const limit = Math.ceil(maxPerSecond / 10);
  return throttle({ limit, interval: (limit / maxPerSecond) * 1000 })(() => Promise.resolve());
}

export class Pace {
  #heldUntil = 0;

  /** @param turn `undefined`: as many as come up */
  constructor(private readonly turn: Turn | undefined) {}

  /** Waits for a turn, and gives the milliseconds that it took. */
  async next(): Promise<number> {
    const asked = Date.now();
    await this.turn?.();
    while (this.#heldUntil > Date.now()) {
      await sleep(this.#heldUntil - Date.now());
      await this.turn?.();
    }
    return Date.now() - asked;
  }

  /** Nothing goes out for a time: whoever else asks would only be refused as well. */
  hold(ms: number): void {
    this.#heldUntil = Math.max(this.#heldUntil, Date.now() + ms);
  }
}
