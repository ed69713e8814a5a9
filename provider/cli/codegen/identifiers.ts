/** Identifiers derived from connector names. Pure. */
import type { Connector } from "../../connector/canonical";
import { isUrl } from "../../connector/url";

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

/** Returns an identifier such as `acmeIncOkta` for `Acme, Inc. (Okta)`. */
export function camelCase(text: string): string {
  const [first = "", ...rest] = wordsOf(text);
  const joined = first + rest.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join("");
  return /^\d/.test(joined) ? `connector${joined}` : joined;
}

/** Returns an identifier such as `acme-inc-okta` for `Acme, Inc. (Okta)`. */
export function kebabCase(text: string): string {
  return wordsOf(text).join("-");
}

/**
 * Returns what the resource and the variable of a connector are named after: its name, unless that has no Latin letter, as
 * `株式会社アクメ`. Then it is its domain, or else the host of its identity provider.
 */
export function namesakeOf({ connectorName, domains, config = {} }: Connector): string {
  const { issuer, metadataUrl, signInEndpoint } = config;
  const urls = [issuer, metadataUrl, signInEndpoint].filter((url) => typeof url === "string" && isUrl(url));
  const candidates = [connectorName, ...domains, ...urls.map((url) => new URL(String(url)).hostname)];
  return candidates.find((text) => /[a-z]/.test(plain(text))) ?? connectorName;
}

const maxLength = 40;

/** Splits into lowercase words of ASCII letters and digits, without accents. */
function wordsOf(text: string): string[] {
  return (
    plain(text)
      .slice(0, maxLength)
      .match(/[a-z0-9]+/g) ?? ["connector"]
  );
}

function plain(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase();
}
