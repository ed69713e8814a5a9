/** The secret object in the stack's config that generated code takes its secrets from. Pure. */

export interface Secrets {
  /** In the project's own namespace. */
  readonly key: string;
  readonly values: ReadonlyMap<string, unknown>;
}

/** The object that is there already, under the first key that nothing else is under. */
export function secretsIn(config: ReadonlyMap<string, string>, project: string): Secrets {
  for (let number = 1; ; number++) {
    const key = `ssoConnectors${number === 1 ? "" : number}`;
    const values = objectOf(config.get(`${project}:${key}`) ?? "{}");
    if (values !== undefined) return { key, values: new Map(Object.entries(values)) };
  }
}

function objectOf(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
