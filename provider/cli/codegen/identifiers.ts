/** Names for code, made of names for people. */

/** Words that can't name a variable of a module, or that a generated file uses itself. */
const reserved =
  "arguments await break case catch class const continue debugger default delete do else enum eval export " +
  "exports extends false finally for function if implements import in instanceof interface let logto module new null " +
  "package private protected public pulumi require return secrets static super switch this throw true try typeof undefined " +
  "var void while with yield";

/** Hands out names of which no two are alike, not even but for case. */
export class Names {
  readonly #taken: Set<string>;

  constructor(taken: Iterable<string>) {
    this.#taken = new Set([...taken].map((name) => name.toLowerCase()));
  }

  /** The wanted name, or with the first number behind it that makes it free. */
  take(wanted: string): string {
    let name = wanted;
    for (let number = 2; this.#taken.has(name.toLowerCase()); number++) name = `${wanted}${number}`;
    this.#taken.add(name.toLowerCase());
    return name;
  }
}

export function variableNames(): Names {
  return new Names(reserved.split(" "));
}

/** `Acme, Inc. (Okta)` becomes `acmeIncOkta`. */
export function camelCase(text: string): string {
  const [first = "", ...rest] = wordsOf(text);
  const joined = first + rest.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join("");
  return /^\d/.test(joined) ? `connector${joined}` : joined;
}

/** `Acme, Inc. (Okta)` becomes `acme-inc-okta`. */
export function kebabCase(text: string): string {
  return wordsOf(text).join("-");
}

const maxLength = 40;

/** Lower-cased, without accents and without what is neither letter nor digit of ASCII; not too long to read. */
function wordsOf(text: string): string[] {
  const plain = text.normalize("NFKD").replace(/\p{Mark}/gu, "");
  const words = plain
    .toLowerCase()
    .slice(0, maxLength)
    .match(/[a-z0-9]+/g);
  return words ?? ["connector"];
}
