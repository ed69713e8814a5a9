/** The result of a probe. Pure. */

/** The meaning of an identity provider's answer to a probe. */
export interface ProbeResult {
  readonly meaning: "accepted" | "rejected" | "redirect-not-registered" | "unknown";
  /** A sentence that says what the identity provider answered. */
  readonly message: string;
  /** The advice on what to do about it. */
  readonly remedy?: string;
}

export function unknown(reason: string): ProbeResult {
  return { meaning: "unknown", message: `${reason}.` };
}
