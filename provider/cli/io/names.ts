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

/** Returns a function that names something in full where it is named first, and in short from then on. */
export function fullOnce(): (full: string, short: string) => string {
  const named = new Set<string>();
  return (full, short) => {
    if (named.has(full)) return short;
    named.add(full);
    return full;
  };
}
