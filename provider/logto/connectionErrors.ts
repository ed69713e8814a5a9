/** Why a request was not answered, from what Node.js says of it: an error that tells what to do about it. Pure. */
import { excerpt, LogtoError, type Request } from "./errors";
import { outcomeOf } from "./outcome";
import type { Redact } from "./redaction";
import type { Settings } from "./settings";

/** What is known of a request that was not answered. */
export interface Broken {
  readonly error: unknown;
  /** Whether it went out at all. */
  readonly began: boolean;
  /** Of an answer that began and did not end. */
  readonly status: number | undefined;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** The proxy's address, without credentials, and the variable that names it. */
  readonly proxy: { readonly address: string; readonly variable: string } | undefined;
  readonly settings: Settings;
  readonly redact: Redact;
}

export function connectionError(request: Request, broken: Broken): LogtoError {
  const { error, settings, proxy } = broken;
  const { method, path } = request;
  const code = codeOf(error);
  const way = proxy === undefined ? "" : ` (through the proxy ${proxy.address} of ${proxy.variable})`;
  const unknown = outcomeOf({ sent: broken.began, status: broken.status });
  if (isTimeout(error)) {
    return new LogtoError(request, {
      code: "timeout",
      cause: error,
      outcome: unknown,
      message:
        `${method} ${path} got no answer from ${settings.endpoint}${way} within ${broken.timeoutMs / 1000} s ` +
        "(logto:timeoutSeconds). See whether Logto is well, or set a longer time.",
    });
  }
  if (isTooLarge(error)) {
    return new LogtoError(request, {
      code: "too-large",
      cause: error,
      status: broken.status,
      outcome: unknown,
      message:
        `${method} ${path} was answered by ${settings.endpoint}${way} with more than ${broken.maxBytes / 2 ** 20} MiB, ` +
        `which Logto never does. Check that ${settings.origin("endpoint")} is the address of Logto itself.`,
    });
  }
  const proxyFault = /^ERR_PROXY_(.*)$/.exec(code ?? "")?.[1];
  if (proxyFault !== undefined && proxy !== undefined) return proxyError(request, broken, proxy, proxyFault);
  const fault = code === undefined ? undefined : faults.find(({ codes }) => codes.test(code));
  const isPlain = messageOf(error).includes("wrong version number");
  const reason = excerpt(broken.redact(code ?? messageOf(error)), 300);
  return new LogtoError(request, {
    code: "unreachable",
    cause: error,
    isTemporary: fault === undefined && !isPlain,
    outcome: fault !== undefined || isPlain || isConnecting(error) ? "not applied" : unknown,
    message:
      `${method} ${path} did not get through to Logto at ${settings.endpoint}${way}: ${reason}. ` +
      (isPlain
        ? `Something answers there without TLS: check the port in ${settings.origin("endpoint")}, and whether it must begin with http://.`
        : (fault?.advice(settings) ??
          `Check ${settings.origin("endpoint")} and the network between here and there.`)),
  });
}

/** Certificates and other faults of TLS, which no retry mends; the codes are those of OpenSSL and Node.js. */
const faults: readonly { codes: RegExp; advice: (settings: Settings) => string }[] = [
  {
    codes: /^CERT_HAS_EXPIRED$/,
    advice: () => "Its certificate has expired: renew it there. (Or this machine's clock is wrong.)",
  },
  {
    codes: /^CERT_NOT_YET_VALID$/,
    advice: () => "Its certificate is not valid yet: see whether this machine's clock is right.",
  },
  {
    codes: /^(?:ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH)$/,
    advice: ({ origin }) =>
      `Its certificate is for another host name: check ${origin("endpoint")}, or have the name added to the certificate.`,
  },
  {
    codes:
      /^(?:CERT_REVOKED|CERT_REJECTED|INVALID_PURPOSE|.*(?:SIGNATURE_FAILURE|KEY_TOO_SMALL|MD_TOO_WEAK))$/,
    advice: () => "Its certificate can't be used: have it replaced.",
  },
  {
    codes: /CERT|ISSUER|SELF_SIGNED|LEAF_SIGNATURE|INVALID_CA|PATH_LENGTH/,
    advice: () =>
      "Its certificate is not trusted here: add a private certificate authority by NODE_EXTRA_CA_CERTS.",
  },
  {
    codes: /^EPROTO$|^ERR_(?:SSL|TLS)_/,
    advice: ({ origin }) => `TLS did not come about: check ${origin("endpoint")}, and what answers there.`,
  },
];

function proxyError(
  request: Request,
  { error, settings }: Broken,
  { address, variable }: { readonly address: string; readonly variable: string },
  fault: string,
): LogtoError {
  const status = /^\d{3}$/.test(fault) ? Number(fault) : undefined;
  const advice =
    status === 407
      ? `It asks for a user name and a password: write ${variable} as http://USER:PASSWORD@HOST:PORT, percent-encoded.`
      : status === 403
        ? `It does not let requests through to there: have it allowed, or exclude Logto by NO_PROXY.`
        : status === undefined
          ? `Check ${variable}, or exclude Logto by NO_PROXY.`
          : "See whether Logto can be reached from the proxy, or exclude Logto by NO_PROXY.";
  return new LogtoError(request, {
    code: "unreachable",
    cause: error,
    isTemporary: status === undefined || status >= 500,
    // No tunnel to Logto came about.
    outcome: "not applied",
    message:
      `${request.method} ${request.path} did not get through to Logto at ${settings.endpoint}: the proxy ${address} ` +
      `${status === undefined ? `could not be used: ${fault}` : `answered ${status}`}. ${advice}`,
  });
}

/** No connection came about, so that nothing can have been sent: by the failed system call, else by the code. */
function isConnecting(error: unknown): boolean {
  const { erroredSysCall } = (error ?? {}) as { erroredSysCall?: unknown };
  if (erroredSysCall === "connect" || erroredSysCall === "getaddrinfo") return true;
  return ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"].includes(
    codeOf(error) ?? "",
  );
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && ["TimeoutError", "AbortError"].includes(error.name);
}

/** node-fetch's name for an answer beyond its `size`. */
function isTooLarge(error: unknown): boolean {
  return ((error ?? {}) as { type?: unknown }).type === "max-size";
}

function codeOf(error: unknown): string | undefined {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === "string" ? code : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
