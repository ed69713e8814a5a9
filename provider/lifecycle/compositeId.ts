/** IDs that consist of several of Logto's IDs, since Logto finds the object by all of them. */
import { LogtoError } from "../logto/errors";
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
  const message = `${quote(id)} is not a valid ID of this resource: the format is ${format}.`;
  throw new LogtoError({ method: "GET", path: "" }, { code: "not-found", message });
}
