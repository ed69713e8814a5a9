/**
 * The messages about two resources of a program that declare the same. Pure. The resources are given as users know them, in
 * quotes, and in any order: the engine checks them in another one from run to run, and a message stays the same.
 */
import { quote } from "../untrustedText";

export const duplicates = {
  connectorName: (first: string, second: string, connectorName: string) =>
    `The SSO connectors ${sorted(first, second).join(" and ")} have the same connectorName ${quote(connectorName)}, ` +
    "which must be unique in a tenant. Choose another connectorName for one of them.",

  /** @param other with its class, such as `SsoConnector "acme"` */
  config: (self: string, other: string) =>
    `The SsoConnectorConfig ${self} declares the config of a connector, and so does the ${other}. Remove one of the two.`,

  singleSignOn: (first: string, second: string) =>
    `The SingleSignOn ${sorted(first, second).join(" and the SingleSignOn ")} declare the same switch, of which a tenant has one. ` +
    "Remove one of the two, or give one of them the option `provider` of another tenant.",
  /** @param className of both, each of which declares all of a set that an organization has */
  organizationSet: (className: string, first: string, second: string) =>
    `The ${className} ${sorted(first, second).join(" and ")} are of the same organization, and each would remove what the other ` +
    "declares. Make one resource of the two.",
} as const;

function sorted(...resources: readonly string[]): string[] {
  return [...resources].sort();
}
