/** One request and its response: no redirects, a deadline, a limit to the response's size, errors without secrets. */
import type * as http from "node:http";
import type { default as Fetch, Response } from "node-fetch" with { "resolution-mode": "import" };
import type { Proxy } from "./agents";
import { asExpected } from "../expectedError";
import { version } from "../manifest";
import type { ApiResponse, Request, ResponseOptions } from "./call";
import { connectionError } from "./connectionErrors";
import { type Redact, redactor } from "./redaction";
import { parseResponse } from "./response";
import { basicCredentials, type Settings } from "./settings";

export interface HttpRequest extends Request, ResponseOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Whether sending the request twice has the effect of sending it once. */
  readonly idempotent: boolean;
  /** Whether it is not retried, since it is not worth it. */
  readonly once?: boolean;
  /** Texts to remove from errors, besides the secrets of the settings. */
  readonly secrets?: readonly string[];
}

/**
 * The limit of a response, which is held in memory whoever sent it: a gzip of 400 kB can contain 400 MB. The largest object
 * is a connector with SAML metadata, of which Logto accepts up to 1 MiB.
 */
const maxObjectBytes = 4 * 2 ** 20;

/** What all requests to a Logto share. */
export interface Connections {
  readonly fetch: typeof Fetch;
  readonly agent: http.Agent;
  readonly proxy: Proxy | undefined;
  readonly settings: Settings;
  readonly onRequest: () => void;
  /** Aborted when nobody can wait any longer, as after Ctrl-C. */
  readonly interruption: AbortSignal | undefined;
}

/** How long after an interruption an answer is awaited that says whether something was changed. */
const lastAnswerMs = 1000;

/**
 * @param remainingMs time until the deadline
 * @throws LogtoError
 */
export async function attempt(
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
