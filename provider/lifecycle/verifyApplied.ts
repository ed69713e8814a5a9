import { unmetPaths } from "../connector/compare";
import type { Values } from "../values";
import { IncompleteError } from "./results";

/**
 * Compares Logto's answer with what was requested, since Logto silently ignores what it does not know.
 *
 * @param subject the object in the message
 * @throws IncompleteError
 */
export function verifyApplied(subject: string, id: string, requested: Values, state: Values): void {
  const ignored = unmetPaths(requested, state);
  if (ignored.length === 0) return;
  const message =
    `Logto accepted ${subject} but ignored ${ignored.join(", ")}. Your Logto version may not support it: remove it from the ` +
    "program, or upgrade Logto.";
  throw new IncompleteError(message, id, state);
}
