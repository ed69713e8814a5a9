/** The stand-in as an HTTP server: bodies as Logto reads them, routes, and a log of the requests. */
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type Answer, type Call, type Handler, internalError, Refusal } from "./answer";
import { type Application, Auth } from "./auth";
import { type ConnectorOptions, Connectors, type Row } from "./connectors";
import { Faults } from "./faults";
import { answerAsIdentityProvider } from "./identityProviders";
import { Organizations } from "./organizations";
import { SigningKeys } from "./signingKeys";

export interface LogtoOptions extends Partial<ConnectorOptions> {
  /** Default: 0, which picks one. */
  readonly port?: number;
  /** Default: one with the ID `m2m` and the secret `canary-m2m`. */
  readonly applications?: readonly Application[];
  /** Resource indicator of the Management API. Default: that of a self-hosted Logto. */
  readonly resource?: string;
  /** Lifetime of a token. Default: 3600. */
  readonly tokenSeconds?: number;
  /** How long each answer takes at least. Default: 0. */
  readonly latencyMs?: number;
  /** Logto Cloud's limit: so many requests in 10 s, the next ones are answered with 429. Default: none. */
  readonly requestsIn10s?: number;
}

/** A request as the log keeps it: without headers, and so without tokens. */
export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  /** 0 until it is answered. */
  status: number;
}

export interface Logto {
  /** Its address, which is also that of its identity providers, below `/idp`. */
  readonly url: string;
  readonly idp: string;
  /** The connectors as they lie in the database: read and changed here, nothing shows in the log. */
  readonly connectors: Connectors;
  readonly auth: Auth;
  readonly faults: Faults;
  readonly log: LoggedRequest[];
  /** Called when a request is handled and its answer not yet sent. */
  beforeAnswer: (request: LoggedRequest) => void;
  /** Takes the log, as texts such as `PATCH /api/sso-connectors/:id`. */
  takeLog(): string[];
  /** The connector of this name; an error where there is none. */
  named(connectorName: string): Row;
  close(): Promise<void>;
}

/** koa's limit. Logto answers a larger body as if there were no such route (measured). */
const maxBodyBytes = 1024 * 1024;

