/** The connections to Logto: kept alive, few, and through a proxy where the environment names one. */
import * as http from "node:http";
import * as https from "node:https";
import type { HttpsProxyAgent } from "https-proxy-agent";
import { getProxyForUrl } from "proxy-from-env";

const options = {
  keepAlive: true,
  // As many connections as the engine has calls under way on a large machine, and no more.
  maxSockets: 16,
  // Also where NODE_TLS_REJECT_UNAUTHORIZED=0 is set: a client secret and tokens travel here.
  rejectUnauthorized: true,
};

/**
 * An agent for Logto at this endpoint. `HTTPS_PROXY` and `NO_PROXY` are honoured, for `https:` endpoints; plain
 * `http:` stays on the machine or in its own network.
 */
export function createAgent(endpoint: string): http.Agent {
  if (new URL(endpoint).protocol === "http:") return new http.Agent(options);
  const proxy = getProxyForUrl(endpoint);
  if (proxy === "") return new https.Agent(options);
  // Loaded only where there is a proxy.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const library = require("https-proxy-agent") as { HttpsProxyAgent: typeof HttpsProxyAgent };
  return new library.HttpsProxyAgent(proxy, options);
}
