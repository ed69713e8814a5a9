/** Values of programs, of the engine and of Logto: objects of any shape, what may be in them, and how they are shown. Pure. */

/** A value that is not known before the deployment runs, such as the output of a resource that is yet to be created. */
export const unknown = Symbol("unknown");

export type Values = Record<string, unknown>;

/** Both `undefined` and `null` mean that a field is not given. */
export function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

export function isObject(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** How deep the values of a property may be nested: no config is, and Node.js fails at some thousands of levels. */
const maxDepth = 100;
/** The problem of a value that is nested more deeply. */
export const tooDeep = `is nested more than ${maxDepth} levels deep, as no config is.`;

/**
 * Whether a value is nested more deeply than is supported, as one that contains itself. Only arrays and plain objects are looked
 * into, and not what Pulumi makes, such as outputs.
 */
export function isTooDeep(value: unknown, levels = maxDepth): boolean {
  if (!Array.isArray(value) && !isPlainObject(value)) return false;
  return levels === 0 || Object.values(value).some((inner) => isTooDeep(inner, levels - 1));
}

/**
 * Whether an object in a value has a key `toString` that is no function. Pulumi's SDK for Node.js fails for it, with the words
 * "Cannot convert object to primitive value" (seen with @pulumi/pulumi 3.270).
 */
export function hidesToString(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hidesToString);
  if (!isPlainObject(value)) return false;
  const isHidden = Object.hasOwn(value, "toString") && typeof value.toString !== "function";
  return isHidden || Object.values(value).some(hidesToString);
}

export const hiddenToString =
  "has a key `toString`, for which Pulumi's SDK for Node.js fails. Use another key.";

function isPlainObject(value: unknown): value is Values {
  if (!isObject(value)) return false;
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

export function pick(values: Values, keys: readonly string[]): Values {
  return Object.fromEntries(keys.map((key) => [key, values[key]]));
}

/** Returns items in groups with the same key, in the order of each group's first. */
export function groupedBy<Item>(
  items: Iterable<Item>,
  keyOf: (item: Item) => string,
): Map<string, [Item, ...Item[]]> {
  const groups = new Map<string, [Item, ...Item[]]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

/** Returns a duration for a sentence, such as `1.3 s`: to two digits below 10 s, and to the second above. */
export function inSeconds(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  return `${seconds < 10 ? Number(seconds.toPrecision(2)) : Math.round(seconds)} s`;
}
