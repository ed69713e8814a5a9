/** The email domains of connectors, in the form in which Logto compares them: as text, in lower case. Pure. */
import type { ApiConnector } from "./apiConnector";

export function canonicalDomain(domain: string): string {
  return domain.toLowerCase();
}

/** Returns the domains of a connector as Logto has it, each once. */
export function domainsOf({ domains }: ApiConnector): string[] {
  return Array.isArray(domains) ? [...new Set(domains.map((domain) => canonicalDomain(String(domain))))] : [];
}

/**
 * Returns the domain of an email address, by which Logto looks for connectors: what follows the first @ (Logto:
 * routes/experience/classes/libraries/sign-in-experience-validator.ts).
 */
export function domainOfAddress(email: string): string {
  return canonicalDomain(email.split("@")[1] ?? "");
}
