// @ts-check
/** A client of GitHub's REST API, within its limits. */
import { setTimeout as sleep } from "node:timers/promises";
import { Problem } from "./runner.mjs";

const attempts = 3;
/** The longest time to wait for the end of a rate limit. */
const maxDelayMs = 300_000;
const timeoutMs = 30_000;

/**
 * @typedef {object} Response
 * @property {number} status
 * @property {Headers} headers
 * @property {any} body parsed, if it is JSON
 *
 * @typedef {object} GitHub
 * @property {string} repository such as `acme/infra`
 * @property {() => Promise<string>} login of whoever the token belongs to, such as `github-actions[bot]`
 * @property {(method: string, path: string, body?: object) => Promise<any>} request about the repository
 * @property {(path: string, isIt: (item: any) => boolean) => Promise<any>} find the first of a list of several pages
 */

/**
 * @param {{ api: string, graphql: string, repository: string, token: string, wait?: (ms: number) => Promise<void> }} options
 * @returns {GitHub}
 */
export function gitHubClient({ api, graphql, repository, token, wait = sleep }) {
  /**
   * @param {string} method
   * @param {string} url
   * @param {object | undefined} body
   * @param {boolean} mayRepeat whether it does no harm if it is applied twice
   */
  async function send(method, url, body, mayRepeat) {
    const what = `${method} ${url.slice(url.indexOf("/", 8))}`;
    for (let attempt = 1; ; attempt++) {
      const response = await sendOnce(method, url, body).catch((/** @type {any} */ error) => {
        if (mayRepeat && attempt < attempts) return undefined;
        throw new Problem(`GitHub could not be reached: ${what}: ${error.cause?.message ?? error.message}`);
      });
      if (response !== undefined && response.status < 300) {
        if (response.body === undefined) throw new Problem(`${what}: the answer is not from GitHub.`);
        return response.body;
      }
      const delay = response === undefined ? 1000 : delayOf(response, mayRepeat, Date.now());
      if (delay === undefined || delay > maxDelayMs || attempt === attempts) {
        throw new Problem(`${what}: ${explained(/** @type {Response} */ (response), repository)}`);
      }
      await wait(delay);
    }
  }

  /**
   * @param {string} method
   * @param {string} url
   * @param {object | undefined} body
   * @returns {Promise<Response>}
   */
  async function sendOnce(method, url, body) {
    const response = await fetch(url, {
      method,
      headers: {
        accept: "application/vnd.github+json",
        authorization: `Bearer ${token}`,
        "x-github-api-version": "2022-11-28",
      },
      signal: AbortSignal.timeout(timeoutMs),
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: parsed(text) };
  }

  /** @type {GitHub["request"]} */
  const request = (method, path, body) =>
    send(method, `${api}/repos/${repository}/${path}`, body, method !== "POST");
  return {
    repository,
    request,
    login: async () => {
      const answer = await send("POST", graphql, { query: "{ viewer { login } }" }, true);
      const login = answer?.data?.viewer?.login;
      if (typeof login !== "string") throw new Problem("GitHub does not say whose the github-token is.");
      return login;
    },
    find: async (path, isIt) => {
      for (let page = 1; ; page++) {
        const items = await request("GET", `${path}&per_page=100&page=${page}`);
        const found = items.find(isIt);
        if (found !== undefined || items.length < 100) return found;
      }
    },
  };
}

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Returns after how many ms a request is sent again, `undefined` for never. What a rate limit refuses is not applied.
 *
 * @param {Response} response
 * @param {boolean} mayRepeat
 * @param {number} now
 */
export function delayOf({ status, headers, body }, mayRepeat, now) {
  if (status === 429 || status === 403) {
    const seconds = headers.get("retry-after");
    if (seconds !== null) return Number(seconds) * 1000;
    if (headers.get("x-ratelimit-remaining") === "0") {
      return Math.max(0, Number(headers.get("x-ratelimit-reset")) * 1000 - now);
    }
    // "Wait for at least one minute", says GitHub of a secondary rate limit without any of these headers.
    return status === 429 || /secondary rate limit/i.test(body?.message ?? "") ? 60_000 : undefined;
  }
  return status >= 500 && mayRepeat ? 1000 : undefined;
}

/**
 * Says what GitHub answered, and what to do.
 *
 * @param {Response} response
 * @param {string} repository
 */
function explained({ status, body, headers }, repository) {
  const message = typeof body?.message === "string" ? body.message.slice(0, 500) : "no message";
  const details = body?.errors === undefined ? "" : ` ${JSON.stringify(body.errors).slice(0, 500)}`;
  const answer = `GitHub answered ${status}: ${message}${details}`;
  if (headers.has("retry-after") || headers.get("x-ratelimit-remaining") === "0" || status === 429) {
    return `${answer} The next run tries again.`;
  }
  /** @type {Record<number, string>} */
  const advice = {
    401: "The github-token is not valid.",
    403: "The token may not do this. Give the job `permissions: issues: write`, or another github-token.",
    404: `The github-token does not reach the repository ${repository}.`,
    410: `Issues are disabled in ${repository}. Enable them in its settings, or leave out \`issue\`.`,
  };
  return [answer, advice[status] ?? ""].join(" ").trim();
}
