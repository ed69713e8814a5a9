/** Whether Logto applied a request: decided here alone, from what is known of it. Pure. */

/**
 * `applied`: Logto applied the request. `not applied`: it did not and will not. `unknown`: it may have, or may yet, so that a
 * create must not simply be sent again.
 */
export type Outcome = "applied" | "not applied" | "unknown";

/** What is known of an attempt to send a request. */
export interface Attempt {
  /** Whether anything of it can have reached Logto: `false` where no connection was established. */
  readonly sent: boolean;
  /** HTTP status; `undefined` where there was no response. */
  readonly status?: number | undefined;
  /** Whether the body is what Logto responds with at this status: the requested object, or an error of its own. */
  readonly fromLogto?: boolean;
}

/** Statuses of a gateway that gave up waiting for Logto, whatever the body: Logto may go on (seen of AWS's and nginx's). */
const gatewayStatuses: ReadonlySet<number> = new Set([408, 499, 502, 503, 504]);

export function outcomeOf({ sent, status, fromLogto = false }: Attempt): Outcome {
  if (!sent) return "not applied";
  if (status === undefined || gatewayStatuses.has(status)) return "unknown";
  if (status < 300) return fromLogto ? "applied" : "unknown";
  // A redirect and a 4xx precede any change, whoever responds with them.
  if (status < 500) return "not applied";
  // A 500 with Logto's own body is final: the database was not changed (measured).
  return fromLogto ? "not applied" : "unknown";
}

/** Returns the outcome of a request that was sent several times: the last attempt does not undo what an earlier one may have done. */
export function outcomeOfAll(outcomes: readonly Outcome[]): Outcome {
  return outcomes.includes("unknown") ? "unknown" : (outcomes.at(-1) ?? "not applied");
}
