/** Behaviour observed with a real Logto that the recordings can't contain. */
import { once } from "node:events";
import * as http from "node:http";
import {
  type Fault,
  type IdentityProviders,
  type Logto,
  type LogtoOptions,
  startIdentityProviders,
  startLogto,
} from ".";

let logto: Logto;
let idp: IdentityProviders;
const start = async (options: LogtoOptions = {}) => {
  logto = await startLogto({ retryDelayMs: 5, ...options });
  idp = await startIdentityProviders();
};
afterEach(() => Promise.all([logto.close(), idp.close()]));

async function token(): Promise<string> {
  const answer = await fetch(`${logto.url}/oidc/token`, {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from("m2m:canary-m2m").toString("base64")}` },
    body: new URLSearchParams({
      grant_type: "client_credentials",
      resource: "https://default.logto.app/api",
      scope: "all",
    }),
  });
  return ((await answer.json()) as { access_token: string }).access_token;
}

async function call(method: string, path: string, body?: unknown, type = "application/json") {
  const response = await fetch(`${logto.url}/api${path}`, {
    method,
    headers: {
      authorization: `Bearer ${await token()}`,
      ...(body === undefined ? {} : { "content-type": type }),
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const json =
    text.startsWith("{") || text.startsWith("[") ? (JSON.parse(text) as Record<string, unknown>) : {};
  return { status: response.status, json, text, headers: response.headers };
}

const oidc = (path = "/acme") => ({ clientId: "c", clientSecret: "s", issuer: idp.url + path });

test("two concurrent creates with one name result in 200 and 500, as do two renames to one name", async () => {
  await start();
  const statuses = async (answers: Promise<{ status: number }>[]) =>
    (await Promise.allSettled(answers)).map((one) =>
      one.status === "fulfilled" ? one.value.status : (one.reason as { status?: number }).status,
    );
  const twice = (body: object) => {
    const create = () => call("POST", "/sso-connectors", body);
    return statuses([create(), create()]);
  };
  expect((await twice({ providerName: "OIDC", connectorName: "a", config: oidc() })).toSorted()).toEqual([
    200, 500,
  ]);
  expect(logto.connectors.rows.size).toBe(1);

  // Without a config the window is too short for two HTTP requests to overlap reliably.
  const { connectors } = logto;
  const request = (params: string[], body: object) => ({
    params,
    path: "",
    query: new URLSearchParams(),
    body,
  });
  const create = async () => connectors.create(request([], { providerName: "OIDC", connectorName: "b" }));
  expect(await statuses([create(), create(), create()])).toEqual([200, 500, 500]);
  await expect(create()).rejects.toMatchObject({ code: "single_sign_on.duplicate_connector_name" });
  const rename = async (name: string) =>
    connectors.patch(request([logto.named(name).id], { connectorName: "c" }));
  expect(await statuses([rename("a"), rename("b")])).toEqual([200, 500]);
  expect([...connectors.rows.values()].map(({ connectorName }) => connectorName).sort()).toEqual(["b", "c"]);
});

test("of eight active signing keys created concurrently some fail with 500, and one is active in the end", async () => {
  await start();
  const { id } = logto.connectors.insert({ providerName: "SAML", connectorName: "saml" });
  const made = await Promise.all(
    Array.from({ length: 8 }, () => call("POST", `/sso-connectors/${id}/signing-keys`, { active: true })),
  );
  const refused = made.filter(({ status }) => status === 500);
  expect(refused.length).toBeGreaterThan(0);
  expect(refused.length).toBeLessThan(8);
  const keys = logto.signingKeys.of(id);
  expect(keys).toHaveLength(8 - refused.length);
  expect(keys.filter(({ active }) => active)).toHaveLength(1);
});

test("a row appears after the client gave up", async () => {
  await start();
  const bearer = await token();
  let release: () => void = () => undefined;
  const slow = http.createServer((_request, response) => {
    release = () =>
      response.end(
        JSON.stringify({ issuer: "i", authorization_endpoint: "a", token_endpoint: "t", jwks_uri: "j" }),
      );
    slow.emit("requested");
  });
  slow.listen(0, "127.0.0.1");
  await once(slow, "listening");
  const issuer = `http://127.0.0.1:${(slow.address() as { port: number }).port}`;
  const aborted = new AbortController();
  const lost = fetch(`${logto.url}/api/sso-connectors`, {
    method: "POST",
    headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json" },
    body: JSON.stringify({ providerName: "OIDC", connectorName: "late", config: { ...oidc(), issuer } }),
    signal: aborted.signal,
  });
  await once(slow, "requested");
  aborted.abort();
  await expect(lost).rejects.toThrow();
  expect(logto.connectors.rows.size).toBe(0);
  const inserted = new Promise<void>((resolve) => {
    logto.beforeAnswer = () => {
      resolve();
    };
  });
  release();
  await inserted;
  expect(logto.named("late").config).toMatchObject({ issuer });
  slow.close();
  slow.closeAllConnections();
});

