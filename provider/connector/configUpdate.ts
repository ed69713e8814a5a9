/** How a config is changed without the keys that the program left alone. Logto replaces a config as a whole. Pure. */
import type { Values } from "../values";
import { changedKeys } from "./compare";
import { configOf, providerNames } from "./identityProviders";

/**
 * The config to send so that the keys that differ between the state and the declared config become as declared, and all others
 * stay as Logto has them: somebody may have rotated a secret there, and a newer Logto has keys that this package does not know.
 */
export function updatedConfig(configInLogto: Values, stateConfig: Values, declared: Values): Values {
  const changed = changedKeys(stateConfig, declared);
  const alternatives = changed.some((key) => alternativeKeys.has(key)) ? [...alternativeKeys] : [];
  const result = { ...configInLogto };
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
