/** The stand-in as an HTTP server, with a log of its requests. */
import * as http from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Applications } from "./applications";
import { Auth, type M2mApplication, refuseToken } from "./auth";
import { Authorization } from "./authorization";
import { type ConnectorOptions, Connectors } from "./connectors";
import { controlFaults, controlFeatures } from "./control";
import type { Row } from "./database";
import { EnterpriseSso } from "./enterpriseSso";
import { Experience } from "./experience";
import { Faults } from "./faults";
import { type Features, featuresFrom } from "./features";
import { ApiError, type ApiResponse, internalError } from "./http";
import { IdpInitiatedAuth } from "./idpInitiatedAuth";
import { respondAsIdentityProvider } from "./idpServers";
import { OneTimeTokens } from "./oneTimeTokens";
import { OrganizationRoles } from "./organizationRoles";
import { Organizations } from "./organizations";
import { parseBody, TooLarge } from "./requestBody";
import { notFound, routesOf, type Tables } from "./routes";
import { SignInExperience } from "./signInExperience";
import { SigningKeys } from "./signingKeys";
import { Users } from "./users";

/** The options of a stand-in. A feature is on unless it is `false`. */
export interface LogtoOptions extends Partial<ConnectorOptions>, Partial<Features> {
  /** The port to listen on. Default: 0, a free port. */
  readonly port?: number;
  /** The machine-to-machine applications. Default: one with the ID `m2m` and the secret `canary-m2m`. */
  readonly applications?: readonly M2mApplication[];
  /** The resource indicator of the Management API. Default: that of a self-hosted Logto. */
  readonly resource?: string;
  /** The minimum time until a response. Default: 0. */
  readonly latencyMs?: number;
  /** The rate limit of Logto Cloud: requests beyond it get a 429. Default: none. */
  readonly requestsIn10s?: number;
}

/** A logged request, without headers and so without tokens. */
interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  /** The status of the response; 0 until it is sent. */
  status: number;
}

/** What users' browsers request. */
const signInPaths =
  /^\/(api\/(\.well-known|experience|interaction|authn)|oidc\/(auth|me)|sign-in|direct|consent|callback)\b/;