test("a hanging identity provider blocks GET, list and PATCH, which is written anyway, but not DELETE", async () => {
  await start();
  const row = logto.connectors.insert({
    providerName: "OIDC",
    connectorName: "hangs",
    config: oidc("/hangs/x"),
  });
  const headers = { authorization: `Bearer ${await token()}`, "content-type": "application/json" };
  const url = `${logto.url}/api/sso-connectors/${row.id}`;
  const hanging = [
    fetch(url, { headers, signal: AbortSignal.timeout(200) }),
    fetch(`${logto.url}/api/sso-connectors`, { headers, signal: AbortSignal.timeout(200) }),
    fetch(url, { method: "PATCH", headers, body: '{"syncProfile":true}', signal: AbortSignal.timeout(200) }),
  ];
  for (const request of hanging) await expect(request).rejects.toThrow();
  expect(row.syncProfile).toBe(true);
  expect((await call("DELETE", `/sso-connectors/${row.id}`)).status).toBe(204);
});

test("an unreachable identity provider is tried three times, and only providerConfig is missing", async () => {
  await start({ retryDelayMs: 40 });
  logto.connectors.insert({
    providerName: "OIDC",
    connectorName: "dead",
    config: { ...oidc(), issuer: "http://127.0.0.1:1/x" },
  });
  const begun = Date.now();
  const { json } = await call("GET", `/sso-connectors/${logto.named("dead").id}`);
  expect(Date.now() - begun).toBeGreaterThanOrEqual(120);
  expect(json).not.toHaveProperty("providerConfig");
});

test("rows of an unsupported provider are missing in a page but counted, and toString breaks every list", async () => {
  await start();
  logto.connectors.insert({ providerName: "Gone", connectorName: "gone" });
  logto.connectors.insert({ providerName: "OIDC", connectorName: "there" });
  const page = await call("GET", "/sso-connectors?page=1&page_size=1");
  expect([page.json, page.headers.get("total-number")]).toEqual([[], "2"]);
  expect((await call("GET", `/sso-connectors/${logto.named("gone").id}`)).json).toMatchObject({
    code: "connector.not_found",
  });
  expect(
    (await call("POST", "/sso-connectors", { providerName: "toString", connectorName: "odd" })).status,
  ).toBe(200);
  expect((await call("GET", "/sso-connectors")).status).toBe(500);
});

test("unusual requests: a body too large, of unknown type or with a NUL, and another method", async () => {
  await start();
  const row = logto.connectors.insert({ providerName: "OIDC", connectorName: "a" });
  const large = await call("POST", "/sso-connectors", {
    providerName: "OIDC",
    connectorName: "b",
    branding: { logo: "x".repeat(1 << 20) },
  });
  expect([large.status, large.text]).toEqual([404, "Not Found"]);
  expect(
    (await call("PATCH", `/sso-connectors/${row.id}`, '{"syncProfile":true}', "application/octet-stream"))
      .status,
  ).toBe(200);
  expect(row.syncProfile).toBe(false);
  expect(
    (await call("POST", "/sso-connectors", { providerName: "OIDC", connectorName: "a\0b" })).status,
  ).toBe(500);
  expect((await call("PUT", "/sso-connectors")).status).toBe(405);
  expect((await call("GET", "/nowhere")).text).toBe("Not Found");
});

test("the checks run in Logto's order", async () => {
  await start();
  logto.connectors.insert({ providerName: "OIDC", connectorName: "taken" });
  const bad = {
    providerName: "Nope",
    connectorName: "taken",
    domains: ["gmail.com"],
    config: {},
    enableTokenStorage: true,
  };
  const codes = [];
  for (const corrected of [
    {},
    { providerName: "SAML" },
    { domains: ["a.com"] },
    { config: { metadataUrl: `${idp.url}/nothing` } },
    { connectorName: "free" },
    { config: { metadataUrl: `${idp.url}/saml/metadata` } },
  ]) {
    Object.assign(bad, corrected);
    codes.push((await call("POST", "/sso-connectors", bad)).json.code);
  }
  expect(codes).toEqual([
    "connector.not_found",
    "single_sign_on.forbidden_domains",
    "connector.invalid_config",
    "single_sign_on.duplicate_connector_name",
    "connector.invalid_metadata",
    "connector.token_storage_not_supported",
  ]);
});

test("a fault applies to any route, as often as it was armed for", async () => {
  await start();
  logto.faults.arm("503", { method: "GET", path: /providers$/ }, 2);
  const statuses = [];
  for (let i = 0; i < 3; i++) statuses.push((await call("GET", "/sso-connector-providers")).status);
  expect(statuses).toEqual([503, 503, 200]);
});

test("a fault that was armed for some seconds ends with them", async () => {
  await start();
  logto.faults.arm("503", { method: "GET", path: /providers$/ }, Infinity, 0);
  expect((await call("GET", "/sso-connector-providers")).status).toBe(503);
  expect((await call("GET", "/sso-connector-providers")).status).toBe(200);
});

test.each<[Fault, number, string]>([
  ["502 with JSON after", 502, "Internal server error"],
  ["504 with JSON after", 504, "Endpoint request timed out"],
  ["200 with other JSON after", 200, "ok"],
])("%s: the response is a gateway's, and the connector exists", async (fault, status, words) => {
  await start();
  logto.faults.arm(fault, "create");
  const answer = await call("POST", "/sso-connectors", { providerName: "OIDC", connectorName: "there" });
  expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(words)]);
  expect(logto.named("there").providerName).toBe("OIDC");
});

test("a tenant in the Cloud has a rate limit", async () => {
  await start({ requestsIn10s: 4 });
  expect((await call("GET", "/sso-connectors")).status).toBe(200);
  expect((await call("GET", "/sso-connectors")).status).toBe(200);
  const response = await fetch(`${logto.url}/api/sso-connectors`);
  expect(response.status).toBe(429);
  expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(5);
});
