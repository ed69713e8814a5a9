/** IDs of resources that belong to another: both IDs, since Logto finds them by both. */
import { quote } from "../untrustedText";
import { LogtoError } from "../logto/errors";

export function joinId(owner: string, own: string): string {
  return `${owner}/${own}`;
}

/**
 * @param form how such an ID is written, for a look-up that writes it otherwise
 * @throws LogtoError
 */
export function splitId(id: string, form: string): [owner: string, own: string] {
  const [owner = "", own = "", ...rest] = id.split("/");
  if (owner !== "" && own !== "" && rest.length === 0) return [owner, own];
  const message = `${quote(id)} is no ID of such a resource: write ${form}.`;
  throw new LogtoError({ method: "GET", path: "" }, { code: "not-found", message });
}
