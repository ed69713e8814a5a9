/** The stand-in as an HTTP server: bodies as Logto reads them, routes, and a log of the requests. */
import * as http from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type Answer, internalError, Refusal } from "./answer";
import { Applications } from "./applications";
import { type Application, Auth } from "./auth";
import { parseBody, TooLarge } from "./bodies";
import { type ConnectorOptions, Connectors } from "./connectors";
import { armFromOutside, switchFromOutside } from "./control";
import { Faults } from "./faults";
import { type Features, featuresFrom } from "./features";
import { answerAsIdentityProvider } from "./identityProviders";
import { IdpInitiatedAuth } from "./idpInitiatedAuth";
import { LogtoApplications } from "./logtoApplications";
import { Organizations } from "./organizations";
import { notFound, routesOf, type Tables } from "./routes";
import type { Row } from "./rows";
import { signIn } from "./signIn";
import { SignInExperience } from "./signInExperience";
import { SigningKeys } from "./signingKeys";

/** Features are on unless they are given as `false`. */
export interface LogtoOptions extends Partial<ConnectorOptions>, Partial<Features> {
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

export interface Logto extends Tables {
  /** Its address, which is also that of its identity providers, below `/idp`. */
  readonly url: string;
  readonly idp: string;
  /** What its identity providers know of it. */
  readonly applications: Applications;
  /** What this Logto has and lacks; a change counts from the next request on. */
  readonly features: Features;
  readonly auth: Auth;
  readonly faults: Faults;
  readonly log: LoggedRequest[];
  /** To Logto, not to its identity providers: how many are open, and the most so far at a time. */
  readonly connections: { open: number; peak: number };
  /** Called when a request is handled and its answer not yet sent. */
  beforeAnswer: (request: LoggedRequest) => void;
  /** Takes the log, as texts such as `PATCH /api/sso-connectors/:id`. */
  takeLog(): string[];
  /** Sends a user through the connector of this ID; an error where the identity provider refuses. */
  signIn(id: string): Promise<void>;
  /** The connector of this name; an error where there is none. */
  named(connectorName: string): Row;
  close(): Promise<void>;
}

export async function startLogto(options: LogtoOptions = {}): Promise<Logto> {
  const server = http.createServer();
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const idp = `${url}/idp`;
  const features = featuresFrom(options);
  const connectors = new Connectors(url, { googleIssuer: `${idp}/google`, ...options }, features);
  const auth = new Auth(
    options.applications ?? [{ id: "m2m", secret: "canary-m2m" }],
    options.resource ?? "https://default.logto.app/api",
    options.tokenSeconds ?? 3600,
    `${url}/oidc`,
  );
  const log: LoggedRequest[] = [];
  const faults = new Faults();
  const signingKeys = new SigningKeys(connectors);
  const logtoApplications = new LogtoApplications();
  const tables: Tables = {
    connectors,
    signingKeys,
    idpInitiatedAuth: new IdpInitiatedAuth(connectors, logtoApplications),
    logtoApplications,
    organizations: new Organizations(connectors),
    signInExperience: new SignInExperience(connectors),
  };
  const find = routesOf(tables, features);
  const applications = new Applications();
  const connections = { open: 0, peak: 0 };
  const sockets = new WeakSet<Socket>();
  const count = (socket: Socket) => {
    if (sockets.has(socket)) return;
    sockets.add(socket);
    connections.peak = Math.max(connections.peak, ++connections.open);
    socket.on("close", () => connections.open--);
  };

  server.on("request", (request, response) => {
    void handle(request, response).catch(() => response.destroy());
  });

  async function handle(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const { method = "", url: target = "" } = request;
    // Taken as it is: a URL would resolve `..` and the like, which Logto leaves alone.
    const [pathname = "", ...search] = target.split("?");
    if (pathname.startsWith("/idp/")) {
      const path = pathname.slice("/idp".length);
      const query = new URLSearchParams(search.join("?"));
      const body = (await readBody(request)).toString();
      const { authorization } = request.headers;
      const answer = applications.answer(idp, { method, path, query, authorization, body });
      if (answer === undefined) answerAsIdentityProvider(idp, path, response);
      else send(response, answer);
      return;
    }
    count(request.socket);
    if (pathname === "/_log") {
      send(response, { status: 200, body: log });
      if (method === "DELETE") log.length = 0;
      return;
    }
    const bytes = await readBody(request);
    if (pathname === "/_faults") {
      send(response, armFromOutside(faults, method, bytes.toString()));
      return;
    }
    if (pathname === "/_features") {
      send(response, switchFromOutside(features, method, bytes.toString()));
      return;
    }
    const entry: LoggedRequest = { method, path: target, body: loggedBody(pathname, bytes), status: 0 };
    log.push(entry);
    if (options.latencyMs) await sleep(options.latencyMs);
    const door = {
      response,
      handle: async () => {
        const answer = await answerTo(request, pathname, new URLSearchParams(search.join("?")), bytes);
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
    { method = "", headers }: http.IncomingMessage,
    pathname: string,
    query: URLSearchParams,
    bytes: Buffer,
  ): Promise<Answer> {
    try {
      if (method === "POST" && pathname === "/oidc/token") return auth.answer(headers, bytes);
      if (method === "GET" && pathname === "/oidc/auth") return tables.signInExperience.authorize(query);
      const found = find(method, pathname);
      if (!("handler" in found)) return found;
      if (!found.isPublic) auth.check(headers.authorization);
      const takesBody = ["POST", "PUT", "PATCH"].includes(method);
      const body = takesBody ? parseBody(headers, bytes) : undefined;
      return await found.handler({ ...found, query, body, cookie: headers.cookie });
    } catch (error) {
      if (error instanceof TooLarge) return notFound;
      return (error instanceof Refusal ? error : internalError()).answer();
    }
  }

  const logto: Logto = {
    url,
    idp,
    ...tables,
    applications,
    features,
    auth,
    faults,
    log,
    connections,
    beforeAnswer: () => undefined,
    takeLog: () =>
      log
        .splice(0)
        .map(({ method, path }) => `${method} ${path.replace(/(sso-connectors)\/[^/?]+/, "$1/:id")}`),
    signIn: (id) => signIn(connectors, signingKeys, id),
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

async function readBody(request: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function loggedBody(pathname: string, bytes: Buffer): unknown {
  if (pathname === "/oidc/token" || bytes.length === 0) return undefined;
  const text = bytes.toString();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function send(response: http.ServerResponse, { status, headers = {}, body }: Answer): void {
  const text = body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body);
  const type = typeof body === "string" ? "text/plain; charset=utf-8" : "application/json; charset=utf-8";
  // Koa itself words these texts, but not to a HEAD, whose answer has no type then (seen with koa 2).
  const isTyped =
    text !== undefined && !(response.req.method === "HEAD" && text === http.STATUS_CODES[status]);
  response.writeHead(status, { ...(isTyped ? { "content-type": type } : {}), ...headers });
  response.end(text);
}
