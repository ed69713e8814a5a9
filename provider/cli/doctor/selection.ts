/** The connectors that `--name` and `--email` mean. Pure. */
import { domainOfAddress, domainsOf } from "../../connector/domain";
import type { ExaminedConnector } from "../health/examinedConnector";

/** All connectors without either. */
export interface Selection {
  readonly name?: string | undefined;
  readonly email?: string | undefined;
}

/** Returns the connector with the name, else those with the domain of the address. */
export function selectConnectors(
  connectors: readonly ExaminedConnector[],
  { name, email }: Selection,
): readonly ExaminedConnector[] {
  if (name !== undefined) return connectors.filter(({ connector }) => connector.connectorName === name);
  return email === undefined ? connectors : claiming(connectors, email);
}

/** Returns the connectors that have the domain of an email address. */
export function claiming(connectors: readonly ExaminedConnector[], email: string): ExaminedConnector[] {
  const domain = domainOfAddress(email);
  return connectors.filter(({ connector }) => domainsOf(connector).includes(domain));
}