export interface Logto extends Tables {
  /** The address of the stand-in. */
  readonly url: string;
  /** An application whose users sign in (`signIn` of test/signIn.ts). */
  readonly webApplication: { readonly id: string; readonly secret: string; readonly redirectUri: string };
  /** The address of the identity providers' documents: `/idp` below `url`. */
  readonly idp: string;
  /** The features that are on. A change takes effect with the next request. */
  readonly features: Features;
  readonly auth: Auth;
  readonly faults: Faults;
  readonly log: LoggedRequest[];
  /** The open connections to Logto (not to its identity providers), and their peak so far. */
  readonly connections: { open: number; peak: number };
  /** Called when a request has been handled, before its response is sent. */
  beforeAnswer: (request: LoggedRequest) => void;
  /**
   * Empties the log and returns its entries in the form `PATCH /api/sso-connectors/:id`: requests to the Management API and for
   * its tokens. What users' sign-ins request is in `log` only.
   */
  takeLog(): string[];
  /** Returns the connector with this name. Throws if there is none. */
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
    `${url}/oidc`,
  );
  const log: LoggedRequest[] = [];
  /** Those that belong to the sign-in of a user. */
  const ofSignIns = new WeakSet<LoggedRequest>();
  const faults = new Faults();
  const signingKeys = new SigningKeys(connectors);
  const applications = new Applications();
  const idpInitiatedAuth = new IdpInitiatedAuth(connectors, applications);
  const users = new Users();
  const organizationRoles = new OrganizationRoles(url);
  const organizations = new Organizations(connectors, organizationRoles, users, features);
  const authorization = new Authorization(`${url}/oidc`, applications, users, organizations);
  auth.findClient = (id) => applications.rows.get(id);
  auth.redeem = (id, form) => authorization.redeem(id, form);
  const signInExperience = new SignInExperience(connectors, authorization);
  const experience = new Experience(authorization, signInExperience, connectors, users, organizations);
  const tables: Tables = {
    connectors,
    signingKeys,
    signInExperience,
    users,
    experience,
    oneTimeTokens: new OneTimeTokens(experience),
    enterpriseSso: new EnterpriseSso(
      connectors,
      signingKeys,
      authorization,
      experience,
      idpInitiatedAuth,
      features,
    ),
    idpInitiatedAuth,
    applications,
    organizations,
    organizationRoles,
  };
  const find = routesOf(tables, features);
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
    // Split by hand, because URL resolves `..`, which Logto does not. A fragment is ignored (seen with Logto 1.42).
    const [pathname = "", ...search] = target.replace(/#.*/, "").split("?");
    if (pathname.startsWith("/idp/")) {
      respondAsIdentityProvider(idp, pathname.slice("/idp".length), response);
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
      send(response, controlFaults(faults, method, bytes.toString()));
      return;
    }
    if (pathname === "/_features") {
      send(response, controlFeatures(features, method, bytes.toString()));
      return;
    }
    const entry: LoggedRequest = { method, path: target, body: loggedBody(pathname, bytes), status: 0 };
    const isCode = pathname === "/oidc/token" && bytes.includes("grant_type=authorization_code");
    if (isCode || signInPaths.test(target)) ofSignIns.add(entry);
    log.push(entry);
    if (options.latencyMs) await sleep(options.latencyMs);
    const exchange = {
      response,
      handle: async () => {
        const apiResponse = await respondTo(request, pathname, new URLSearchParams(search.join("?")), bytes);
        logto.beforeAnswer(entry);
        return apiResponse;
      },
      send: (apiResponse: ApiResponse) => {
        entry.status = apiResponse.status;
        send(response, apiResponse);
      },
    };
    const fault = faults.take(method, pathname);
    const limited = tooMany();
    if (limited !== undefined) exchange.send(limited);
    else if (fault === undefined) exchange.send(await exchange.handle());
    else await fault(exchange);
  }

  const times: number[] = [];
  function tooMany(): ApiResponse | undefined {
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

  async function respondTo(
    { method = "", headers }: http.IncomingMessage,
    pathname: string,
    query: URLSearchParams,
    bytes: Buffer,
  ): Promise<ApiResponse> {
    try {
      if (method === "POST" && pathname === "/oidc/token") return auth.respond(headers, bytes);
      const ofFlow = ["GET", "HEAD"].includes(method)
        ? authorization.respond(pathname, query, headers)
        : undefined;
      if (ofFlow !== undefined) return ofFlow;
      // Any other route or method, before the client is looked at (seen with Logto 1.42).
      if (pathname.startsWith("/oidc/")) throw refuseToken(404, "invalid_request");
      const found = find(method, pathname);
      if (!("handler" in found)) return found;
      if (!found.isPublic) auth.check(headers.authorization);
      const takesBody = ["POST", "PUT", "PATCH"].includes(method);
      const body = takesBody ? parseBody(headers, bytes) : undefined;
      return await found.handler({ ...found, query, body, cookie: headers.cookie });
    } catch (error) {
      if (error instanceof TooLarge) return notFound;
      return (error instanceof ApiError ? error : internalError()).response();
    }
  }

  const redirectUri = "https://app.acme.com/callback";
  const application = applications.insert({
    type: "Traditional",
    oidcClientMetadata: { redirectUris: [redirectUri], postLogoutRedirectUris: [] },
  });
  const logto: Logto = {
    url,
    webApplication: { id: application.id, secret: application.secret, redirectUri },
    idp,
    ...tables,
    features,
    auth,
    faults,
    log,
    connections,
    beforeAnswer: () => undefined,
    takeLog: () =>
      log
        .splice(0)
        .filter((entry) => !ofSignIns.has(entry))
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

function send(response: http.ServerResponse, apiResponse: ApiResponse): void {
  const { status, headers, body } = withRedirectText(apiResponse, response.req.headers.accept);
  const text = body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body);
  const type = typeof body === "string" ? "text/plain; charset=utf-8" : "application/json; charset=utf-8";
  // Koa sets these bodies itself, but not for HEAD, whose response then has no type (observed with koa 2).
  const isTyped =
    text !== undefined && !(response.req.method === "HEAD" && text === http.STATUS_CODES[status]);
  response.writeHead(status, { ...(isTyped ? { "content-type": type } : {}), ...headers });
  response.end(text);
}

/** Adds the text of a redirect, for a person whose browser does not follow it (koa 3, lib/response.js). */
function withRedirectText(
  { headers = {}, ...rest }: ApiResponse,
  accept = "*/*",
): ApiResponse & Required<Pick<ApiResponse, "headers">> {
  const { location } = headers;
  if (typeof location !== "string") return { ...rest, headers };
  const isHtml = /\btext\/(html|\*)|\*\/\*/.test(accept);
  return {
    ...rest,
    headers: { "content-type": `text/${isHtml ? "html" : "plain"}; charset=utf-8`, ...headers },
    body: `Redirecting to ${isHtml ? escapedHtml(location) : location}.`,
  };
}

function escapedHtml(text: string): string {
  const entities: Record<string, string> = { "&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "#39" };
  return text.replace(/[&<>"']/g, (character) => `&${entities[character] ?? ""};`);
}
