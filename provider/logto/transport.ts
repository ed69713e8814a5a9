/** HTTP to Logto: kept-alive connections, a deadline on every call, no redirects, errors without secrets. */
import * as http from "node:http";
import * as https from "node:https";
import type { Response } from "node-fetch" with { "resolution-mode": "import" };
import { answerError, LogtoError, type Request } from "./errors";
import type { Settings } from "./settings";

export interface Call extends Request {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Texts that must not show up in an error. */
  readonly secrets?: readonly string[];
}

/** Sends one call and gives the JSON of its answer, `undefined` where there is none. */
export type Send = (call: Call) => Promise<unknown>;

/** As many connections as the engine has calls under way on a large machine, and no more. */
const maxSockets = 16;

export function createTransport(settings: Settings): Send {
  const agents = {
    "http:": new http.Agent({ keepAlive: true, maxSockets }),
    "https:": new https.Agent({ keepAlive: true, maxSockets }),
  };
  const agentOf = (url: URL) => (url.protocol === "http:" ? agents["http:"] : agents["https:"]);

  return async function send(call) {
    // node-fetch is an ES module, and this file is CommonJS because the dynamic host loads it by `require`.
    const { default: fetch } = await import("node-fetch");
    try {
      const response = await fetch(settings.endpoint + call.path, {
        method: call.method,
        // The message of an error depends on the language, so one language is asked for.
        headers: { accept: "application/json", "accept-language": "en", ...call.headers },
        ...(call.body === undefined ? {} : { body: call.body }),
        agent: agentOf,
        // Followed, a redirect would carry the token or the client's secret to another place.
        redirect: "manual",
        signal: AbortSignal.timeout(settings.timeoutSeconds * 1000),
      });
      return parse(call, settings, response, await response.text());
    } catch (error) {
      throw error instanceof LogtoError ? error : connectionError(call, settings, error);
    }
  };
}

function parse(call: Call, settings: Settings, response: Response, text: string): unknown {
  const { status } = response;
  const json = parseJson(text);
  if (status >= 200 && status < 300) {
    if (status === 204) return undefined;
    if (json !== undefined) return json;
  } else if (isObject(json) || status === 429 || status >= 500) {
    throw answerError(call, status, isObject(json) ? json : undefined, (said) => redact(said, call.secrets));
  }
  const type = response.headers.get("content-type") ?? "no content type";
  const where = response.headers.get("location");
  throw new LogtoError(call, {
    code: "not-logto",
    status,
    message:
      `${call.method} ${settings.endpoint}${call.path} was answered with ${status} and ${type}, not as Logto answers` +
      `${where === null ? "" : `, pointing to ${new URL(where, settings.endpoint).origin}`}. ` +
      `Check that ${settings.origin("endpoint")} is the address of Logto itself, not of its console or of a proxy.`,
  });
}

function connectionError(call: Call, settings: Settings, error: unknown): LogtoError {
  const timedOut = error instanceof Error && ["TimeoutError", "AbortError"].includes(error.name);
  const reason =
    error instanceof Error ? ((error as { code?: string }).code ?? error.message) : String(error);
  return new LogtoError(call, {
    code: timedOut ? "timeout" : "unreachable",
    cause: error,
    message: timedOut
      ? `${call.method} ${call.path} got no answer from ${settings.endpoint} within ${settings.timeoutSeconds} s ` +
        "(logto:timeoutSeconds). It may have been carried out all the same."
      : `${call.method} ${call.path} did not get through to Logto at ${settings.endpoint}: ${redact(reason, call.secrets)}. ` +
        `Check ${settings.origin("endpoint")} and the network between here and there.`,
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** Short secrets are left alone: taken out of a text they would only garble it. */
function redact(text: string, secrets: readonly string[] = []): string {
  return secrets
    .filter((secret) => secret.length >= 4)
    .reduce((safe, secret) => safe.replaceAll(secret, "[secret]"), text);
}
