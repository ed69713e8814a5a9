/** How a resource in Logto differs from the declared one. Pure. */
import { isDeepStrictEqual } from "node:util";
import { isObject, type Values } from "../../values";
import { exposedSecretProblem } from "../../connector/exposedSecret";
import { isSecretConfigKey } from "../../connector/identityProviders";
import { beginningOf, excerptsOfValues, wholeOf } from "../io/excerpts";
import { type About, type Finding, newFinding } from "./finding";

/** @param sentence what to say of a difference, such as `scope is "a", not "b"` */
export function changeFindings(
  about: About,
  keys: readonly string[],
  declared: Readonly<Values>,
  live: Readonly<Values>,
  sentence = (difference: string) => `${difference}.`,
): Finding[] {
  return keys
    .flatMap((key) => differencesAt(key, declared[key], live[key]))
    .map(({ secret, ...difference }) => {
      const { path } = difference;
      if (secret) return newFinding("changed", about, sentence(differenceText({ path })), { path });
      return newFinding("changed", about, sentence(differenceText(difference)), difference);
    });
}

/** What a difference says; of a secret, neither value is given. */
export function differenceText({ path = "", declared, live }: Omit<Partial<Difference>, "secret">): string {
  if (declared === undefined && live === undefined) return `${path} differs`;
  const [ofLive, ofDeclared] = shownApart(live, declared);
  return `${path} is ${ofLive}, not ${ofDeclared}`;
}

interface Difference {
  readonly path: string;
  readonly declared: unknown;
  readonly live: unknown;
  readonly secret: boolean;
}

/** Returns one difference for each innermost key. A list is compared as one value. */
function differencesAt(path: string, declared: unknown, live: unknown): Difference[] {
  if (isDeepStrictEqual(declared, live)) return [];
  const [property, key] = path.split(".");
  const secret =
    (property === "config" && (key === undefined || isSecretConfigKey(key))) ||
    exposedSecretProblem([declared, live]) !== undefined;
  if ((secret && key !== undefined) || !isObject(declared) || !isObject(live)) {
    return [{ path, declared, live, secret }];
  }
  const keys = [...new Set([...Object.keys(declared), ...Object.keys(live)])].sort();
  // A path is shown.
  if (exposedSecretProblem(keys) !== undefined) return [{ path, declared, live, secret: true }];
  return keys.flatMap((inner) => differencesAt(`${path}.${inner}`, declared[inner], live[inner]));
}

/** How many characters of a value are shown. */
const maxShown = 200;

export function shown(value: unknown): string {
  return value === undefined ? "absent" : beginningOf(value, maxShown);
}

/** Returns two values so that their difference is seen. */
export function shownApart(value: unknown, other: unknown): [string, string] {
  if (value === undefined || other === undefined) return [shown(value), shown(other)];
  const [first, second] = excerptsOfValues(value, other, maxShown);
  return [wholeOf(first), wholeOf(second)];
}
