/** Faults between a client and Logto, which a test injects into the requests that it selects. */
import type * as http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { ApiResponse } from "./http";

/** The named requests that a fault can be injected into. */
export const targets = {
  token: { method: "POST", path: /^\/oidc\/token$/ },
  list: { method: "GET", path: /^\/api\/sso-connectors$/ },
  get: { method: "GET", path: /^\/api\/sso-connectors\/[^/]+$/ },
  create: { method: "POST", path: /^\/api\/sso-connectors$/ },
  update: { method: "PATCH", path: /^\/api\/sso-connectors\/[^/]+$/ },
  delete: { method: "DELETE", path: /^\/api\/sso-connectors\/[^/]+$/ },
  switch: { method: "PATCH", path: /^\/api\/sign-in-exp$/ },
  "list orgs": { method: "GET", path: /^\/api\/organizations$/ },
  // The same request, as it is sent after a create whose answer was lost.
  "find org": { method: "GET", path: /^\/api\/organizations$/ },
  "get org": { method: "GET", path: /^\/api\/organizations\/[^/]+$/ },
  "create org": { method: "POST", path: /^\/api\/organizations$/ },
  "update org": { method: "PATCH", path: /^\/api\/organizations\/[^/]+$/ },
  "delete org": { method: "DELETE", path: /^\/api\/organizations\/[^/]+$/ },
  "list roles": { method: "GET", path: /^\/api\/organization-roles$/ },
  "get sets": { method: "GET", path: /^\/api\/organizations\/[^/]+\/jit\/(roles|email-domains)$/ },
  "set roles": { method: "PUT", path: /^\/api\/organizations\/[^/]+\/jit\/roles$/ },
  "set domains": { method: "PUT", path: /^\/api\/organizations\/[^/]+\/jit\/email-domains$/ },
} as const;
export type Target = keyof typeof targets;

/** A named request, or any route. */
type Aim = Target | { readonly method: string; readonly path: RegExp };

interface Exchange {
  readonly response: http.ServerResponse;
  /** Has Logto handle the request, and returns its response without sending it. */
  readonly handle: () => Promise<ApiResponse>;
  readonly send: (apiResponse: ApiResponse) => void;
}

const html = (status: number): ApiResponse => ({
  status,
  headers: { "content-type": "text/html" },
  body: "<html><body>A proxy says this.</body></html>",
});
const json = (status: number, body: object, headers: Record<string, string> = {}): ApiResponse => ({
  status,
  body,
  headers,
});

/** Responds without handling the request. */
const responding =
  (apiResponse: ApiResponse) =>
  ({ send }: Exchange): void => {
    send(apiResponse);
  };

/** Handles the request, but sends another response, so that the client can't know the outcome. */
const respondingAfter =
  (apiResponse: ApiResponse) =>
  async ({ handle, send }: Exchange): Promise<void> => {
    await handle();
    send(apiResponse);
  };

/** Responses of a gateway itself, in the format of AWS API Gateway. */
const badGateway = json(502, { message: "Internal server error" });
const gatewayTimeout = json(504, { message: "Endpoint request timed out" });
/** A response of something other than Logto. */
const otherJson = json(200, { status: "ok" });

/** Each fault's handling of a request. */
export const faults = {
  refuse: ({ response }) => response.destroy(),
  "reset before": ({ response }) => response.socket?.resetAndDestroy(),
  "reset after": async ({ response, handle }) => {
    await handle();
    response.socket?.resetAndDestroy();
  },
  hang: () => undefined,
  "hang after": async ({ handle }) => {
    await handle();
  },
  slow: async ({ handle, send }) => {
    await sleep(300);
    send(await handle());
  },
  "cut off": async ({ response, handle }) => {
    const { status, body } = await handle();
    const text = JSON.stringify(body ?? {});
    response.writeHead(status, { "content-type": "application/json", "content-length": text.length + 1 });
    response.write(text.slice(0, text.length / 2), () => response.destroy());
  },
  "empty 200": responding({ status: 200 }),
  "200 with HTML": responding(html(200)),
  "200 with other JSON": responding(otherJson),
  "200 with other JSON after": respondingAfter(otherJson),
  "200 with invalid JSON": responding({
    status: 200,
    headers: { "content-type": "application/json" },
    body: '{"id": ',
  }),
  "401 expired": responding(
    json(401, { code: "auth.unauthorized", message: "Expired.", data: { code: "ERR_JWT_EXPIRED" } }),
  ),
  "403": responding(json(403, { code: "auth.forbidden", message: "Forbidden." })),
  "429": responding(json(429, { code: "request.too_many", message: "Slow down." })),
  "429 with Retry-After": responding(json(429, { message: "Slow down." }, { "retry-after": "1" })),
  "500": responding(json(500, { message: "Internal server error." })),
  "502 with HTML": responding(html(502)),
  "502 with JSON": responding(badGateway),
  "502 with JSON after": respondingAfter(badGateway),
  "503": responding(json(503, { message: "Unavailable." })),
  "504 with JSON": responding(gatewayTimeout),
  "504 with JSON after": respondingAfter(gatewayTimeout),
  "404 as text": responding({ status: 404, body: "Not Found" }),
} as const satisfies Record<string, (exchange: Exchange) => unknown>;
export type Fault = keyof typeof faults;

/** The faults that are armed, each waiting for a matching request. */
export class Faults {
  readonly #armed: { fault: Fault; target: Aim; times: number; seconds: number; end?: number }[] = [];
  /** The number of requests so far that met a fault. */
  struck = 0;

  /** Arms a fault for the next `times` matching requests, but only within `seconds` of the first of them. */
  arm(fault: Fault, target: Aim, times = 1, seconds = Infinity): void {
    this.#armed.push({ fault, target, times, seconds });
  }

  disarm(): void {
    this.#armed.length = 0;
  }

  take(method: string, path: string): ((exchange: Exchange) => unknown) | undefined {
    const now = performance.now();
    const armed = this.#armed.find(({ target, times, end = Infinity }) => {
      const aim = typeof target === "string" ? targets[target] : target;
      return times > 0 && now < end && method === aim.method && aim.path.test(path);
    });
    if (armed === undefined) return undefined;
    armed.end ??= now + armed.seconds * 1000;
    armed.times--;
    this.struck++;
    return faults[armed.fault];
  }
}
