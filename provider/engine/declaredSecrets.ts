/**
 * What a program declares as secret in fields that are not secret by themselves. It is kept out of our messages, which quote names
 * and domains, and out of Pulumi's: it prints the value of a property that a check refuses, also of a secret one (seen with Pulumi
 * CLI 3.259).
 */
import { isKnownSecret, type SecretPath, textsOf } from "../connector/configSecrets";
import { isObject, type Values } from "../values";
import { secretMark } from "./engineValues";

export interface DeclaredSecrets {
  /** The properties that are secret, or contain a secret. */
  readonly names: readonly string[];
  /** The secret texts. */
  readonly texts: readonly string[];
}

export const noSecrets: DeclaredSecrets = { names: [], texts: [] };

/** @param properties in plain text */
export function secretsAt(paths: readonly SecretPath[], properties: Values): DeclaredSecrets {
  const declared = paths.filter((path) => !isKnownSecret(path));
  return {
    names: declared.map(([name]) => name),
    texts: declared.flatMap(([name, key]) => {
      const value = properties[name];
      return textsOf(key === undefined || !isObject(value) ? value : value[key]);
    }),
  };
}

/** Returns the paths of the values that the engine has marked, and of lists that contain one. */
export function markedPaths(properties: Values): SecretPath[] {
  return Object.entries(properties).flatMap(([name, value]): SecretPath[] => {
    if (!hasMark(value)) return [];
    if (!isObject(value) || isMarked(value)) return [[name]];
    return Object.keys(value).flatMap((key) => (hasMark(value[key]) ? [[name, key] as const] : []));
  });
}

/** Returns a value without marks, at any depth. */
export function withoutMarks(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutMarks);
  if (!isObject(value)) return value;
  if (isMarked(value)) return withoutMarks(value.value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutMarks(inner)]));
}

/**
 * Marks in a result what is marked in the properties that led to it, as the engine does for a provider that is passed no marks
 * (Pulumi: sdk/go/common/resource/plugin/provider_plugin.go, `annotateSecrets`).
 */
export function markedAs(given: Values, result: Values): Values {
  return Object.fromEntries(
    Object.entries(result).map(([key, value]) => {
      const model = Object.hasOwn(given, key) ? given[key] : undefined;
      if (isMarked(value) || !hasMark(model)) return [key, value];
      const isNested = isObject(model) && !isMarked(model) && isObject(value);
      return [key, isNested ? markedAs(model, value) : { ...secretMark, value: withoutMarks(value) }];
    }),
  );
}

function hasMark(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasMark);
  return isObject(value) && (isMarked(value) || Object.values(value).some(hasMark));
}

function isMarked(value: unknown): value is Values {
  return (
    isObject(value) &&
    Object.entries(secretMark).every(([key, mark]) => Object.hasOwn(value, key) && value[key] === mark)
  );
}
