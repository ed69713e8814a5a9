/** Identifiers derived from connector names. Pure. */

/** Words that cannot name a variable in a module, or that generated code uses. */
const reserved =
  "arguments await break case catch class const continue debugger default delete do else enum eval export " +
  "exports extends false finally for function if implements import in instanceof interface let logto module new null " +
  "package private protected public pulumi require return secrets static super switch this throw true try typeof undefined " +
  "var void while with yield";

/** Hands out names that differ from each other by more than case. */
export class UniqueNames {
  readonly #taken: Set<string>;

  constructor(taken: Iterable<string>) {
    this.#taken = new Set([...taken].map((name) => name.toLowerCase()));
  }

  /** Returns the wanted name, with the first number appended that makes it unique. */
  take(wanted: string): string {
    let name = wanted;
    for (let number = 2; this.#taken.has(name.toLowerCase()); number++) name = `${wanted}${number}`;
    this.#taken.add(name.toLowerCase());
    return name;
  }
}

export function variableNames(): UniqueNames {
  return new UniqueNames(reserved.split(" "));
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

/** Splits into lowercase words of ASCII letters and digits, without accents. */
function wordsOf(text: string): string[] {
  const plain = text.normalize("NFKD").replace(/\p{Mark}/gu, "");
  const short = plain.toLowerCase().slice(0, maxLength);
  return short.match(/[a-z0-9]+/g) ?? ["connector"];
}
