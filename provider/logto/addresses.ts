/** Addresses of Logto as people write them: what is wrong with one, and its canonical form. Pure. */
import { quote } from "../untrustedText";

export type AddressName = "endpoint" | "signInEndpoint";

/** What an address without TLS would give away. */
const exposed = { endpoint: "the client secret", signInEndpoint: "sign-ins" } as const;

/**
 * A sentence for each thing that is wrong; none where the address can be used. No user name, password or query is repeated
 * in it.
 *
 * @param allowHttp whether `http:` is taken for other addresses than those of the loopback interface
 */
export function addressProblems(name: AddressName, text: string, allowHttp: boolean): string[] {
  const address = text.trim();
  const setting = `logto:${name}`;
  if (/[\s\p{Control}\p{Format}]/u.test(address)) {
    return [`${setting} must hold no white space and no invisible characters.`];
  }
  const suggestion = withScheme(address);
  if (suggestion !== undefined || !URL.canParse(address)) {
    return [
      `${setting} is no URL${shown(address)}: it must begin with https://. ` +
        `Write ${suggestion ?? "Logto's address, such as https://acme.logto.app"}.`,
    ];
  }
  const { protocol, hostname, pathname, username, password } = new URL(address);
  const problems: string[] = [];
  if (username !== "" || password !== "") {
    problems.push(
      `${setting} must hold no user name or password: sign in with logto:clientId and logto:clientSecret.`,
    );
  }
  if (/[?#]/.test(address)) {
    problems.push(`${setting} must hold no query and no fragment: leave out what follows "?" or "#".`);
  }
  const route = /\/(?:api|oidc)(?=\/*$)/.exec(pathname)?.[0];
  if (route !== undefined) problems.push(`${setting} must be Logto's base address: leave ${route} out.`);
  if (protocol === "http:" && !allowHttp && !isLoopback(hostname)) {
    problems.push(
      `${setting} must begin with https://, or ${exposed[name]} would travel in clear. ` +
        "(http:// is taken for the loopback address, or where LOGTO_ALLOW_HTTP=1 is set.)",
    );
  } else if (protocol !== "https:" && protocol !== "http:") {
    // What stands before the first colon can be part of a secret that was meant for another setting.
    problems.push(`${setting} must begin with https://.`);
  }
  return problems;
}

/** An address without {@link addressProblems} as other addresses begin with it: no slash at the end, the host in lower case. */
export function canonical(text: string): string {
  const { origin, pathname } = new URL(text.trim());
  return origin + pathname.replace(/\/+$/, "");
}

/** What was meant by `login.acme.com` or `login.acme.com:443/path`, which a URL parser refuses or takes for a scheme. */
function withScheme(address: string): string | undefined {
  const isHost = /^(?:[\w-]+(?:\.[\w-]+)+\.?|localhost)(?::\d+)?(?:\/[^?#@]*)?$/i.test(address);
  return isHost ? `https://${address}` : undefined;
}

function isLoopback(hostname: string): boolean {
  return ["localhost", "[::1]"].includes(hostname) || /^127(\.\d+){3}$/.test(hostname);
}

/** What was written, as far as it can hold no password and looks like an address at all. */
function shown(address: string): string {
  const [safe = ""] = address.slice(address.lastIndexOf("@") + 1).split(/[?#]/);
  if (!/[.:/]/.test(safe)) return "";
  return ` (got ${quote(`${safe === address ? "" : "…"}${safe.slice(0, 100)}`)})`;
}
