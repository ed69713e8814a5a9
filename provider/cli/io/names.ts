/** Names of connectors in sentences. */
import { withoutExposed } from "../../connector/exposedSecret";
import { enumerated } from "../../enumeration";
import { quote } from "../../untrustedText";

/** Returns names for a sentence, the first of them if there are many. */
export function listed(names: readonly string[]): string {
  return enumerated(names.map((name) => quote(withoutExposed(name))));
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
