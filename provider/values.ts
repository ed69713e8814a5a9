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

export function pick(values: Values, keys: readonly string[]): Values {
  return Object.fromEntries(keys.map((key) => [key, values[key]]));
}

/** Returns a duration for a sentence, such as `1.3 s`: to two digits below 10 s, and to the second above. */
export function inSeconds(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  return `${seconds < 10 ? Number(seconds.toPrecision(2)) : Math.round(seconds)} s`;
}
