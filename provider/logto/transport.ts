/** HTTP to Logto: kept-alive connections, a deadline over all retries, and a pace. */
import { setTimeout as sleep } from "node:timers/promises";
import { createAgent } from "./agents";
import { attempt, type Call } from "./attempt";
import { LogtoError } from "./errors";
import { type Outcome, outcomeOfAll } from "./outcome";
import { Pace, turnsOf } from "./pace";
import type { Answer } from "./response";
import { type Budget, retryOf } from "./retryPolicy";
import type { Settings } from "./settings";

/** Sends one call, again where that helps and does no harm. */
export type Send = (call: Call) => Promise<Answer>;

/**
 * @param onRequest called for every request that goes out, retries included
 * @throws SettingsError where the environment names a proxy whose address is malformed
 */
export function createTransport(settings: Settings, onRequest: () => void = () => undefined): Send {
  const { agent, proxy } = createAgent(settings.endpoint);
  let libraries: ReturnType<typeof load> | undefined;

  return async function send(call) {
    const { fetch, pace } = await (libraries ??= load(settings.maxRequestsPerSecond));
    const connections = { fetch, agent, proxy, settings, onRequest };
    const timeoutMs = call.timeoutMs ?? settings.timeoutSeconds * 1000;
    const outcomes: Outcome[] = [];
    let end = Date.now() + timeoutMs;
    let spent: Omit<Budget, "leftMs" | "timeoutMs"> = { retries: 0, refusals: 0, heldMs: 0 };
    let last: LogtoError | undefined;
    for (;;) {
      end += await pace.next();
      try {
        return await attempt(call, end - Date.now(), connections);
      } catch (error) {
        if (!(error instanceof LogtoError)) throw error;
        outcomes.push(error.outcome);
        // Where the time ran out over retries, what went wrong before says more.
        const failure = (error.code === "timeout" ? (last ?? error) : error).withOutcome(
          outcomeOfAll(outcomes),
        );
        const budget = { ...spent, leftMs: end - Date.now(), timeoutMs };
        const retry =
          error.code === "timeout" ? undefined : retryOf(error, call.isIdempotent, budget, Math.random());
        if (retry === undefined) throw failure;
        last = error;
        if (retry.holdsAll) {
          spent = { ...spent, refusals: spent.refusals + 1, heldMs: spent.heldMs + retry.afterMs };
          pace.hold(retry.afterMs);
        } else {
          spent = { ...spent, retries: spent.retries + 1 };
          await sleep(retry.afterMs);
        }
      }
    }
  };
}

/** They are ES modules, and this file is CommonJS because the dynamic host loads it by `require`. */
async function load(maxRequestsPerSecond: number | undefined) {
  const { default: fetch } = await import("node-fetch");
  const turn = maxRequestsPerSecond === undefined ? undefined : await turnsOf(maxRequestsPerSecond);
  return { fetch, pace: new Pace(turn) };
}
