/** The secrets of a config, as texts that a server may quote. Pure. */
import { isObject, type Values } from "../values";
import { isSecretConfigKey } from "./identityProviders";

/** Returns the texts in the secret keys of a config. */
export function secretsOf(config: unknown): string[] {
  return Object.entries(isObject(config) ? config : {})
    .filter(([key]) => isSecretConfigKey(key))
    .flatMap(([, value]) => textsOf(value));
}

/** The place of a secret value: a property, or a key of one. */
export type SecretPath = readonly [name: string, key?: string];

/** Whether what is at a path is known to be secret, so that no message contains it. */
export function isKnownSecret([name, key]: SecretPath): boolean {
  return name === "extraConfig" || (name === "config" && key !== undefined && isSecretConfigKey(key));
}

/** Returns the secrets among the properties of a resource. */
export function secretsAmong({ config, extraConfig }: Values = {}): string[] {
  return [config, extraConfig].flatMap(secretsOf);
}

/** Returns the texts and the numbers in a value; of an object or a list, also the JSON of it. */
export function textsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value === "number") return [String(value)];
  if (typeof value !== "object" || value === null) return [];
  const inside = Object.values(value).flatMap(textsOf);
  return inside.length === 0 ? [] : [JSON.stringify(value), ...inside];
}
