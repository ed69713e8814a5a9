import { setTimeout as sleep } from "node:timers/promises";

/**
 * Calls `poll` until it returns something or the time is over.
 *
 * @throws AbortError at the interruption
 */
export async function pollUntil<Result>(
  poll: () => Promise<Result | undefined>,
  timeoutMs: number,
  interruption?: AbortSignal,
): Promise<Result | undefined> {
  const end = Date.now() + timeoutMs;
  for (let pauseMs = 250; ; pauseMs *= 2) {
    const result = await poll();
    if (result !== undefined || Date.now() >= end) return result;
    await sleep(Math.min(pauseMs, Math.max(end - Date.now(), 0)), undefined, {
      signal: interruption,
    });
  }
}
