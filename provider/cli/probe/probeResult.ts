/** The result of a probe. Pure. */

/** The meaning of an identity provider's answer to a probe. */
export interface ProbeResult {
  readonly meaning: "accepted" | "rejected" | "redirect-not-registered" | "sign-in-refused" | "unknown";
  /** A sentence that says what the identity provider answered. */
  readonly message: string;
  /** The advice on what to do about it. */
  readonly remedy?: string;
}

/** @param remedy how to find out otherwise */
export function unknown(reason: string, remedy?: string): ProbeResult {
  return { meaning: "unknown", message: `${reason}.`, ...(remedy === undefined ? {} : { remedy }) };
}
