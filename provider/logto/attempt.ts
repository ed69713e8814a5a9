/** One request and its answer: no redirects, a deadline, a limit to the answer's size, errors without secrets. */
import type * as http from "node:http";
import type { default as Fetch, Response } from "node-fetch" with { "resolution-mode": "import" };
import type { Proxy } from "./agents";
import { connectionError } from "./connectionErrors";
import type { Request } from "./errors";
import { redactor } from "./redaction";
import { type Answer, readAnswer } from "./response";
import { basicCredentials, type Settings } from "./settings";

export interface Call extends Request {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Whether it does the same when it is carried out twice. */
  readonly isIdempotent: boolean;
  /** Makes the text of the answer shorter before it is parsed. */
  readonly shorten?: (text: string) => string;
  /** Of the answer, decompressed. Default: {@link maxObjectBytes}. */
  readonly maxBytes?: number;
  /** Default: `logto:timeoutSeconds`. */
  readonly timeoutMs?: number;
  /** Ends the call when nobody waits for its answer any more. */
  readonly signal?: AbortSignal | undefined;
  /** Texts that must not show up in an error, besides those of the settings. */
  readonly secrets?: readonly string[];
}

/**
 * An answer is taken in memory, whatever it is: a gzip of 400 kB can hold 400 MB. One object is a connector with SAML
 * metadata, which Logto takes up to 1 MiB of, at most.
 */
export const maxObjectBytes = 4 * 2 ** 20;

/** What all requests to a Logto share. */
export interface Connections {
  readonly fetch: typeof Fetch;
  readonly agent: http.Agent;
  readonly proxy: Proxy | undefined;
  readonly settings: Settings;
  readonly onRequest: () => void;
}

/**
 * @param leftMs until the deadline
 * @throws LogtoError
 */
export async function attempt(call: Call, leftMs: number, connections: Connections): Promise<Answer> {
  const { fetch, agent, proxy, settings, onRequest } = connections;
  const { maxBytes = maxObjectBytes, timeoutMs = settings.timeoutSeconds * 1000 } = call;
  const redact = redactor([
    settings.clientSecret,
    basicCredentials(settings),
    ...(proxy?.secrets ?? []),
    ...(call.secrets ?? []),
  ]);
  const deadline = new AbortController();
  const end = () => {
    deadline.abort(timeUp());
  };
  let timer: NodeJS.Timeout | undefined;
  let response: Response | undefined;
  let began = false;
  let text: string;
  try {
    // node-fetch 3.3 ends the process when a request with a body begins past its deadline: it destroys the body
    // with an error that nobody listens to.
    if (leftMs <= 0 || call.signal?.aborted) throw timeUp();
    // Not AbortSignal.timeout, which keeps each request's signal in memory until its time is up.
    timer = setTimeout(end, Math.ceil(leftMs));
    call.signal?.addEventListener("abort", end, { once: true });
    began = true;
    onRequest();
    response = await fetch(settings.endpoint + call.path, {
      method: call.method,
      // The message of an error depends on the language, so one language is asked for.
      headers: { accept: "application/json", "accept-language": "en", ...call.headers },
      ...(call.body === undefined ? {} : { body: call.body }),
      agent,
      size: maxBytes,
      // Followed, a redirect would carry the token or the client's secret to another place.
      redirect: "manual",
      signal: deadline.signal,
    });
    text = await response.text();
  } catch (error) {
    const { status } = response ?? {};
    throw connectionError(call, { error, began, status, timeoutMs, maxBytes, proxy, settings, redact });
  } finally {
    clearTimeout(timer);
    call.signal?.removeEventListener("abort", end);
  }
  const { status, headers } = response;
  const raw = { status, text: call.shorten?.(text) ?? text, header: (name: string) => headers.get(name) };
  return readAnswer(call, raw, settings, redact);
}

function timeUp(): DOMException {
  return new DOMException("The time is up.", "TimeoutError");
}
