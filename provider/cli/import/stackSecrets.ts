/** The secrets in the stack config that the program reads. */
import { isObject } from "../../values";
import { parseJson } from "../../logto/response";
import type { Pulumi } from "../stack/pulumiCli";

type SecretValues = ReadonlyMap<string, unknown>;

export interface Secrets {
  /** By the names under which the program reads them. */
  readonly values: SecretValues;
  /** Stores more of them, and returns the function that removes these. */
  readonly add: (pulumi: Pulumi, added: SecretValues) => Promise<() => Promise<void>>;
}

/** The properties of one object, which is stored with one command: each command takes half a second. */
export interface SecretObject extends Secrets {
  /** Its key in the project's namespace. */
  readonly key: string;
}

/** Returns the existing object, or an empty one under the first key that is not used for anything else. */
export function findSecrets(config: ReadonlyMap<string, string>, project: string): SecretObject {
  for (let number = 1; ; number++) {
    const key = `ssoConnectors${number === 1 ? "" : number}`;
    const object = parseJson(config.get(`${project}:${key}`) ?? "{}");
    if (!isObject(object)) continue;
    const values = new Map(Object.entries(object));
    const store = (pulumi: Pulumi, entries: Iterable<[string, unknown]>) =>
      pulumi.setSecret(key, JSON.stringify(Object.fromEntries(entries)));
    return {
      key,
      values,
      async add(pulumi, added) {
        await store(pulumi, [...values, ...added]);
        return () => (values.size === 0 ? pulumi.removeConfig([key]) : store(pulumi, values));
      },
    };
  }
}

/**
 * Secrets that are each under a key of their own, so that one can be changed by itself. Pulumi replaces a whole secret object when
 * one of its properties is set with `pulumi config set --path` (seen with Pulumi CLI 3.259), and YAML programs cannot read one that is stored as text.
 */
export function separateSecrets(config: ReadonlyMap<string, string>, namespace: string): Secrets {
  const prefix = `${namespace}:`;
  const entries = [...config].filter(([key]) => key.startsWith(prefix));
  return {
    values: new Map(entries.map(([key, value]) => [key.slice(prefix.length), value])),
    async add(pulumi, added) {
      // One after the other, as each changes the same file.
      for (const [name, value] of added) await pulumi.setSecret(prefix + name, String(value));
      return () => pulumi.removeConfig([...added.keys()].map((name) => prefix + name));
    },
  };
}
