/** Requests of a probe: few, short, and only to addresses that a secret may be sent to. */
import { setMaxListeners } from "node:events";
import type * as http from "node:http";
import type { default as Fetch, Response } from "node-fetch" with { "resolution-mode": "import" };
import { isLoopback } from "../../logto/addresses";
import { isUrl } from "../../connector/url";
import { createAgent } from "../../logto/agents";
import { excerpt } from "../../logto/errors";
import { ExpectedError, printableReason } from "../../expectedError";
import type { Redact } from "../../logto/redaction";
import { SettingsError } from "../../logto/settings";
import { version } from "../../manifest";
import { inSeconds } from "../../values";
import type { ProbeResponse } from "./readResponse";

/** The size of the part of a response that is read; the rest is not needed. */
const maxBytes = 512 * 1024;

export interface ProbeRequest {
  readonly method: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

/** Sends a request without following redirects, which could carry a secret elsewhere. */
export type SendProbe = (url: string, request: ProbeRequest) => Promise<ProbeResponse>;

export async function createSend(): Promise<SendProbe> {
  // An ES module: this file is CommonJS.
  const { default: fetch } = (await import("node-fetch")) as { default: typeof Fetch };
  const agents = new Map<string, http.Agent>();
  return async (url, { headers, signal, ...request }) => {
    const { origin } = new URL(url);
    const agent = agents.get(origin) ?? createAgent(origin).agent;
    agents.set(origin, agent);
    // node-fetch 3.3 ends the process when a request with a body begins past its deadline.
    signal.throwIfAborted();
    const response = await fetch(url, {
      ...request,
      headers: {
        // Error pages are recognized by their text.
        "accept-language": "en",
        "user-agent": `pulumi-logto-sso/${version}`,
        ...headers,
      },
      agent,
      redirect: "manual",
      signal,
    });
    const location = response.headers.get("location") ?? undefined;
    return { status: response.status, location, text: await textOf(response) };
  };
}

const maxRedirects = 5;

/** A document, and the address to which it has moved for good. */
export interface FoundDocument {
  readonly status: number;
  readonly text: string;
  readonly movedTo?: string;
}

/**
 * Gets a public document, behind redirects to allowed addresses.
 *
 * @throws ExpectedError if redirects lead nowhere
 */
export async function getDocument(
  send: SendProbe,
  address: string,
  signal: AbortSignal,
): Promise<FoundDocument> {
  let url = address;
  let hasMoved = true;
  for (let redirects = 0; redirects <= maxRedirects; redirects++) {
    const { status, location, text } = await send(url, { method: "GET", signal });
    if (status < 300 || status >= 400 || location === undefined || !isUrl(location, url)) {
      return { status, text, ...(hasMoved && url !== address ? { movedTo: url } : {}) };
    }
    hasMoved &&= status === 301 || status === 308;
    url = new URL(location, url).href;
    if (!isAllowed(url, address)) throw new ExpectedError("it redirects to an address without https://");
  }
  throw new ExpectedError("it redirects in circles");
}

async function textOf({ body }: Response): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Leaving the loop closes the connection.
  for await (const chunk of body ?? []) {
    chunks.push(Buffer.from(chunk));
    bytes += chunk.length;
    if (bytes >= maxBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, maxBytes).toString();
}

/**
 * Whether a probe may send to an address: `https:`, or a loopback address where the issuer is on this machine as well. One
 * with a user name or a password is refused, since it would be shown.
 */
export function isAllowed(address: unknown, issuer: string): address is string {
  if (typeof address !== "string" || !isUrl(address)) return false;
  const { protocol, hostname, username, password } = new URL(address);
  if (username !== "" || password !== "") return false;
  return (
    protocol === "https:" ||
    (protocol === "http:" && isLoopback(hostname) && isLoopback(new URL(issuer).hostname))
  );
}

/** Runs requests that share a deadline. */
export async function withDeadline<Result>(
  timeoutMs: number,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const deadline = new AbortController();
  // Every request under way listens, more than the ten from which on Node.js warns of a leak.
  setMaxListeners(0, deadline.signal);
  const timer = setTimeout(() => {
    deadline.abort(new DOMException("The time is up.", "TimeoutError"));
  }, timeoutMs);
  try {
    return await work(deadline.signal);
  } finally {
    clearTimeout(timer);
  }
}

/** Returns why a request got no response, for the end of a sentence. */
export function reasonOf(error: unknown, timeoutMs: number, redact: Redact): string {
  if (error instanceof SettingsError) return "the proxy's address is malformed";
  if (error instanceof ExpectedError) return error.message;
  const { name, code } = Object(error) as Partial<NodeJS.ErrnoException>;
  if (name === "TimeoutError" || name === "AbortError") return `no response within ${inSeconds(timeoutMs)}`;
  const proxyFailure = /^ERR_PROXY_(.*)$/.exec(code ?? "")?.[1];
  if (proxyFailure !== undefined) return `the proxy failed: ${excerpt(redact(proxyFailure), 60)}`;
  return excerpt(code === undefined ? printableReason(error, redact) : redact(code), 100);
}
