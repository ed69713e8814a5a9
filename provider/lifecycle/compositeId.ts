/** IDs that Logto does not make: those of several of its IDs, since it finds the object by all of them, and fixed ones. */
import type { LogtoError } from "../logto/errors";
import { rejection } from "./errorContext";
import { quote } from "../untrustedText";

export function joinId(...parts: readonly string[]): string {
  return parts.join("/");
}

/**
 * @param format how such an ID is written
 * @throws LogtoError if the ID, which a user may have written, does not have the format
 */
export function splitId(id: string, format: string): [owner: string, own: string] {
  const [owner = "", own = "", ...rest] = id.split("/");
  if (owner !== "" && own !== "" && rest.length === 0) return [owner, own];
  throw invalidId(id, `the format is ${format}`);
}

/** @throws LogtoError if an ID, which a user may have written, is not the one that it always is */
export function requireId(id: string, fixed: string): void {
  if (id !== fixed) throw invalidId(id, `it is always ${fixed}`);
}

function invalidId(id: string, rule: string): LogtoError {
  return rejection("not-found", `${quote(id)} is not a valid ID of this resource: ${rule}.`);
}
