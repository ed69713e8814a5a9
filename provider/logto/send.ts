/**
 * Sends requests to Logto over HTTP: with kept-alive connections, a deadline that includes all retries, a rate limit and a
 * limit of the response, without redirects; errors contain no secrets.
 */
import type * as http from "node:http";
import type { default as Fetch, Response } from "node-fetch" with { "resolution-mode": "import" };
import { createAgent, type Proxy } from "./agents";
import { asExpected } from "../expectedError";
import { version } from "../manifest";
import { connectionError } from "./connectionErrors";
import { LogtoError, type Request } from "./errors";
import { createThrottle, pause, RateLimiter } from "./rateLimiter";
import { type Redact, redactor } from "./redaction";
import { type ApiResponse, parseResponse } from "./response";
import { type Outcome, outcomeOfAll, planRetry } from "./retryPolicy";
import { basicCredentials, type Settings } from "./settings";

/** Options for the response of a request. */
export interface ResponseOptions {
  /** Shortens the text of the response before it is parsed. */
  readonly shorten?: (text: string) => string;
  /** Maximum size of the response, decompressed. Default: 4 MiB. */
  readonly maxBytes?: number;
  /** The time for the request with its retries. Default: `logto:timeoutSeconds`. */
  readonly timeoutMs?: number;
  /** Cancels the request when nobody waits for the response any longer. */
  readonly signal?: AbortSignal | undefined;
}

/** A request to Logto, whatever it is authorized with. */
export interface HttpRequest extends Request, ResponseOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Whether sending the request twice has the effect of sending it once. */
  readonly idempotent: boolean;
  /** Whether the request is not retried. Default: `false`. */
  readonly once?: boolean;
  /** Texts to remove from errors, besides the secrets of the settings. */
  readonly secrets?: readonly string[];
}

/** Sends a request, and retries it where that helps and is safe. */
export type Send = (request: HttpRequest) => Promise<ApiResponse>;

/**
 * Makes the function that sends all requests of a client.
 *
 * @param onRequest called for every request that is sent, retries included
 * @param interruption ends all waiting
 * @throws SettingsError where the environment names a proxy whose address is malformed
 */
export function createSend(settings: Settings, onRequest: () => void, interruption?: AbortSignal): Send {
  const { agent, proxy } = createAgent(settings.endpoint);
  let libraries: ReturnType<typeof load> | undefined;

  return async (request) => {
    const { fetch, rateLimiter } = await (libraries ??= load(settings.maxRequestsPerSecond));
    const connections = { fetch, agent, proxy, settings, onRequest, interruption };
    const timeoutMs = request.timeoutMs ?? settings.timeoutSeconds * 1000;
    const outcomes: Outcome[] = [];
    let deadline = Date.now() + timeoutMs;
    const used = { retries: 0, rateLimited: 0, rateLimitedMs: 0 };
    let previous: LogtoError | undefined;
    for (;;) {
      deadline += await rateLimiter.acquire(interruption);
      try {
        return await sendOnce(request, deadline - Date.now(), connections);
      } catch (error) {
        if (!(error instanceof LogtoError)) throw error;
        outcomes.push(error.outcome);
        const isTimeUp = error.code === "timeout" || error.code === "interrupted";
        // Where retries used up the time, the failure before them says more.
        const failure = (isTimeUp ? (previous ?? error) : error).withOutcome(outcomeOfAll(outcomes));
        const budget = { ...used, remainingMs: deadline - Date.now(), timeoutMs };
        const isFinal = isTimeUp || request.once === true;
        const retry = isFinal ? undefined : planRetry(error, request.idempotent, budget, Math.random());
        if (retry === undefined) throw failure;
        previous = error;
        if (retry.pausesAll) {
          used.rateLimited++;
          used.rateLimitedMs += retry.afterMs;
          rateLimiter.pauseFor(retry.afterMs);
        } else {
          used.retries++;
          await pause(retry.afterMs, interruption);
        }
      }
    }
  };
}

