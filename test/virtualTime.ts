/**
 * Virtual time, for tests of code that waits: for retries, rate limits and timeouts. The clock stands still while anything
 * happens in the process, and then goes on to the next timer at once. So waiting takes no time, is exact, and does not depend
 * on the machine. The servers must be in the same process, since what other processes do is not seen.
 */
import { performance } from "node:perf_hooks";
import type { TimerOptions } from "node:timers";
import timers from "node:timers/promises";
import { isComputing } from "./logto/computations";

/** How many milliseconds in a row nothing must have happened. It makes up for a kernel that is slow to pass data on. */
const QUIET_MS = 5;
const realTimeout = setTimeout;

/** Lets each test of the file run in virtual time. */
export function useVirtualTime(): void {
  let end: () => Promise<void>;
  beforeEach(() => {
    end = beginVirtualTime();
  });
  afterEach(() => end());
}

/** Runs a part of a test in virtual time. */
export async function inVirtualTime<Result>(run: () => Promise<Result>): Promise<Result> {
  const end = beginVirtualTime();
  try {
    return await run();
  } finally {
    await end();
  }
}

function beginVirtualTime(): () => Promise<void> {
  jest.useFakeTimers({
    doNotFake: ["clearImmediate", "hrtime", "nextTick", "performance", "queueMicrotask", "setImmediate"],
  });
  // Jest fakes the global functions only.
  const sleeps = jest.spyOn(timers, "setTimeout").mockImplementation(sleep);
  let isOver = false;
  const passing = letTimePass(() => isOver);
  return async () => {
    isOver = true;
    await passing;
    sleeps.mockRestore();
    jest.useRealTimers();
  };
}

async function letTimePass(isOver: () => boolean): Promise<void> {
  for (;;) {
    await quiet();
    if (isOver()) return;
    if (jest.getTimerCount() > 0) await jest.advanceTimersToNextTimerAsync();
  }
}

/** Resolves when nothing happens any more: neither in sockets nor in a thread. */
async function quiet(): Promise<void> {
  for (let quietMs = 0, before = -1; quietMs < QUIET_MS; quietMs++) {
    await new Promise((resolve) => realTimeout(resolve, 1));
    const { events } = performance.nodeTiming.uvMetricsInfo;
    const isBusy = process.getActiveResourcesInfo().some((resource) => resource.includes("Req"));
    if (events !== before || isBusy || isComputing()) quietMs = 0;
    before = events;
  }
}

/** Does what `setTimeout` of `node:timers/promises` does. */
function sleep(delayMs?: number, value?: unknown, { signal }: TimerOptions = {}): Promise<unknown> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve(value);
    }, delayMs);
    signal?.addEventListener("abort", abort, { once: true });
  });
}
