/** The warning of domains that several connectors of a program declare. Logto accepts them, and lets users choose, which is rarely intended. */
import { quote } from "../untrustedText";

export class SharedDomains {
  /** The names of the connectors that declare each domain. */
  readonly #declared = new Map<string, Set<string>>();

  /** Takes note of a connector, also again: the engine checks a resource a second time before it replaces it. */
  declare(connectorName: string, domains: readonly string[]): void {
    for (const domain of domains) {
      this.#declared.set(domain, (this.#declared.get(domain) ?? new Set()).add(connectorName));
    }
  }

  /**
   * Returns a text for each domain, in an order that is not that of the engine's calls.
   *
   * @param listed makes a text of names
   */
  texts(listed: (names: readonly string[]) => string): string[] {
    return [...this.#declared]
      .filter(([, { size }]) => size > 1)
      .map(
        ([domain, names]) =>
          `The SSO connectors ${listed([...names].sort().map(quote))} share the domain ${quote(domain)}.`,
      )
      .sort();
  }
}
