/** What became of a request: decided here alone, from what is known of it. Pure. */

/**
 * `applied`: Logto did it. `not applied`: it did not and will not. `unknown`: it may have, or yet may, so a create must not
 * simply be sent again.
 */
export type Outcome = "applied" | "not applied" | "unknown";

/** What is known of a request. */
export interface Attempt {
  /** Whether anything of it can have reached Logto: not where no connection came about. */
  readonly sent: boolean;
  /** HTTP status; `undefined` where there was no answer. */
  readonly status?: number | undefined;
  /** Whether the body is what Logto answers with at this status: the object that was asked for, or its own error. */
  readonly isLogtos?: boolean;
}

/** Answers of a gateway that gave up waiting for Logto, whatever their body: Logto may go on (seen of AWS's and nginx's). */
const fromGateway: ReadonlySet<number> = new Set([408, 499, 502, 503, 504]);

export function outcomeOf({ sent, status, isLogtos = false }: Attempt): Outcome {
  if (!sent) return "not applied";
  if (status === undefined || fromGateway.has(status)) return "unknown";
  if (status < 300) return isLogtos ? "applied" : "unknown";
  // A redirect and an answer of 4xx come before anything is done, whoever gives them.
  if (status < 500) return "not applied";
  // A 500 with Logto's own body is its last word: the database took nothing (measured).
  return isLogtos ? "not applied" : "unknown";
}

/** Of a request that was sent several times: what one of them may have done is not undone by how the last one ended. */
export function outcomeOfAll(outcomes: readonly Outcome[]): Outcome {
  return outcomes.includes("unknown") ? "unknown" : (outcomes.at(-1) ?? "not applied");
}
