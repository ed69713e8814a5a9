/** What is wrong if two resources of a program declare the same. Pure. The resources are given as users know them, in quotes. */
import { quote } from "../untrustedText";

export const duplicates = {
  connectorName: (first: string, second: string, connectorName: string) =>
    `The SSO connectors ${first} and ${second} have the same connectorName ${quote(connectorName)}, ` +
    "which must be unique in a tenant. Choose another connectorName for one of them.",

  domain: (first: string, second: string, domain: string) =>
    `The SSO connectors ${first} and ${second} share the domain ${quote(domain)}.`,

  /** @param other such as `SsoConnector "acme"` */
  config: (self: string, other: string) =>
    `The SsoConnectorConfig ${self} declares the config of a connector, and so does the ${other}. Remove one of the two.`,

  singleSignOn: (first: string, second: string) =>
    `The SingleSignOn ${first} and the SingleSignOn ${second} declare the same switch, of which a tenant has one. Remove one of ` +
    "the two, or give one of them the option `provider` of another tenant.",
} as const;
