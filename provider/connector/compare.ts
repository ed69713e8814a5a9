/**
 * The comparison of what a program declares with what Logto has, for updates, adoption and the verification of responses. The
 * engine's diff compares inputs with the state (`TableLifecycle.diff`). Pure.
 */
import { isDeepStrictEqual } from "node:util";
import { type Canonical, propertyKeys } from "./canonical";
import { isObject, type Values } from "../values";
import type { Fields } from "./field";

/** The keys in which one object differs from another, whichever of the two has them. */
export function changedKeys(first: Values, second: Values): string[] {
  const keys = new Set([...Object.keys(first), ...Object.keys(second)]);
  return [...keys].filter((key) => !isDeepStrictEqual(first[key], second[key]));
}

/** The properties in which a resource must change to become the declared one. One that is not managed is left as it is. */
export function changedProperties<F extends Fields>(
  fields: F,
  state: Partial<Canonical<F>>,
  declared: Partial<Canonical<F>>,
): (keyof Canonical<F> & string)[] {
  return propertyKeys(fields).filter(
    (key) =>
      !(fields[key].unmanagedIfAbsent === true && declared[key] === undefined) &&
      !isDeepStrictEqual(state[key], declared[key]),
  );
}

/**
 * The paths, such as `config.scope`, at which an object does not have what was requested, down to a key of an object in it.
 * More keys than were requested, such as a default that a newer Logto adds to a config, are no difference.
 */
export function unmetPaths(requested: Values, actual: Values): string[] {
  return Object.keys(requested).flatMap((key) => {
    const [expected, value] = [requested[key], actual[key]];
    if (expected === undefined || isDeepStrictEqual(expected, value)) return [];
    if (!isObject(expected) || !isObject(value)) return [key];
    return Object.keys(expected)
      .filter((inner) => !isDeepStrictEqual(expected[inner], value[inner]))
      .map((inner) => `${key}.${inner}`);
  });
}

/** The paths at which two objects differ, whichever of the two has them. */
export function differingPaths(first: Values, second: Values): string[] {
  return [...new Set([...unmetPaths(first, second), ...unmetPaths(second, first)])].sort();
}
