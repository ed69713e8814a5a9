/** What a program declares as secret, beyond what is secret in any case: messages must not contain it. */
import * as pulumi from "@pulumi/pulumi";
import { isKnownSecret, type SecretPath } from "../connector/configSecrets";
import { isObject, type Values } from "../values";
import { secretPathsKey } from "../dynamic/tokens";

/** Returns the input for {@link secretPathsKey}; none where nothing can be secret. Its value is `undefined` if nothing is. */
export function secretPathsInput(values: Values): {
  [secretPathsKey]?: pulumi.Output<SecretPath[] | undefined>;
} {
  const candidates = Object.entries(values).flatMap(([name, value]): (readonly [SecretPath, unknown])[] =>
    isObject(value) && !pulumi.Output.isInstance(value) && !(value instanceof Promise)
      ? Object.entries(value).map(([key, inner]) => [[name, key] as const, inner] as const)
      : [[[name], value]],
  );
  const possible = candidates.filter(([path, value]) => !isKnownSecret(path) && mayBeSecret(value));
  if (possible.length === 0) return {};
  const paths = Promise.all(
    possible.map(async ([path, value]) => ((await isSecret(value)) ? [path] : [])),
  ).then((found) => (found.flat().length === 0 ? undefined : found.flat()));
  return { [secretPathsKey]: pulumi.output(paths) };
}

function mayBeSecret(value: unknown): boolean {
  if (pulumi.Output.isInstance(value) || value instanceof Promise) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(mayBeSecret);
}

/** An output that fails is reported where the resource is registered. */
async function isSecret(value: unknown): Promise<boolean> {
  try {
    return await pulumi.isSecret(pulumi.output(value));
  } catch {
    return false;
  }
}
