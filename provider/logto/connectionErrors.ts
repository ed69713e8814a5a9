/** Errors of requests without a response, made of what Node.js reports: they say what to do. Pure. */
import type { Proxy } from "./agents";
import { type ErrorDetails, excerpt, LogtoError, type Request, shownPath } from "./errors";
import { printableReason } from "../expectedError";
import { inSeconds } from "../values";
import { outcomeOf } from "./retryPolicy";
import type { Redact } from "./redaction";
import type { Settings } from "./settings";

/** A request without a complete response. */
export interface ConnectionFailure {
  readonly error: unknown;
  /** Whether the request was begun at all. */
  readonly sent: boolean;
  /** HTTP status of a response that began and did not end. */
  readonly status: number | undefined;
  readonly timeoutMs: number;
  /** Whether nobody could wait any longer, as after Ctrl-C. */
  readonly interrupted: boolean;
  readonly maxBytes: number;
  readonly proxy: Proxy | undefined;
  readonly settings: Settings;
  readonly redact: Redact;
}

/** The properties by which Node.js and node-fetch describe a failure. */
type NodeError = Partial<Record<"name" | "message" | "code" | "type" | "erroredSysCall", string>>;

/** The time of a request that is a part of a longer read, such as a page of a list, is a part of the setting. */
function timeOf({ timeoutMs, settings }: ConnectionFailure): string {
  const wholeMs = settings.timeoutSeconds * 1000;
  const time = inSeconds(timeoutMs);
  return timeoutMs < wholeMs ? `${time}, which is a part of ${inSeconds(wholeMs)}` : time;
}

/** Returns the error of a request without a response. */
export function connectionError(request: Request, failure: ConnectionFailure): LogtoError {
  const { error, status, proxy } = failure;
  const { endpoint, origin } = failure.settings;
  const { name, message = String(error), code = "", type, erroredSysCall = "" } = Object(error) as NodeError;
  const via = proxy === undefined ? "" : ` (through the proxy ${proxy.address} of ${proxy.variable})`;
  const outcome = outcomeOf({ sent: failure.sent, status });
  const failed = (details: ErrorDetails) => {
    const line = `${request.method} ${shownPath(request)} failed: ${details.message}`;
    return new LogtoError(request, { ...details, message: line });
  };
  if (name === "TimeoutError" || name === "AbortError") {
    if (failure.interrupted) {
      const message = failure.sent ? `interrupted before ${endpoint}${via} responded.` : "interrupted.";
      return failed({ code: "interrupted", outcome, message });
    }
    return failed({
      code: "timeout",
      outcome,
      message:
        `no response from ${endpoint}${via} within ${timeOf(failure)} (${origin("timeoutSeconds")}). ` +
        "Check that Logto is healthy, or increase the timeout.",
    });
  }
  // node-fetch's type of a response that exceeds its `size`.
  if (type === "max-size") {
    return failed({
      code: "too-large",
      status,
      outcome,
      message:
        `the response from ${endpoint}${via} exceeds ${failure.maxBytes / 2 ** 20} MiB, as no response of Logto does. ` +
        `Check that ${origin("endpoint")} is the address of Logto itself.`,
    });
  }
  const unreachable = `could not reach Logto at ${endpoint}`;
  const proxyFailure = /^ERR_PROXY_(.*)$/.exec(code)?.[1];
  if (proxyFailure !== undefined && proxy !== undefined) {
    const proxyStatus = /^\d{3}$/.test(proxyFailure) ? Number(proxyFailure) : undefined;
    const reason = proxyStatus === undefined ? `failed: ${proxyFailure}` : `responded with ${proxyStatus}`;
    return failed({
      code: "unreachable",
      retryable: proxyStatus === undefined || proxyStatus >= 500,
      // No tunnel to Logto was established.
      outcome: "not applied",
      message: `${unreachable}: the proxy ${proxy.address} ${reason}. ${proxyHint(proxyStatus, proxy)}`,
    });
  }
  const tlsCode = message.includes(noTls) ? noTls : code;
  const tlsHint = tlsHints.find(([codes]) => codes.test(tlsCode))?.[1](origin("endpoint"));
  const isConnecting = notConnected.has(code) || notConnected.has(erroredSysCall);
  return failed({
    code: "unreachable",
    // No retry fixes TLS.
    retryable: tlsHint === undefined,
    outcome: tlsHint !== undefined || isConnecting ? "not applied" : outcome,
    message:
      `${unreachable}${via}: ${excerpt(code === "" ? printableReason(error, failure.redact) : failure.redact(code), 300)}. ` +
      (tlsHint ?? `Check ${origin("endpoint")} and the network.`),
  });
}

/** The codes and the failed system calls of a connection that was not established, so that nothing was sent. */
const notConnected: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "connect",
  "getaddrinfo",
]);

/** OpenSSL's message where the server does not use TLS; the code is ambiguous. */
const noTls = "wrong version number";

/** Hints for failures of TLS, by the codes of OpenSSL and Node.js. */
const tlsHints: readonly (readonly [codes: RegExp, hint: (endpoint: string) => string])[] = [
  [
    RegExp(noTls),
    (endpoint) =>
      `The server does not use TLS: check the port in ${endpoint}, and whether it must start with http://.`,
  ],
  [
    /CERT_HAS_EXPIRED/,
    () => "The certificate has expired: renew it on the server. (Or the clock of this machine is wrong.)",
  ],
  [/CERT_NOT_YET_VALID/, () => "The certificate is not valid yet: check the clock of this machine."],
  [
    /ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH/,
    (endpoint) =>
      `The certificate is for another host: check ${endpoint}, or add the host to the certificate.`,
  ],
  [
    /CERT_REVOKED|CERT_REJECTED|INVALID_PURPOSE|SIGNATURE_FAILURE|KEY_TOO_SMALL|MD_TOO_WEAK/,
    () => "The certificate can't be used: replace it on the server.",
  ],
  [
    /CERT|ISSUER|SELF_SIGNED|LEAF_SIGNATURE|INVALID_CA|PATH_LENGTH/,
    () => "The certificate is not trusted: add a private certificate authority with NODE_EXTRA_CA_CERTS.",
  ],
  [
    /^EPROTO$|^ERR_(?:SSL|TLS)_/,
    (endpoint) => `The TLS handshake failed: check ${endpoint}, and what listens there.`,
  ],
];

function proxyHint(status: number | undefined, { variable }: Proxy): string {
  if (status === 407) {
    return `It requires a user name and a password: set ${variable} to http://USER:PASSWORD@HOST:PORT, percent-encoded.`;
  }
  if (status === 403) {
    return "It does not allow requests to Logto: allow them there, or exclude Logto with NO_PROXY.";
  }
  const check = status === undefined ? variable : "that the proxy can reach Logto";
  return `Check ${check}, or exclude Logto with NO_PROXY.`;
}