export async function startLogto(options: LogtoOptions = {}): Promise<Logto> {
  const server = http.createServer();
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const idp = `${url}/idp`;
  const connectors = new Connectors(url, { googleIssuer: `${idp}/google`, ...options });
  const auth = new Auth(
    options.applications ?? [{ id: "m2m", secret: "canary-m2m" }],
    options.resource ?? "https://default.logto.app/api",
    options.tokenSeconds ?? 3600,
  );
  const log: LoggedRequest[] = [];
  const faults = new Faults();
  const routes = routesOf(connectors);

  server.on("request", (request, response) => {
    void handle(request, response).catch(() => response.destroy());
  });

  async function handle(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const { method = "", url: target = "" } = request;
    const { pathname, searchParams } = new URL(target, url);
    if (pathname.startsWith("/idp/")) {
      answerAsIdentityProvider(idp, pathname.slice("/idp".length), response);
      return;
    }
    if (pathname === "/_log") {
      send(response, { status: 200, body: log });
      if (method === "DELETE") log.length = 0;
      return;
    }
    const text = await readBody(request);
    const entry: LoggedRequest = { method, path: target, body: loggedBody(pathname, text), status: 0 };
    log.push(entry);
    if (options.latencyMs) await sleep(options.latencyMs);
    const door = {
      response,
      handle: async () => {
        const answer = await answerTo(request, pathname, searchParams, text);
        logto.beforeAnswer(entry);
        return answer;
      },
      send: (answer: Answer) => {
        entry.status = answer.status;
        send(response, answer);
      },
    };
    const fault = faults.take(method, pathname);
    const limited = tooMany();
    if (limited !== undefined) door.send(limited);
    else if (fault === undefined) door.send(await door.handle());
    else await fault(door);
  }

  const times: number[] = [];
  function tooMany(): Answer | undefined {
    if (options.requestsIn10s === undefined) return undefined;
    const now = Date.now();
    while (times[0] !== undefined && times[0] <= now - 10_000) times.shift();
    const [first = now] = times;
    if (times.length >= options.requestsIn10s) {
      const seconds = Math.ceil((first + 10_000 - now) / 1000);
      return {
        status: 429,
        headers: { "retry-after": String(seconds) },
        body: { message: "Too many requests." },
      };
    }
    times.push(now);
    return undefined;
  }

  async function answerTo(
    request: http.IncomingMessage,
    pathname: string,
    query: URLSearchParams,
    text: string,
  ): Promise<Answer> {
    try {
      const { authorization } = request.headers;
      if (pathname === "/oidc/token") return auth.grant(authorization, new URLSearchParams(text));
      if (!pathname.startsWith("/api/")) return notFound;
      auth.check(authorization);
      const route = routes.find(({ pattern }) => pattern.test(pathname));
      if (route === undefined || Buffer.byteLength(text) > maxBodyBytes) return notFound;
      const handler = route.methods[request.method ?? ""];
      if (handler === undefined) return { status: 405, body: "Method Not Allowed" };
      const params = route.pattern.exec(pathname)?.slice(1).map(decodeURIComponent) ?? [];
      return await handler({
        params,
        query,
        body: parseBody(request.headers["content-type"], text),
      } satisfies Call);
    } catch (error) {
      return (error instanceof Refusal ? error : internalError()).answer();
    }
  }

  const logto: Logto = {
    url,
    idp,
    connectors,
    auth,
    faults,
    log,
    beforeAnswer: () => undefined,
    takeLog: () =>
      log
        .splice(0)
        .map(({ method, path }) => `${method} ${path.replace(/(sso-connectors)\/[^/?]+/, "$1/:id")}`),
    named(connectorName) {
      const row = [...connectors.rows.values()].find((one) => one.connectorName === connectorName);
      if (row === undefined)
        throw new Error(`The stand-in has no connector ${JSON.stringify(connectorName)}.`);
      return row;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
  return logto;
}

interface Route {
  readonly pattern: RegExp;
  readonly methods: Readonly<Record<string, Handler>>;
}

function routesOf(connectors: Connectors): Route[] {
  const keys = new SigningKeys(connectors);
  const organizations = new Organizations(connectors);
  connectors.hasActiveKey = (id) => keys.hasActive(id);
  connectors.onDelete = (id) => {
    keys.removeAll(id);
    organizations.removeLinksTo(id);
  };
  const route = (path: string, methods: Route["methods"]): Route => ({
    pattern: new RegExp(`^/api/${path.replaceAll("*", "([^/]+)")}$`),
    methods,
  });
  return [
    route("sso-connector-providers", { GET: connectors.providers }),
    route("sso-connectors", { POST: connectors.create, GET: connectors.list }),
    route("sso-connectors/*", { GET: connectors.get, PATCH: connectors.patch, DELETE: connectors.delete }),
    route("sso-connectors/*/signing-keys", { GET: keys.list, POST: keys.create }),
    route("sso-connectors/*/signing-keys/*", { PATCH: keys.patch, DELETE: keys.delete }),
    route("organizations", { POST: organizations.create }),
    route("organizations/*", { DELETE: organizations.delete }),
    route("organizations/*/jit/sso-connectors", {
      GET: organizations.listLinks,
      POST: organizations.addLinks,
      PUT: organizations.replaceLinks,
    }),
    route("organizations/*/jit/sso-connectors/*", { DELETE: organizations.removeLink }),
  ];
}

const notFound: Answer = { status: 404, body: "Not Found" };

async function readBody(request: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** Without a content type that it knows, Logto ignores the body. */
function parseBody(contentType: string | undefined, text: string): unknown {
  if (contentType?.startsWith("text/")) return text;
  if (!contentType?.startsWith("application/json") || text === "") return {};
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Refusal(400, undefined);
  }
}

function loggedBody(pathname: string, text: string): unknown {
  if (pathname === "/oidc/token" || text === "") return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function send(response: http.ServerResponse, { status, headers = {}, body }: Answer): void {
  const text = body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body);
  const type = typeof body === "string" ? "text/plain; charset=utf-8" : "application/json; charset=utf-8";
  response.writeHead(status, { ...(text === undefined ? {} : { "content-type": type }), ...headers });
  response.end(text);
}
