/** How a config is changed without touching what the program left alone. Logto replaces a config as a whole. Pure. */
import type { Values } from "../values";
import { changedKeys } from "./compare";
import { configOf, providerNames } from "./identityProviders";

/**
 * The config to send so that the keys that differ between `known` and `declared` become as declared, and all others stay as
 * Logto has them: somebody may have rotated a secret there, and a newer Logto has keys that this package does not know.
 *
 * @param live the config that Logto has
 * @param known the config that the state has
 */
export function updatedConfig(live: Values, known: Values, declared: Values): Values {
  const changed = changedKeys(known, declared);
  const alternatives = changed.some((key) => alternativeKeys.has(key)) ? [...alternativeKeys] : [];
  const result = { ...live };
  for (const key of [...changed, ...alternatives]) {
    Reflect.deleteProperty(result, key);
    if (declared[key] !== undefined) result[key] = declared[key];
  }
  return result;
}

/** The keys of mutually exclusive ways to describe an identity provider: where one changes, the others must go. */
const alternativeKeys: ReadonlySet<string> = new Set(
  providerNames.flatMap((name) => (configOf(name).oneOf ?? []).flat()),
);