/** Loads ES modules: this file is CommonJS because the dynamic host loads it with `require`. */
async function load(maxRequestsPerSecond: number | undefined) {
  const { default: fetch } = await import("node-fetch");
  const throttle =
    maxRequestsPerSecond === undefined ? undefined : await createThrottle(maxRequestsPerSecond);
  return { fetch, rateLimiter: new RateLimiter(throttle) };
}

/** The parts of a client that all its requests share. */
interface Connections {
  readonly fetch: typeof Fetch;
  readonly agent: http.Agent;
  readonly proxy: Proxy | undefined;
  readonly settings: Settings;
  readonly onRequest: () => void;
  /** Aborted when nobody can wait any longer, as after Ctrl-C. */
  readonly interruption: AbortSignal | undefined;
}

/**
 * The limit of a response, which is held in memory whoever sent it: a gzip of 400 kB can contain 400 MB. The largest object
 * is a connector with SAML metadata, of which Logto accepts up to 1 MiB.
 */
const maxObjectBytes = 4 * 2 ** 20;

/** How long after an interruption an answer is awaited that says whether something was changed. */
const lastAnswerMs = 1000;

/**
 * Sends a request once.
 *
 * @param remainingMs time until the deadline
 * @throws LogtoError
 */
async function sendOnce(
  request: HttpRequest,
  remainingMs: number,
  connections: Connections,
): Promise<ApiResponse> {
  const { proxy, settings } = connections;
  const redact = redactor([
    settings.clientSecret,
    basicCredentials(settings),
    ...(proxy?.secrets ?? []),
    ...(request.secrets ?? []),
  ]);
  try {
    return await exchange(request, remainingMs, connections, redact);
  } catch (error) {
    // Nowhere else are the request's secrets known.
    throw asExpected(error, redact);
  }
}

async function exchange(
  request: HttpRequest,
  remainingMs: number,
  { fetch, agent, proxy, settings, onRequest, interruption }: Connections,
  redact: Redact,
): Promise<ApiResponse> {
  const { maxBytes = maxObjectBytes, timeoutMs = settings.timeoutSeconds * 1000 } = request;
  const deadline = new AbortController();
  const abort = () => {
    deadline.abort(timeoutReason());
  };
  let timer: NodeJS.Timeout | undefined;
  const interrupt = () => {
    clearTimeout(timer);
    timer = setTimeout(abort, request.method === "GET" ? 0 : Math.min(lastAnswerMs, remainingMs));
  };
  let response: Response | undefined;
  let sent = false;
  let text: string;
  try {
    // node-fetch 3.3 ends the process when a request with a body begins past its deadline: it destroys the body
    // with an error that nobody listens to.
    if (remainingMs <= 0 || request.signal?.aborted || interruption?.aborted) throw timeoutReason();
    // Not AbortSignal.timeout, which keeps each request's signal in memory until its time is up.
    timer = setTimeout(abort, Math.ceil(remainingMs));
    request.signal?.addEventListener("abort", abort, { once: true });
    interruption?.addEventListener("abort", interrupt, { once: true });
    sent = true;
    onRequest();
    response = await fetch(settings.endpoint + request.path, {
      method: request.method,
      headers: {
        accept: "application/json",
        // The message of an error depends on the language.
        "accept-language": "en",
        "user-agent": `pulumi-logto-sso/${version}`,
        ...request.headers,
      },
      ...(request.body === undefined ? {} : { body: request.body }),
      agent,
      size: maxBytes,
      // A redirect that is followed would carry the token or the client secret elsewhere.
      redirect: "manual",
      signal: deadline.signal,
    });
    text = await response.text();
  } catch (error) {
    const { status } = response ?? {};
    const interrupted = interruption?.aborted === true;
    const circumstances = { sent, status, timeoutMs, maxBytes, interrupted };
    throw connectionError(request, { error, ...circumstances, proxy, settings, redact });
  } finally {
    clearTimeout(timer);
    request.signal?.removeEventListener("abort", abort);
    interruption?.removeEventListener("abort", interrupt);
  }
  const { status, headers } = response;
  const raw = { status, headers, text: request.shorten?.(text) ?? text };
  return parseResponse(request, raw, settings, redact);
}

function timeoutReason(): DOMException {
  return new DOMException("The time is up.", "TimeoutError");
}
