/** Values as Pulumi's engine passes them, whatever the front end: JSON with marks for secrets and for what is not known yet. */
import { ExpectedError } from "../expectedError";
import { isObject, isTooDeep, tooDeep, unknown, type Values } from "../values";

/** The engine's placeholder for a value that is not known yet, at any depth. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/** The mark of a secret, which the engine encrypts at any depth of what check, create, read and update return. */
export const secretMark = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
/** The property with the code that loads the provider in Pulumi's dynamic host; states that the host wrote have it. */
export const providerKey = "__provider";

export function secretValue(value: unknown): Values {
  return { ...secretMark, value: toEngine(value) };
}

/** A property whose values are nested too deeply. */
export class NestingError extends ExpectedError {
  constructor(
    readonly property: string,
    readonly reason = tooDeep,
  ) {
    super(`${property} ${reason}`);
  }
}

/**
 * Removes the property of the dynamic host, and replaces the placeholder by {@link unknown}.
 *
 * @throws NestingError
 */
export function fromEngine(properties: Values): Values {
  const { [providerKey]: text, ...rest } = properties;
  for (const [key, value] of Object.entries(rest)) if (isTooDeep(value)) throw new NestingError(key);
  return replace(rest, (value) => (value === unknownValue ? unknown : value)) as Values;
}

/** Returns a result as JSON: anything else throws in the front end, after the remote object was created. */
export function toEngine(value: unknown): unknown {
  return replace(value, (leaf) => (leaf === unknown ? unknownValue : (leaf ?? null)));
}

/** Copies a value with its leaves replaced, and without properties that are `undefined`. */
function replace(value: unknown, leaf: (value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => replace(item, leaf));
  if (!isObject(value)) return leaf(value);
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries.map(([key, inner]) => [key, replace(inner, leaf)]));
}
