/** The secret object in the stack config that generated code reads its secrets from. Pure. */
import { isObject } from "../../connector/canonical";
import { parseJson } from "../../logto/response";

export interface Secrets {
  /** Its key in the project's namespace. */
  readonly key: string;
  readonly values: ReadonlyMap<string, unknown>;
}

/** Returns the existing object, or an empty one under the first key that is not used for anything else. */
export function findSecrets(config: ReadonlyMap<string, string>, project: string): Secrets {
  for (let number = 1; ; number++) {
    const key = `ssoConnectors${number === 1 ? "" : number}`;
    const values = parseJson(config.get(`${project}:${key}`) ?? "{}");
    if (isObject(values)) return { key, values: new Map(Object.entries(values)) };
  }
}
