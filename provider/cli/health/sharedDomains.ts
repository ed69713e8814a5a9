/** The email domains that several connectors have, between which Logto lets users choose. Pure. */
import type { ApiConnector } from "../../connector/apiConnector";
import { domainsOf } from "../../connector/domain";

/** Returns the connectors that have each domain. */
export function connectorsByDomain(
  connectors: readonly ApiConnector[],
): ReadonlyMap<string, readonly ApiConnector[]> {
  const byDomain = new Map<string, ApiConnector[]>();
  for (const connector of connectors) {
    for (const domain of domainsOf(connector)) {
      byDomain.set(domain, [...(byDomain.get(domain) ?? []), connector]);
    }
  }
  return byDomain;
}
