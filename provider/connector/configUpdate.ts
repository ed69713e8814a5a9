/** How a config is changed without touching what the program left alone. Logto replaces a config as a whole. Pure. */
import { isDeepStrictEqual } from "node:util";
import type { Values } from "./connector";
import { providers } from "./fields";

/** The keys in which one config differs from another, wherever they are. */
export function changedKeys(before: Values, after: Values): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter((key) => !isDeepStrictEqual(before[key], after[key]));
}

/**
 * What to send so that the keys that differ between `known` and `declared` are as declared, and all others stay as Logto
 * has them: somebody may have rotated a secret there, and a newer Logto has keys that this package does not know.
 *
 * @param live the config that Logto has
 * @param known the config that the state knows
 */
export function updatedConfig(live: Values, known: Values, declared: Values): Values {
  const changed = changedKeys(known, declared);
  const result = { ...live };
  for (const key of withShape(changed)) Reflect.deleteProperty(result, key);
  for (const key of [...changed, ...ownShape(changed, declared)]) {
    if (declared[key] !== undefined) result[key] = declared[key];
  }
  return result;
}

const samlShapes: readonly (readonly string[])[] = providers.SAML.config.oneOf;
const shapeKeys = samlShapes.flat();

/** The ways to describe a SAML identity provider exclude one another: where one changes, the others go. */
function withShape(changed: readonly string[]): readonly string[] {
  return changed.some((key) => shapeKeys.includes(key)) ? [...changed, ...shapeKeys] : changed;
}

function ownShape(changed: readonly string[], declared: Values): readonly string[] {
  return changed.some((key) => shapeKeys.includes(key)) ? shapeKeys.filter((key) => key in declared) : [];
}
