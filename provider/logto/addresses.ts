/** Addresses of Logto as people write them: their problems, and their canonical form. Pure. */
import { quote } from "../untrustedText";
import { isUrl } from "../connector/url";

export type AddressName = "endpoint" | "signInEndpoint";

/** The data that would be sent in clear without TLS. */
const exposed = { endpoint: "the client secret", signInEndpoint: "sign-ins" } as const;

/**
 * Returns a sentence for each problem; none where the address can be used. The sentences repeat no user name, password or
 * query.
 *
 * @param origin where the address was found, as messages name it
 * @param allowHttp whether `http:` is allowed for addresses other than those of the loopback interface
 */
export function addressProblems(
  name: AddressName,
  text: string,
  origin: string,
  allowHttp: boolean,
): string[] {
  const address = text.trim();
  if (/[\s\p{Control}\p{Format}]/u.test(address)) {
    return [`${origin} must not contain white space or invisible characters.`];
  }
  const suggestion = withScheme(address);
  if (suggestion !== undefined) {
    return [
      `${origin} is not a URL${shown(address)}: it does not start with a scheme. Set it to ${suggestion}.`,
    ];
  }
  if (!isUrl(address)) {
    return [
      `${origin} is not a URL${shown(address)}: it must start with https://. ` +
        "Set it to Logto's address, such as https://acme.logto.app.",
    ];
  }
  const { protocol, hostname, pathname, username, password } = new URL(address);
  const problems: string[] = [];
  if (username !== "" || password !== "") {
    problems.push(
      `${origin} must not contain a user name or password. Set clientId and clientSecret instead.`,
    );
  }
  if (/[?#]/.test(address)) {
    problems.push(`${origin} must not contain a query or a fragment. Remove what follows "?" or "#".`);
  }
  const route = /\/(?:api|oidc)(?=\/*$)/.exec(pathname)?.[0];
  if (route !== undefined) problems.push(`${origin} must be Logto's base address. Remove ${route}.`);
  if (protocol === "http:" && !allowHttp && !isLoopback(hostname)) {
    problems.push(
      `${origin} must start with https://: http:// would send ${exposed[name]} in clear. ` +
        "(http:// is allowed for a loopback address, or where LOGTO_ALLOW_HTTP=1 is set.)",
    );
  } else if (protocol !== "https:" && protocol !== "http:") {
    // The text before the first colon can be part of a secret that was meant for another setting.
    problems.push(`${origin} must start with https://.`);
  }
  return problems;
}

/** Returns the canonical form of an address without {@link addressProblems}: no slash at the end, the host in lower case. */
export function canonicalUrl(text: string): string {
  const { origin, pathname } = new URL(text.trim());
  return origin + pathname.replace(/\/+$/, "");
}

/**
 * Completes an address without a scheme, such as `login.acme.com:443/path`; `undefined` if it is something else. A Logto on this
 * machine speaks HTTP unless something in front of it adds TLS.
 */
function withScheme(address: string): string | undefined {
  const isHost = /^(?:[\w-]+(?:\.[\w-]+)+\.?|localhost)(?::\d+)?(?:\/[^?#@]*)?$/i.test(address);
  if (!isHost || !isUrl(`http://${address}`)) return undefined;
  return `${isLoopback(new URL(`http://${address}`).hostname) ? "http" : "https"}://${address}`;
}

/** @param hostname the `hostname` of a `URL` */
export function isLoopback(hostname: string): boolean {
  return ["localhost", "[::1]"].includes(hostname) || /^127(\.\d+){3}$/.test(hostname);
}

/** Returns the part of an address that can contain no password, if it looks like an address at all. */
function shown(address: string): string {
  const [safe = ""] = address.slice(address.lastIndexOf("@") + 1).split(/[?#]/);
  if (!/[.:/]/.test(safe)) return "";
  return ` (got ${quote(`${safe === address ? "" : "…"}${safe.slice(0, 100)}`)})`;
}
