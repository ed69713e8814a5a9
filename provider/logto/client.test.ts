import * as http from "node:http";
import { createServer } from "node:https";
import type * as net from "node:net";
import { generate } from "selfsigned";
import { type Answer, type AnswerServer, type Asked, serveAnswers } from "../../test/answers";
import { LogtoClient } from "./client";
import { LogtoError } from "./errors";
import { readSettings } from "./settings";

const row = { id: "id1", tenantId: "default", createdAt: 1, providerName: "OIDC", connectorName: "Acme" };
const connector = {
  providerName: "OIDC",
  connectorName: "Acme",
  config: { clientId: "c", clientSecret: "canary-config", issuer: "https://idp.acme.com" },
  domains: [],
  branding: {},
  syncProfile: false,
  enableTokenStorage: false,
} as const;
const isToken = (asked: Asked) => asked.path === "/oidc/token";
const token = (more: object = {}): Answer => ({
  body: { access_token: "canary-token", expires_in: 3600, scope: "all", ...more },
});

// Retries take some seconds until they give up.
jest.setTimeout(30_000);

const servers: AnswerServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));

/** A client of a server that answers calls of the Management API in turn, the last answer again and again. */
async function clientOf(answers: Answer[], { tokens = [token()], config = {} } = {}) {
  const next = <T>(list: T[]): T => (list.length > 1 ? list.shift() : list[0]) as T;
  const [calls, grants] = [[...answers], [...tokens]];
  const started = await serveAnswers((asked) => (isToken(asked) ? next(grants) : next(calls)));
  servers.push(started);
  const values: Record<string, string> = {
    "logto:endpoint": started.url,
    "logto:clientId": "m2m:1",
    "logto:clientSecret": "canary&client",
    ...config,
  };
  const client = new LogtoClient(readSettings((name) => values[name], {}));
  const calledPaths = () => started.asked.map(({ method, path }) => `${method} ${path}`);
  return { client, asked: started.asked, server: started, calledPaths };
}

