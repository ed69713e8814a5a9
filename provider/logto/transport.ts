/** HTTP to Logto: kept-alive connections, a deadline, retries and a pace, no redirects, errors without secrets. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Response } from "node-fetch" with { "resolution-mode": "import" };
import { createAgent } from "./agents";
import { answerError, LogtoError, type Request } from "./errors";
import { outcomeOf } from "./outcome";
import { Pace, turnsOf } from "./pace";
import type { Settings } from "./settings";

export interface Call extends Request {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Carried out twice it would do other than once, so it is retried only where it surely was not carried out. */
  readonly once?: boolean;
  /** Makes the text of the answer shorter before it is parsed. */
  readonly shorten?: (text: string) => string;
  /** Texts that must not show up in an error. */
  readonly secrets?: readonly string[];
}

/** Sends one call and gives the JSON of its answer, `undefined` where there is none. */
export type Send = (call: Call) => Promise<unknown>;

const retries = 4;
/** Before the first retry; twice as long before each further one, and all that times a random factor from 1 to 2. */
const firstDelayMs = 200;
/**
 * How long, in deadlines, a request waits for a limit of requests that others use up: Logto Cloud's is shared with
 * sign-ins, and to be refused by it is no fault of anybody's.
 */
const maxHeldDeadlines = 10;
/** Where a 429 does not say how long to wait; twice as long after each further one, up to the limit's own 10 s. */
const firstHoldMs = 1000;
const maxHoldMs = 10_000;

/** @param onRequest called for every request that goes out, retries included */
export function createTransport(settings: Settings, onRequest: () => void = () => undefined): Send {
  const agent = createAgent(settings.endpoint);
  const timeoutMs = settings.timeoutSeconds * 1000;
  let libraries: ReturnType<typeof load> | undefined;

  return async function send(call) {
    const { fetch, retry, pace } = await (libraries ??= load(settings.maxRequestsPerSecond));
    let end = Date.now() + timeoutMs;
    let held = 0;
    let holdMs = firstHoldMs;
    let last: LogtoError | undefined;

    async function attempt(): Promise<unknown> {
      end += await pace.next();
      const deadline = new AbortController();
      let timer: NodeJS.Timeout | undefined;
      try {
        const leftMs = Math.ceil(end - Date.now());
        // node-fetch 3.3 ends the process when a request with a body begins past its deadline: it destroys the body
        // with an error that nobody listens to.
        if (leftMs <= 0) throw timeUp();
        // Not AbortSignal.timeout, which keeps each request's signal in memory until its time is up.
        timer = setTimeout(() => {
          deadline.abort(timeUp());
        }, leftMs);
        onRequest();
        const response = await fetch(settings.endpoint + call.path, {
          method: call.method,
          // The message of an error depends on the language, so one language is asked for.
          headers: { accept: "application/json", "accept-language": "en", ...call.headers },
          ...(call.body === undefined ? {} : { body: call.body }),
          agent,
          // Followed, a redirect would carry the token or the client's secret to another place.
          redirect: "manual",
          signal: deadline.signal,
        });
        const text = await response.text();
        return parse(call, settings, response, call.shorten?.(text) ?? text);
      } catch (error) {
        const failure = error instanceof LogtoError ? error : connectionError(call, settings, error);
        // Where the time ran out over retries, what went wrong before says more.
        last = failure.code === "timeout" ? (last ?? failure) : failure;
        throw last;
      } finally {
        clearTimeout(timer);
      }
    }

    /** Waits as long as Logto asks for, if that is not too long. */
    async function waitFor(error: LogtoError): Promise<boolean> {
      if (error.status !== 429) {
        const wait = error.retryAfterMs ?? 0;
        if (Date.now() + wait > end) return false;
        await sleep(wait);
        return true;
      }
      // Never at once: it could go on without end.
      const hold = Math.max(error.retryAfterMs ?? holdMs, firstDelayMs);
      holdMs = Math.min(holdMs * 2, maxHoldMs);
      held += hold;
      if (held > maxHeldDeadlines * timeoutMs) return false;
      pace.hold(hold);
      return true;
    }

    return retry(attempt, {
      retries,
      minTimeout: firstDelayMs,
      randomize: true,
      shouldConsumeRetry: ({ error }) => !(error instanceof LogtoError && error.status === 429),
      shouldRetry: ({ error }) =>
        error instanceof LogtoError && isWorthRetrying(error, call.once ?? false) && waitFor(error),
    });
  };
}

function timeUp(): DOMException {
  return new DOMException("The time is up.", "TimeoutError");
}

/** They are ES modules, and this file is CommonJS because the dynamic host loads it by `require`. */
async function load(maxRequestsPerSecond: number | undefined) {
  const [{ default: fetch }, { default: retry }] = await Promise.all([
    import("node-fetch"),
    import("p-retry"),
  ]);
  const turn = maxRequestsPerSecond === undefined ? undefined : await turnsOf(maxRequestsPerSecond);
  return { fetch, retry, pace: new Pace(turn) };
}

/**
 * Connection faults and a server that is overloaded or restarting. Not a timeout: an identity provider that hangs
 * makes Logto hang as well, and would cost each retry the same time again.
 */
function isWorthRetrying(error: LogtoError, once: boolean): boolean {
  if ((once && error.outcome === "unknown") || isUntrusted(error.cause)) return false;
  return error.code === "unreachable" || [429, 502, 503, 504].includes(error.status ?? 0);
}

function parse(call: Call, settings: Settings, response: Response, text: string): unknown {
  const { status } = response;
  const json = parseJson(text);
  // Where Logto sets no more than the status, its framework adds its name as text (recorded of a link).
  if (status === 204 || (status === 201 && text === "Created")) return undefined;
  if (status < 300 && json !== undefined) return json;
  const body = isErrorBody(json) ? json : undefined;
  if (status >= 400 && (body !== undefined || status === 429 || status >= 500)) {
    // The header can also hold a date, which Logto Cloud does not use; the usual delay must do then.
    const retryAfter = Number.parseFloat(response.headers.get("retry-after") ?? "");
    throw answerError(call, status, body, {
      redact: (said) => redact(said, call.secrets),
      retryAfterMs: Number.isFinite(retryAfter) ? retryAfter * 1000 : undefined,
    });
  }
  const type = response.headers.get("content-type") ?? "no content type";
  const where = response.headers.get("location");
  throw new LogtoError(call, {
    code: "not-logto",
    status,
    outcome: outcomeOf({ sent: true, status }),
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
    outcome: outcomeOf({ sent: !neverSent.has(reason) && !isUntrusted(error) }),
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
