/** The differences between a resource in Logto and the declared one. Pure. */
import { isDeepStrictEqual } from "node:util";
import { isObject, type Values } from "../../values";
import { exposedSecretProblem } from "../../connector/exposedSecret";
import { isSecretConfigKey } from "../../connector/identityProviders";
import { beginningOf, excerptsOfValues, wholeOf } from "../io/excerpts";
import { type FindingSubject, type Finding, newFinding } from "./finding";

/** A resource as the state has it. */
export interface DeclaredResource {
  readonly declared: Readonly<Values>;
  readonly secretPaths: readonly string[];
}

/** @param sentence makes a sentence of a difference such as `scope is "a", not "b"` */
export function changeFindings(
  subject: FindingSubject,
  keys: readonly string[],
  { declared, secretPaths }: DeclaredResource,
  inLogto: Readonly<Values>,
  sentence = (difference: string) => `${difference}.`,
): Finding[] {
  return keys
    .flatMap((key) => differencesAt(key, declared[key], inLogto[key], secretPaths))
    .map(({ secret, ...difference }) => {
      const { path } = difference;
      if (secret) return newFinding("changed", subject, sentence(differenceText({ path })), { path });
      return newFinding("changed", subject, sentence(differenceText(difference)), difference);
    });
}

/** Returns a difference in words; of a secret, neither value is given. */
export function differenceText({ path = "", declared, live }: Omit<Partial<Difference>, "secret">): string {
  if (declared === undefined && live === undefined) return `${path} differs`;
  const [ofLive, ofDeclared] = shownApart(live, declared);
  return `${path} is ${ofLive}, not ${ofDeclared}`;
}

/** Returns what the message of a finding says besides its difference, for a page that shows the values themselves. */
export function besidesDifference(finding: Pick<Finding, "message" | "path" | "declared" | "live">): string {
  const sentence = `${differenceText(finding)}.`;
  const { message } = finding;
  return message.startsWith(sentence) ? message.slice(sentence.length).trimStart() : message;
}

interface Difference {
  readonly path: string;
  readonly declared: unknown;
  readonly live: unknown;
  readonly secret: boolean;
}

/** Returns one difference for each innermost key. A list is compared as one value. */
function differencesAt(
  path: string,
  declared: unknown,
  live: unknown,
  secretPaths: readonly string[],
): Difference[] {
  if (isDeepStrictEqual(declared, live)) return [];
  const [property, key] = path.split(".");
  const isSecretInState = secretPaths.some((secretPath) => isWithin(path, secretPath));
  // The keys of a secret can say what it is. Those of a config are known.
  if (isSecretInState && property !== "config") return [{ path, declared, live, secret: true }];
  const secret =
    isSecretInState ||
    (property === "config" && (key === undefined || isSecretConfigKey(key))) ||
    exposedSecretProblem([declared, live]) !== undefined;
  if ((secret && key !== undefined) || !isObject(declared) || !isObject(live)) {
    const hasSecret = secret || secretPaths.some((secretPath) => isWithin(secretPath, path));
    return [{ path, declared, live, secret: hasSecret }];
  }
  const keys = [...new Set([...Object.keys(declared), ...Object.keys(live)])].sort();
  // A path is shown.
  if (exposedSecretProblem(keys) !== undefined) return [{ path, declared, live, secret: true }];
  return keys.flatMap((inner) =>
    differencesAt(`${path}.${inner}`, declared[inner], live[inner], secretPaths),
  );
}

function isWithin(path: string, outer: string): boolean {
  return path === outer || path.startsWith(`${outer}.`);
}

/** How many characters of a value are shown. */
const maxShown = 200;

/** Returns the beginning of a value. */
export function shown(value: unknown): string {
  return value === undefined ? "absent" : beginningOf(value, maxShown);
}

/** Returns two values so that their difference is seen. */
export function shownApart(value: unknown, other: unknown): [string, string] {
  if (value === undefined || other === undefined) return [shown(value), shown(other)];
  const [first, second] = excerptsOfValues(value, other, maxShown);
  return [wholeOf(first), wholeOf(second)];
}
