/** Names of connectors in sentences. */
import { withoutExposed } from "../../connector/exposedSecret";
import { quote } from "../../untrustedText";

/** Returns names for a sentence, the first of them if there are many. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).map((name) => quote(withoutExposed(name)));
  const more = names.length - shown.length;
  if (more > 0) return `${shown.join(", ")} and ${more} more`;
  const last = shown.pop() ?? "";
  return shown.length === 0 ? last : `${shown.join(", ")} and ${last}`;
}
