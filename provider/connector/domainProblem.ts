/**
 * The rules of email domains. Logto stores any text, lower-cased (recorded: "domains not a domain"), and compares it as text with
 * what follows the @ of an address: there are no wildcards, and a domain that is written otherwise than in addresses never matches.
 * Pure.
 */
import { isIP } from "node:net";
import { domainToASCII, domainToUnicode } from "node:url";
import { quote } from "../untrustedText";
import { canonicalDomain, isAcceptedAddress, isAcceptedDomain } from "./domain";
import type { TextProblem } from "./problem";
import { publicMailDomains } from "./publicMailDomains";

/** Returns why Logto rejects a domain in lower case, or why no address can match it. */
export function domainProblem(domain: string): string | undefined {
  if (domain === "") return "must not be empty.";
  const shown = quote(domain.slice(0, 300));
  const [, problem] = mistakes.find(([pattern]) => pattern.test(domain)) ?? [];
  if (problem !== undefined) return `${shown} ${problem}`;
  const ascii = domainToASCII(domain);
  if (isIP(ascii) !== 0)
    return `${shown} is an IP address: specify the domain of the email addresses, such as acme.com.`;
  if (ascii === "") return `${shown} is not a domain name, such as acme.com.`;
  const spelling = spellingProblem(domain, ascii);
  if (spelling !== undefined) return `${shown} ${spelling}`;
  const labels = ascii.split(".");
  const [wrong] = labels.filter((label) => !/^[a-z\d]([a-z\d-]*[a-z\d])?$/.test(label));
  if (wrong !== undefined) {
    return `${shown} is not a domain name, such as acme.com: a part of one consists of letters, digits and hyphens, with no hyphen at either end.`;
  }
  if (labels.some((label) => label.length > 63)) {
    return `${shown} is not a domain name: a part of one has at most 63 characters.`;
  }
  if (ascii.length > 253) return `${shown} is not a domain name: one has at most 253 characters.`;
  if (labels.length < 2) {
    return `${shown} must have a dot, such as acme.com: Logto accepts no email address without one after the @.`;
  }
  if (publicMailDomains.has(domain)) {
    return `${shown} is a public email domain, which Logto rejects: anybody can have an address there.`;
  }
  return undefined;
}

/** The length of the column (Logto: packages/schemas/tables/organization_jit_email_domains.sql). */
const maxWrittenLength = 128;

/**
 * Returns the problem with a just-in-time email domain of an organization. Logto stores any text up to a length, and compares it
 * as it is with what follows the @ of an address (recorded: "just-in-time email domains").
 */
export function writtenDomainProblem(domain: string): TextProblem | undefined {
  const canonical = canonicalDomain(domain);
  if (domain.length > maxWrittenLength) {
    return { message: `is longer than ${maxWrittenLength} characters, which is the most that Logto stores.` };
  }
  if (publicMailDomains.has(canonical)) {
    const message = `${quote(domain)} is a public email domain: anybody who has an address there can join the organization.`;
    return { message, isWarning: true };
  }
  const problem = domainProblem(canonical);
  if (problem !== undefined) return { message: problem };
  if (domain === canonical) return undefined;
  const message = `${quote(domain)} matches only addresses that are written like this: specify ${quote(canonical)} for those in lower case.`;
  return { message, isWarning: true };
}

/**
 * Returns why Logto 1.42 does not find a connector by this domain: it looks for one only by addresses that it accepts
 * (`isAcceptedAddress`), whose domain is ASCII and ends in letters.
 *
 * @param others all domains of the connector, in lower case
 */
export function domainWarning(domain: string, others: readonly string[]): string | undefined {
  const ascii = domainToASCII(domain);
  if (isAcceptedDomain(domain)) return undefined;
  if (!isAcceptedDomain(ascii)) {
    const [topLevel = ""] = /[^.]*$/.exec(ascii) ?? [];
    return `${quote(domain)}: Logto 1.42 finds no connector by an address whose top-level domain is ${quote(topLevel)}. Users reach it by direct sign-in only.`;
  }
  if (others.includes(ascii)) return undefined;
  return `${quote(domain)}: Logto 1.42 finds a connector by addresses in ASCII only. Specify ${quote(ascii)} as well.`;
}

/**
 * Returns why Logto 1.42 looks for no connector by an email address, and what to do, if it does not (`isAcceptedAddress`).
 */
export function addressProblem(
  email: string,
): { readonly message: string; readonly remedy: string } | undefined {
  if (isAcceptedAddress(email)) return undefined;
  const message = `Logto 1.42 does not accept ${quote(email.slice(0, 300))} as an email address, so it offers no connector for it.`;
  const domain = email.slice(email.lastIndexOf("@") + 1);
  if (isAcceptedDomain(domain)) {
    return {
      message,
      remedy:
        "Before the @, Logto takes ASCII letters, digits and the characters _ ' + - . only, with no dot at either end or beside " +
        "another. Use another address of the user, or direct sign-in.",
    };
  }
  const ascii = domainToASCII(domain);
  return {
    message,
    remedy:
      ascii !== canonicalDomain(domain) && isAcceptedDomain(ascii)
        ? `Write the domain in ASCII: ${quote(ascii)}, which must be one of the connector's domains.`
        : "After the @, Logto takes a domain such as acme.com: of ASCII letters, digits and hyphens, with a dot, and with a " +
          "top-level domain of letters.",
  };
}

/** Mistakes by their form, the more specific first. */
const mistakes: readonly (readonly [pattern: RegExp, problem: string])[] = [
  [/:\/\//, "is a URL: specify only the domain, such as acme.com."],
  [/[,;|]/, "must be one domain: give each domain as an element of its own."],
  [/@/, "must not contain an @: specify only what follows it, such as acme.com."],
  [/\s/, "must not contain a space."],
  [/\*/, "must not contain a wildcard, which Logto compares as text: specify each domain and subdomain."],
  [/^\./, "must not begin with a dot: Logto matches no subdomains, so specify each of them."],
  [/\.$/, "must not end with a dot."],
  [/\.\./, "must not contain two dots in a row."],
  [/^[^:]*:\d*$/, "must not contain a port: specify only the domain, such as acme.com."],
  [/[/\\?#%]/, "is not a domain name, such as acme.com."],
];

/** Whether each part is written as in addresses: as it is shown to people (`bücher`), or in ASCII (`xn--bcher-kva`). */
function spellingProblem(domain: string, ascii: string): string | undefined {
  const unicode = domainToUnicode(ascii);
  const [labels, inAscii, inUnicode] = [domain.split("."), ascii.split("."), unicode.split(".")];
  const isSpelt =
    labels.length === inAscii.length &&
    labels.every((label, index) => label === inAscii[index] || label === inUnicode[index]);
  if (isSpelt) return undefined;
  const both = unicode === ascii ? quote(ascii) : `${quote(unicode)} or ${quote(ascii)}`;
  return `contains a character that is not written in addresses, which may be invisible: write ${both}.`;
}
