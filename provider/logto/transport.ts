/** HTTP to Logto: kept-alive connections, a deadline that includes all retries, and a rate limit. */
import { createAgent } from "./agents";
import { attempt, type HttpRequest } from "./attempt";
import type { ApiResponse } from "./call";
import { LogtoError } from "./errors";
import { type Outcome, outcomeOfAll } from "./outcome";
import { createThrottle, pause, RateLimiter } from "./rateLimiter";
import { planRetry } from "./retryPolicy";
import type { Settings } from "./settings";

/** Sends a request, and retries it where that helps and is safe. */
export type Send = (request: HttpRequest) => Promise<ApiResponse>;

/**
 * @param onRequest called for every request that is sent, retries included
 * @param interruption ends all waiting
 * @throws SettingsError where the environment names a proxy whose address is malformed
 */
export function createTransport(settings: Settings, onRequest: () => void, interruption?: AbortSignal): Send {
  const { agent, proxy } = createAgent(settings.endpoint);
  let libraries: ReturnType<typeof load> | undefined;

  return async function send(request) {
    const { fetch, rateLimiter } = await (libraries ??= load(settings.maxRequestsPerSecond));
    const connections = { fetch, agent, proxy, settings, onRequest, interruption };
    const timeoutMs = request.timeoutMs ?? settings.timeoutSeconds * 1000;
    const outcomes: Outcome[] = [];
    let deadline = Date.now() + timeoutMs;
    const used = { retries: 0, rateLimited: 0, rateLimitedMs: 0 };
    let previous: LogtoError | undefined;
    for (;;) {
      deadline += await rateLimiter.acquire(interruption);
      try {
        return await attempt(request, deadline - Date.now(), connections);
      } catch (error) {
        if (!(error instanceof LogtoError)) throw error;
        outcomes.push(error.outcome);
        const isOver = error.code === "timeout" || error.code === "interrupted";
        // Where retries used up the time, the failure before them says more.
        const failure = (isOver ? (previous ?? error) : error).withOutcome(outcomeOfAll(outcomes));
        const budget = { ...used, remainingMs: deadline - Date.now(), timeoutMs };
        const isFinal = isOver || request.once === true;
        const retry = isFinal ? undefined : planRetry(error, request.idempotent, budget, Math.random());
        if (retry === undefined) throw failure;
        previous = error;
        if (retry.pausesAll) {
          used.rateLimited++;
          used.rateLimitedMs += retry.afterMs;
          rateLimiter.pauseFor(retry.afterMs);
        } else {
          used.retries++;
          await pause(retry.afterMs, interruption);
        }
      }
    }
  };
}

/** Loads ES modules: this file is CommonJS because the dynamic host loads it with `require`. */
async function load(maxRequestsPerSecond: number | undefined) {
  const { default: fetch } = await import("node-fetch");
  const throttle =
    maxRequestsPerSecond === undefined ? undefined : await createThrottle(maxRequestsPerSecond);
  return { fetch, rateLimiter: new RateLimiter(throttle) };
}
