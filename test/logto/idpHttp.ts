/** Logto's requests to identity providers: HTTP GET, up to three attempts, no timeout. */
import * as http from "node:http";
import * as https from "node:https";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { brotliDecompressSync, unzipSync } from "node:zlib";
import { isUrl } from "../../provider/connector/url";

export interface IdpResponse {
  readonly ok: boolean;
  readonly body: string;
}

/** A request without a response, with what Logto's error bodies contain of it (names observed with got 14). */
class IdpRequestError extends Error {
  constructor(
    readonly code: string,
    override readonly name = "RequestError",
  ) {
    super(code);
  }

  toJSON(): object {
    return { code: this.code, name: this.name };
  }
}

const retriedStatuses = [408, 413, 429, 500, 502, 503, 504, 521, 522, 524];
const retriedCodes = [
  "ETIMEDOUT",
  "ECONNRESET",
  "EADDRINUSE",
  "ECONNREFUSED",
  "EPIPE",
  "ENOTFOUND",
  "ENETUNREACH",
  "EAI_AGAIN",
];

/** The headers that got 14 sends by default. */
const headers = {
  "user-agent": "got (https://github.com/sindresorhus/got)",
  "accept-encoding": "gzip, deflate, br",
};

/** Sends a GET request to an identity provider. */
export type IdpFetch = (url: string) => Promise<IdpResponse>;

/** Retries after `retryDelayMs`, and again after twice that (measured: 3 s in total). */
export async function fetchFromIdp(url: string, retryDelayMs = 1000): Promise<IdpResponse> {
  for (let attempt = 0; ; attempt++) {
    try {
      const { status, body } = await get(url);
      const ok = (status >= 200 && status < 300) || status === 304;
      if (attempt === 2 || !retriedStatuses.includes(status)) return { ok, body };
    } catch (error) {
      const requestError =
        error instanceof IdpRequestError
          ? error
          : new IdpRequestError((error as NodeJS.ErrnoException).code ?? "ECONNRESET");
      if (attempt === 2 || !retriedCodes.includes(requestError.code)) throw requestError;
    }
    await sleep(retryDelayMs * 2 ** attempt);
  }
}

async function get(url: string, redirects = 0): Promise<{ status: number; body: string }> {
  const { status, location, body } = await send(targetOf(url));
  if (location === undefined || ![300, 301, 302, 303, 307, 308].includes(status)) return { status, body };
  if (redirects === 10) throw new IdpRequestError("ERR_TOO_MANY_REDIRECTS", "MaxRedirectsError");
  return get(new URL(location, url).href, redirects + 1);
}

/** Refuses what got does. It takes a `unix:` URL for one of the host `unix`, which it refuses (got 14, core/options.js). */
function targetOf(url: string): URL {
  if (url.startsWith("/")) throw new IdpRequestError("ERR_GOT_REQUEST_ERROR");
  if (!isUrl(url)) throw new IdpRequestError("ERR_INVALID_URL");
  const target = new URL(url);
  if (target.protocol === "unix:") return targetOf(`http://unix${target.pathname}${target.search}`);
  if (!/^https?:$/.test(target.protocol)) throw new IdpRequestError("ERR_UNSUPPORTED_PROTOCOL");
  if (target.hostname === "unix") throw new IdpRequestError("ERR_GOT_REQUEST_ERROR");
  return target;
}

interface Received {
  readonly status: number;
  readonly location: string | undefined;
  readonly body: string;
}

/** Avoids the global fetch, which refuses some ports without a request. */
function send(target: URL): Promise<Received> {
  return new Promise((resolve, reject) => {
    const { get } = target.protocol === "https:" ? https : http;
    get(target, { headers }, (response) => {
      const { statusCode: status = 0, headers } = response;
      textOf(response).then((body) => {
        resolve({ status, location: headers.location, body });
      }, reject);
    }).on("error", reject);
  });
}

/** Keeps a byte order mark, so that JSON fails to parse, and a body in an encoding that got does not know. */
async function textOf(response: http.IncomingMessage): Promise<string> {
  const encoding = response.headers["content-encoding"]?.toLowerCase() ?? "";
  try {
    const bytes = await buffer(response);
    // An empty body is none in any encoding (seen with Logto 1.42).
    if (bytes.length === 0 || !["gzip", "deflate", "br"].includes(encoding)) return bytes.toString();
    return (encoding === "br" ? brotliDecompressSync(bytes) : unzipSync(bytes)).toString();
  } catch (error) {
    throw new IdpRequestError((error as NodeJS.ErrnoException).code ?? "", "ReadError");
  }
}
