/** The warnings of domains that a program declares twice: for several connectors, or for a connector and an organization. */
import { quote } from "../untrustedText";

export class SharedDomains {
  /** The names of the connectors that declare each domain. */
  readonly #declared = new Map<string, Set<string>>();
  /** Just-in-time email domains of organizations. */
  readonly #justInTime = new Set<string>();

  /** Takes note of a connector, also again: the engine checks a resource a second time before it replaces it. */
  declare(connectorName: string, domains: readonly string[]): void {
    for (const domain of domains) {
      this.#declared.set(domain, (this.#declared.get(domain) ?? new Set()).add(connectorName));
    }
  }

  /** Takes note of just-in-time email domains of an organization. */
  declareJustInTime(domains: readonly string[]): void {
    for (const domain of domains) this.#justInTime.add(domain);
  }

  /**
   * Returns a text for each domain, in an order that is not that of the engine's calls.
   *
   * @param listed makes a text of names
   */
  texts(listed: (names: readonly string[]) => string): string[] {
    // Logto accepts it, and lets users choose, which is rarely intended.
    const shared = [...this.#declared]
      .filter(([, { size }]) => size > 1)
      .map(
        ([domain, names]) =>
          `The SSO connectors ${listed([...names].sort().map(quote))} share the domain ${quote(domain)}.`,
      );
    // Logto: routes/experience/classes/libraries/sign-in-experience-validator.ts, guardSsoOnlyEmailIdentifier
    const withoutEffect = [...this.#declared]
      .filter(([domain]) => this.#justInTime.has(domain))
      .map(
        ([domain, names]) =>
          `The just-in-time email domain ${quote(domain)} of an organization is also that of the SSO connector ` +
          `${listed([...names].sort().map(quote))}, through which its users sign in: they join the organization only if an ` +
          "OrganizationSsoConnector links it with the connector, and then the organization does not need the domain.",
      );
    return [...shared, ...withoutEffect].sort();
  }
}
