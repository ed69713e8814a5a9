/** HTTP to Logto: kept-alive connections, a deadline, retries and a pace, no redirects, errors without secrets. */
import { setTimeout as sleep } from "node:timers/promises";
import type { RequestInit, Response } from "node-fetch" with { "resolution-mode": "import" };
import { createAgent } from "./agents";
import { answerError, LogtoError, type Request } from "./errors";
import type { Settings } from "./settings";

export interface Call extends Request {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Carried out twice it would do other than once, so it is retried only where it surely was not carried out. */
  readonly once?: boolean;
  /** Texts that must not show up in an error. */
  readonly secrets?: readonly string[];
}

/** Sends one call and gives the JSON of its answer, `undefined` where there is none. */
export type Send = (call: Call) => Promise<unknown>;

const retries = 4;
/** Before the first retry; twice as long before each further one, and all that times a random factor from 1 to 2. */
const firstDelayMs = 200;

export function createTransport(settings: Settings): Send {
  const agent = createAgent(settings.endpoint);
  const timeoutMs = settings.timeoutSeconds * 1000;
  let libraries: ReturnType<typeof load> | undefined;

  return async function send(call) {
    const { fetch, retry } = await (libraries ??= load(settings.maxRequestsPerSecond));
    const end = Date.now() + timeoutMs;
    const signal = AbortSignal.timeout(timeoutMs);

    let last: LogtoError | undefined;

    async function attempt(): Promise<unknown> {
      try {
        const response = await fetch(settings.endpoint + call.path, {
          method: call.method,
          // The message of an error depends on the language, so one language is asked for.
          headers: { accept: "application/json", "accept-language": "en", ...call.headers },
          ...(call.body === undefined ? {} : { body: call.body }),
          agent,
          // Followed, a redirect would carry the token or the client's secret to another place.
          redirect: "manual",
          signal,
        });
        return parse(call, settings, response, await response.text());
      } catch (error) {
        const failure = error instanceof LogtoError ? error : connectionError(call, settings, error);
        // Where the time ran out over retries, what went wrong before says more.
        last = failure.code === "timeout" ? (last ?? failure) : failure;
        throw last;
      }
    }

    return retry(attempt, {
      retries,
      minTimeout: firstDelayMs,
      randomize: true,
      shouldRetry: async ({ error }) => {
        if (!(error instanceof LogtoError) || !isWorthRetrying(error, call.once ?? false)) return false;
        const wait = error.retryAfterMs ?? 0;
        if (Date.now() + wait > end) return false;
        await sleep(wait);
        return true;
      },
    });
  };
}

/** They are ES modules, and this file is CommonJS because the dynamic host loads it by `require`. */
async function load(maxRequestsPerSecond: number | undefined) {
  const [{ default: nodeFetch }, { default: retry }, { default: throttle }] = await Promise.all([
    import("node-fetch"),
    import("p-retry"),
    import("p-throttle"),
  ]);
  // Begun past its deadline, a request with a body makes node-fetch 3.3 destroy the body with an error that nobody
  // listens to, which ends the process.
  const fetch = (url: string, init: RequestInit & { signal: AbortSignal }): Promise<Response> => {
    init.signal.throwIfAborted();
    return nodeFetch(url, init);
  };
  if (maxRequestsPerSecond === undefined) return { fetch, retry };
  return { fetch: throttle({ limit: maxRequestsPerSecond, interval: 1000 })(fetch), retry };
}

/**
 * Connection faults and a server that is overloaded or restarting. Not a timeout: an identity provider that hangs
 * makes Logto hang as well, and would cost each retry the same time again.
 */
function isWorthRetrying(error: LogtoError, once: boolean): boolean {
  if ((once && error.maybeDone) || isUntrusted(error.cause)) return false;
  return error.code === "unreachable" || [429, 502, 503, 504].includes(error.status ?? 0);
}

function parse(call: Call, settings: Settings, response: Response, text: string): unknown {
  const { status } = response;
  const json = parseJson(text);
  if (status === 204) return undefined;
  if (status < 300 && json !== undefined) return json;
  const body = isErrorBody(json) ? json : undefined;
  if (status >= 400 && (body !== undefined || status === 429 || status >= 500)) {
    const retryAfter = Number(response.headers.get("retry-after") ?? "0");
    throw answerError(call, status, body, {
      redact: (said) => redact(said, call.secrets),
      // The header can also hold a date, which Logto Cloud does not use; the usual delay must do then.
      retryAfterMs: Number.isFinite(retryAfter) ? retryAfter * 1000 : 0,
    });
  }
  const type = response.headers.get("content-type") ?? "no content type";
  const where = response.headers.get("location");
  throw new LogtoError(call, {
    code: "not-logto",
    status,
    // An answer of success that can't be read may be Logto's own, cut off.
    maybeDone: status < 300,
    message:
      `${call.method} ${settings.endpoint}${call.path} was answered with ${status} and ${type}, not as Logto answers` +
      `${where === null ? "" : `, pointing to ${originOf(where, settings.endpoint)}`}. ` +
      `Check that ${settings.origin("endpoint")} is the address of Logto itself, not of its console or of a proxy.`,
  });
}

/** Failures to connect at all: nothing was sent. */
const neverSent: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
]);

/** Whether the certificate that was shown is not one to trust; the codes are those of OpenSSL and Node.js. */
function isUntrusted(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === "string" && /CERT|ISSUER|SELF_SIGNED|TLS/.test(code);
}

function connectionError(call: Call, settings: Settings, error: unknown): LogtoError {
  const timedOut = error instanceof Error && ["TimeoutError", "AbortError"].includes(error.name);
  const reason =
    error instanceof Error ? ((error as { code?: string }).code ?? error.message) : String(error);
  return new LogtoError(call, {
    code: timedOut ? "timeout" : "unreachable",
    cause: error,
    maybeDone: !neverSent.has(reason) && !isUntrusted(error),
    message: timedOut
      ? `${call.method} ${call.path} got no answer from ${settings.endpoint} within ${settings.timeoutSeconds} s ` +
        "(logto:timeoutSeconds). See whether Logto is well, or set a longer time."
      : `${call.method} ${call.path} did not get through to Logto at ${settings.endpoint}: ${redact(reason, call.secrets)}. ` +
        (isUntrusted(error)
          ? "Its certificate is not trusted here: add a private certificate authority by NODE_EXTRA_CA_CERTS."
          : `Check ${settings.origin("endpoint")} and the network between here and there.`),
  });
}

function originOf(location: string, base: string): string {
  return URL.canParse(location, base) ? new URL(location, base).origin : "elsewhere";
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** An error of Logto's own: it has a message, and nearly always a code. */
function isErrorBody(value: unknown): value is { code?: unknown; message?: unknown } {
  return typeof value === "object" && value !== null && ("code" in value || "message" in value);
}

/** Short secrets are left alone: taken out of a text they would only garble it. */
function redact(text: string, secrets: readonly string[] = []): string {
  return secrets
    .filter((secret) => secret.length >= 4)
    .reduce((safe, secret) => safe.replaceAll(secret, "[secret]"), text);
}
