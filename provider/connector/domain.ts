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
  return canonicalDomain(writtenDomainOf(email));
}

/** Returns the domain of an email address as it is written, by which Logto looks for organizations (Logto: libraries/user.ts). */
export function writtenDomainOf(email: string): string {
  return email.split("@")[1] ?? "";
}

/**
 * Whether Logto 1.42 looks for connectors by an email address: it parses addresses with `z.string().email()` of Zod 3.24, whose
 * expression this is (Logto: routes/experience/anonymous-routes/index.ts; Zod: src/types.ts), and responds to others with
 * `guard.invalid_input`.
 */
export function isAcceptedAddress(email: string): boolean {
  return /^(?!\.)(?!.*\.\.)([A-Z0-9_'+\-.]*)[A-Z0-9_+-]@([A-Z0-9][A-Z0-9-]*\.)+[A-Z]{2,}$/i.test(email);
}

/** Whether an email address that Logto accepts can have a domain. */
export function isAcceptedDomain(domain: string): boolean {
  return isAcceptedAddress(`user@${domain}`);
}
