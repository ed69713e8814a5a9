/** The connections to Logto, and in a probe to identity providers: kept alive, few, and through the environment's proxy. */
import * as http from "node:http";
import * as https from "node:https";
import { getProxyForUrl } from "proxy-from-env";
import type * as proxyAgent from "./proxyAgent";
import { isUrl } from "../connector/url";
import { SettingsError } from "./settings";

const options = {
  keepAlive: true,
  // As many connections as the engine has parallel operations on a large machine.
  maxSockets: 16,
  // Overrides NODE_TLS_REJECT_UNAUTHORIZED=0: a client secret and tokens are sent.
  rejectUnauthorized: true,
};

/** An HTTP proxy that the environment names. */
export interface Proxy {
  /** Without credentials. */
  readonly address: string;
  /** The environment variable that names the proxy. */
  readonly variable: string;
  /** The credentials, in each form that is sent. */
  readonly secrets: readonly string[];
}

/**
 * Creates an agent for the server at an endpoint. `HTTPS_PROXY` and `NO_PROXY` apply to `https:` endpoints; plain `http:` stays
 * on the machine or in its own network.
 *
 * @throws SettingsError where the proxy's address is malformed
 */
export function createAgent(endpoint: string): { agent: http.Agent; proxy?: Proxy } {
  if (new URL(endpoint).protocol === "http:") return { agent: new http.Agent(options) };
  const located = proxyFor(endpoint);
  if (located === undefined) return { agent: new https.Agent(options) };
  const { url, proxy } = located;
  // Loaded only where there is a proxy.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { ProxyAgent } = require("./proxyAgent") as typeof proxyAgent;
  return { agent: new ProxyAgent(url, options), proxy };
}

/**
 * Returns the proxy through which requests to an endpoint are sent; `undefined` where there is none.
 *
 * @throws SettingsError where the proxy's address is malformed
 */
export function proxyFor(endpoint: string): { url: URL; proxy: Proxy } | undefined {
  if (new URL(endpoint).protocol === "http:" || getProxyForUrl(endpoint) === "") return undefined;
  return proxyOf(process.env);
}

/** In the order in which proxy-from-env reads them. */
const variables = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];

/** Reads the proxy from the environment: proxy-from-env assumes https for one without a scheme, where curl and Go assume http. */
function proxyOf(env: NodeJS.ProcessEnv): { url: URL; proxy: Proxy } {
  const variable = variables.find((name) => env[name]) ?? "HTTPS_PROXY";
  const value = (env[variable] ?? "").trim();
  const address = value.includes("://") ? value : `http://${value}`;
  const malformed = (problem: string) =>
    new SettingsError(
      `${variable} ${problem}. Set it to http://HOST:PORT or http://USER:PASSWORD@HOST:PORT.`,
    );
  if (!isUrl(address)) throw malformed("is not a URL");
  const url = new URL(address);
  if (!["http:", "https:"].includes(url.protocol)) throw malformed("must start with http:// or https://");
  try {
    const [user, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
    const pair = `${user}:${password}`;
    const secrets = pair === ":" ? [] : [password, pair, Buffer.from(pair).toString("base64")];
    return { url, proxy: { address: url.origin, variable, secrets } };
  } catch {
    throw malformed("contains a % in its user name or password that is not percent-encoded as %25");
  }
}