async function failure(promise: Promise<unknown>): Promise<LogtoError> {
  const error: unknown = await promise.then(
    () => new Error("it went well"),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(LogtoError);
  const { message } = error as LogtoError;
  expect(message).not.toContain("canary");
  expect(Buffer.byteLength(message)).toBeLessThan(2000);
  return error as LogtoError;
}

test("signs in as RFC 6749 says, once for all calls, over few kept-alive connections", async () => {
  const { client, asked, server } = await clientOf([{ body: row }]);
  await Promise.all(Array.from({ length: 50 }, () => client.getConnector("id1")));
  await client.getConnector("a/b?c");
  const [first, ...calls] = asked;
  expect(first).toMatchObject({ method: "POST", path: "/oidc/token" });
  expect(Object.fromEntries(new URLSearchParams(first?.body))).toEqual({
    grant_type: "client_credentials",
    resource: "https://default.logto.app/api",
    scope: "all",
  });
  const basic = Buffer.from(String(first?.headers.authorization).replace("Basic ", ""), "base64").toString();
  expect(basic.split(":").map(decodeURIComponent)).toEqual(["m2m:1", "canary&client"]);
  expect(calls).toHaveLength(51);
  expect(calls.every(({ headers }) => headers.authorization === "Bearer canary-token")).toBe(true);
  expect(calls.at(-1)?.path).toBe("/api/sso-connectors/a%2Fb%3Fc");
  expect(server.connections()).toBeLessThanOrEqual(16);
});

test("a token is renewed before it expires", async () => {
  const { client, calledPaths } = await clientOf([{ body: row }], {
    tokens: [token({ expires_in: 0 }), token()],
  });
  await client.getConnector("id1").catch(() => undefined);
  await client.getConnector("id1");
  expect(calledPaths().filter((call) => call.includes("token"))).toHaveLength(2);
});

test("a refused token is renewed once, also for a create", async () => {
  const refused = { status: 401, body: { code: "auth.unauthorized", message: "no" } };
  const { client, calledPaths } = await clientOf([refused, { body: row }], {
    tokens: [token(), token({ access_token: "new" })],
  });
  expect(await client.createConnector(connector)).toEqual(row);
  expect(calledPaths()).toEqual([
    "POST /oidc/token",
    "POST /api/sso-connectors",
    "POST /oidc/token",
    "POST /api/sso-connectors",
  ]);
  const other = await clientOf([refused]);
  expect(await failure(other.client.getConnector("id1"))).toMatchObject({
    code: "auth.unauthorized",
    status: 401,
  });
  expect(other.calledPaths().filter((call) => call.includes("token"))).toHaveLength(2);
});

test.each([
  [
    "a wrong secret",
    { status: 401, body: { code: "oidc.invalid_client" } },
    "refused the secret of the application m2m:1: set logto:clientSecret in the config",
  ],
  [
    "an unknown application",
    { status: 400, body: { code: "oidc.invalid_client" } },
    "has no machine-to-machine application m2m:1: set logto:clientId in the config",
  ],
  [
    "a wrong resource",
    { status: 400, body: { code: "oidc.invalid_target" } },
    "has no API resource https://default.logto.app/api: set LOGTO_RESOURCE",
  ],
  [
    "an application without the role",
    token({ scope: undefined }),
    "give this machine-to-machine application a role with the Management API's permission `all`",
  ],
  [
    "an endpoint that is not Logto",
    { body: "<html>" },
    "was answered with 200 and text/html, not as Logto answers. Check that logto:endpoint in the config",
  ],
  [
    "a place without a token endpoint",
    { status: 404, body: "<html>" },
    "Check that logto:endpoint in the config is the address of Logto itself",
  ],
] satisfies [string, Answer, string][])(
  "%s is told alike by every call, and tried once",
  async (_what, grant, message) => {
    const { client, calledPaths } = await clientOf([{ body: row }], { tokens: [grant] });
    const errors = await Promise.all([1, 2, 3].map(() => failure(client.getConnector("id1"))));
    errors.push(await failure(client.deleteConnector("id1")));
    expect(new Set(errors.map((error) => error.message)).size).toBe(1);
    expect(errors[0]?.message).toContain(message);
    expect(calledPaths()).toEqual(["POST /oidc/token"]);
  },
);

test("Logto out of reach is told with the address and where it is set", async () => {
  const { client, server } = await clientOf([{ body: row }]);
  await server.close();
  const error = await failure(client.getConnector("id1"));
  expect(error).toMatchObject({ code: "unreachable", maybeDone: false });
  expect(error.message).toContain(
    `did not get through to Logto at ${server.url}: ECONNREFUSED. Check logto:endpoint in the config`,
  );
});

test.each([
  ["a reset", { fault: "reset" }],
  ["502 with HTML", { status: 502, body: "<html>bad gateway" }],
  ["503", { status: 503, body: { message: "no" } }],
  ["429 with Retry-After", { status: 429, headers: { "retry-after": "0" }, body: { message: "slow down" } }],
] satisfies [string, Answer][])("%s is retried where twice is the same as once", async (_what, fault) => {
  const { client, calledPaths } = await clientOf([fault, { body: row }]);
  expect(await client.updateConnector("id1", { syncProfile: true })).toEqual(row);
  expect(calledPaths().filter((call) => call.startsWith("PATCH"))).toHaveLength(2);
});

test("a create is sent again only where it surely was not carried out", async () => {
  const refused = await clientOf([{ status: 429, body: { message: "slow down" } }, { body: row }]);
  expect(await refused.client.createConnector(connector)).toEqual(row);
  for (const fault of [
    { fault: "reset" },
    { status: 502, body: "<html>" },
    { body: "<html>" },
    { fault: "cut", body: row },
  ] satisfies Answer[]) {
    const { client, calledPaths } = await clientOf([fault]);
    expect(await failure(client.createConnector(connector))).toMatchObject({ maybeDone: true });
    expect(calledPaths().filter((call) => call.includes("sso-connectors"))).toHaveLength(1);
  }
});

test("a wait that Logto asks for is kept, and one beyond the deadline is not begun", async () => {
  const wait = (seconds: string): Answer => ({
    status: 429,
    headers: { "retry-after": seconds },
    body: { message: "slow down" },
  });
  const short = await clientOf([wait("1"), { body: row }]);
  const start = Date.now();
  await short.client.getConnector("id1");
  expect(Date.now() - start).toBeGreaterThanOrEqual(1000);
  const long = await clientOf([wait("3600")]);
  expect(await failure(long.client.getConnector("id1"))).toMatchObject({ status: 429 });
});

test("a limit that another client uses up is waited out by all calls together, however often", async () => {
  const refused: Answer = { status: 429, headers: { "retry-after": "0.2" }, body: { message: "slow down" } };
  const { client, asked } = await clientOf([...Array<Answer>(12).fill(refused), { body: row }]);
  await Promise.all([1, 2, 3].map(() => client.getConnector("id1")));
  // Twelve refusals of three calls: four rounds of waiting.
  expect(asked).toHaveLength(1 + 12 + 3);
  await client.createConnector(connector);
});

test("a pace that is set is kept, and the wait for a turn counts for no deadline", async () => {
  const { client, asked } = await clientOf([{ body: row }], {
    config: { "logto:maxRequestsPerSecond": "5", "logto:timeoutSeconds": "1" },
  });
  const begun = Date.now();
  await Promise.all(Array.from({ length: 11 }, () => client.getConnector("id1")));
  // The token's request counts as well: 12 at 5 a second.
  expect(asked).toHaveLength(12);
  expect(Date.now() - begun).toBeGreaterThan(1900);
});

test("an answer that does not come ends at the deadline, and is not asked for again", async () => {
  const { client, calledPaths } = await clientOf([{ fault: "hang" }], {
    config: { "logto:timeoutSeconds": "1" },
  });
  const error = await failure(client.updateConnector("id1", { syncProfile: true }));
  expect(error).toMatchObject({ code: "timeout", maybeDone: true, method: "PATCH" });
  expect(error.message).toContain("within 1 s (logto:timeoutSeconds)");
  expect(calledPaths().filter((call) => call.startsWith("PATCH"))).toHaveLength(1);
});

test("a redirect is not followed, so the token stays here", async () => {
  const elsewhere = await serveAnswers(() => ({ body: row }));
  const { client } = await clientOf([{ status: 302, headers: { location: `${elsewhere.url}/x` }, body: "" }]);
  expect((await failure(client.getConnector("id1"))).message).toContain(`pointing to ${elsewhere.url}`);
  expect(elsewhere.asked).toEqual([]);
  await elsewhere.close();
});

test.each(["entity.not_exists_with_id", "entity.not_found", "entity.not_exists", "connector.not_found"])(
  "404 %s means gone",
  async (code) => {
    const { client } = await clientOf([{ status: 404, body: { code, message: "gone" } }]);
    expect(await client.getConnector("id1")).toBeUndefined();
    await client.deleteConnector("id1");
  },
);

test("a 404 without such a code does not mean gone", async () => {
  const { client } = await clientOf([{ status: 404, body: "Not Found" }]);
  expect(await failure(client.getConnector("id1"))).toMatchObject({ code: "not-logto", status: 404 });
  expect(await failure(client.deleteConnector("id1"))).toMatchObject({ status: 404 });
});

test("what Logto says is told on in short, without the secrets that were sent", async () => {
  const said = { code: "connector.invalid_config", message: `bad canary-config ${"x".repeat(5000)}` };
  const { client } = await clientOf([
    {
      status: 400,
      body: {
        ...said,
        data: { config: connector.config, error: { code: "ECONNREFUSED", dump: "y".repeat(9000) } },
      },
    },
  ]);
  const error = await failure(client.createConnector(connector));
  expect(error).toMatchObject({
    code: "connector.invalid_config",
    status: 400,
    method: "POST",
    path: "/api/sso-connectors",
  });
  expect(error.message).toContain("bad [secret]");
  expect(error.message).toContain("ECONNREFUSED");
});

test("domains that Logto refuses are named", async () => {
  const body = { code: "single_sign_on.forbidden_domains", message: "no", data: { data: ["gmail.com"] } };
  const { client } = await clientOf([{ status: 422, body }]);
  expect((await failure(client.createConnector(connector))).message).toContain("gmail.com");
});

test("a certificate that is not trusted is refused, whatever the environment says", async () => {
  const { private: key, cert } = await generate([{ name: "commonName", value: "localhost" }]);
  const requests: unknown[] = [];
  const https = createServer({ key, cert }, (request) => requests.push(request));
  await new Promise<void>((resolve) => https.listen(0, "127.0.0.1", resolve));
  const values: Record<string, string> = {
    "logto:endpoint": `https://localhost:${(https.address() as net.AddressInfo).port}`,
    "logto:clientId": "m2m",
    "logto:clientSecret": "canary-client",
  };
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
  try {
    const client = new LogtoClient(readSettings((name) => values[name], {}));
    const error = await failure(client.getConnector("id1"));
    expect(error.message).toContain("CERT");
    expect(error.message).toContain("NODE_EXTRA_CA_CERTS");
    expect(requests).toEqual([]);
  } finally {
    delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    https.close();
    https.closeAllConnections();
  }
});

test("an https endpoint is reached through HTTPS_PROXY, except where NO_PROXY says so", async () => {
  const tunnels: string[] = [];
  const proxy = http.createServer();
  proxy.on("connect", (request, socket: net.Socket) => {
    tunnels.push(String(request.url));
    socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const values: Record<string, string> = {
    "logto:endpoint": "https://logto.acme.invalid",
    "logto:clientId": "m2m",
    "logto:clientSecret": "canary-client",
  };
  process.env.HTTPS_PROXY = `http://127.0.0.1:${(proxy.address() as net.AddressInfo).port}`;
  try {
    const client = new LogtoClient(readSettings((name) => values[name], {}));
    await failure(client.getConnector("id1"));
    expect(tunnels[0]).toBe("logto.acme.invalid:443");
    tunnels.length = 0;
    process.env.NO_PROXY = "acme.invalid,.acme.invalid";
    await failure(new LogtoClient(readSettings((name) => values[name], {})).getConnector("id1"));
    expect(tunnels).toEqual([]);
  } finally {
    delete process.env.HTTPS_PROXY;
    delete process.env.NO_PROXY;
    proxy.close();
    proxy.closeAllConnections();
  }
});
