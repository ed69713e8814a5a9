/** A probe against servers that answer as a test tells them. */
import { setTimeout as sleep } from "node:timers/promises";
import {
  type ScriptedResponse,
  type ScriptedServer,
  startScriptedServer,
} from "../../../test/scriptedServer";
import { inVirtualTime } from "../../../test/virtualTime";
import { maxParallel } from "../../logto/parallel";
import { decisiveResult, probeIdentityProviders, type ProbeTarget } from "./probe";

const servers: ScriptedServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));

async function start(respond: Parameters<typeof startScriptedServer>[0]): Promise<ScriptedServer> {
  const server = await startScriptedServer(respond);
  servers.push(server);
  return server;
}

/** The discovery document of an identity provider. */
const documentOf = (url: string) => ({
  issuer: url,
  authorization_endpoint: `${url}/authorize`,
  token_endpoint: `${url}/token`,
  jwks_uri: `${url}/jwks`,
});

/** Starts an identity provider. */
function idp(token: ScriptedResponse, more: object = {}): Promise<ScriptedServer> {
  return start(({ path, headers }) => {
    const url = `http://${String(headers.host)}`;
    if (path.startsWith("/token")) return token;
    if (path.startsWith("/authorize")) return { status: 400 };
    return {
      body: {
        ...documentOf(url),
        ...more,
      },
    };
  });
}

const targetOf = (issuer: string, more: object = {}): ProbeTarget => ({
  connector: {
    id: "acme1",
    providerName: "OIDC",
    config: { clientId: "client", clientSecret: "canary-config", issuer, ...more },
  },
  signInEndpoint: "https://login.acme.com",
});

async function probe(issuer: string, more: object = {}, timeoutMs?: number) {
  const probes = await probeIdentityProviders([targetOf(issuer, more)], timeoutMs);
  expect(JSON.stringify([...probes.values()])).not.toContain("canary");
  const [first] = probes.values();
  if (first === undefined) throw new Error("There is no probe.");
  return first;
}

test("it sends what Logto sends", async () => {
  const server = await idp({ status: 400, body: { error: "invalid_grant" } });
  await probe(server.url, { clientSecret: "canary+ü%", scope: "groups email" });
  const token = server.requests.find(({ method }) => method === "POST");
  expect(token?.headers).toMatchObject({
    authorization: `Basic ${Buffer.from("client:canary+ü%").toString("base64")}`,
    "content-type": "application/x-www-form-urlencoded",
  });
  expect(Object.fromEntries(new URLSearchParams(token?.body))).toEqual({
    grant_type: "authorization_code",
    code: "logto-sso-probe-this-is-no-code",
    redirect_uri: "https://login.acme.com/callback/acme1",
  });
  const authorize = server.requests.find(({ path }) => path.startsWith("/authorize"));
  expect(Object.fromEntries(new URL(authorize?.path ?? "", server.url).searchParams)).toMatchObject({
    client_id: "client",
    redirect_uri: "https://login.acme.com/callback/acme1",
    response_type: "code",
    scope: "openid profile email groups",
    prompt: "none",
  });
});

test("a redirect takes no secret elsewhere", async () => {
  const elsewhere = await start(() => ({ status: 400, body: { error: "invalid_grant" } }));
  const server = await idp({ status: 307, headers: { location: `${elsewhere.url}/token` } });
  const { credentials } = await probe(server.url);
  expect(credentials).toMatchObject({
    meaning: "unknown",
    message: expect.stringContaining("responded with 307") as string,
  });
  expect(elsewhere.requests).toEqual([]);
});

test.each([
  ["http:// elsewhere", "http://idp.acme.com"],
  ["a user name", "https://user:canary-password@idp.acme.com"],
  ["another scheme", "ftp://127.0.0.1"],
  ["no URL", "idp.acme.com"],
])("an issuer with %s is not asked", async (_what, issuer) => {
  const { discovery, credentials } = await probe(issuer);
  expect(discovery).toBe(credentials);
  expect(credentials.message).toContain("Not asked");
});

test.each([
  ["http:// elsewhere", "http://idp.acme.com/token"],
  ["a password", "https://user:canary-password@idp.acme.com/token"],
])("a token endpoint with %s gets no secret", async (_what, token_endpoint) => {
  const server = await idp({ status: 500 }, { token_endpoint });
  const { credentials } = await probe(server.url);
  expect(credentials.message).toBe("Not asked, as its token endpoint is not an https:// address.");
});

test("a discovery document is found behind a redirect, unless that leaves https://", async () => {
  const server = await idp({ status: 400, body: { error: "invalid_grant" } });
  const forwarding = await start(({ path }) => ({ status: 301, headers: { location: server.url + path } }));
  expect((await probe(forwarding.url)).credentials.meaning).toBe("accepted");
  const leaving = await start(() => ({ status: 302, headers: { location: "http://idp.acme.com" } }));
  expect((await probe(leaving.url)).discovery.message).toContain("redirects to an address without https://");
  const circling = await start(() => ({ status: 302, headers: { location: "/again" } }));
  expect((await probe(circling.url)).discovery.message).toContain("redirects in circles");
  expect(circling.requests).toHaveLength(6);
});

test.each([
  [
    "an error",
    { status: 404, body: { error: "not_found" } },
    "it responded with 404, and not with a discovery document",
  ],
  [
    "empty",
    { body: {} },
    "what it responded with lacks issuer, authorization_endpoint, token_endpoint, jwks_uri.",
  ],
  [
    "without two of the addresses",
    { body: { issuer: "https://acme.com", token_endpoint: "https://acme.com/token", jwks_uri: 1 } },
    "what it responded with lacks authorization_endpoint, jwks_uri.",
  ],
  ["a list", { body: [] }, "and not with a JSON object"],
  ["a page", { body: "<html>" }, "it responded with 200, and not with a JSON object"],
  ["a reset connection", { fault: "reset" }, "ECONNRESET"],
  [
    "half a document",
    { body: { issuer: "https://acme.com" }, fault: "cut" },
    "This machine cannot read its discovery document",
  ],
  ["nothing at all", { fault: "hang" }, "no response within 0.2 s"],
] as const)("a discovery document that is %s says why", async (_what, response: ScriptedResponse, reason) => {
  const server = await start(() => response);
  const { discovery, credentials } = await probe(server.url, {}, 200);
  expect(discovery).toMatchObject({ meaning: "unknown", message: expect.stringContaining(reason) as string });
  expect(credentials.message).toBe("Not asked, without its discovery document.");
});

test("an endless answer is not read to its end", async () => {
  const server = await idp({
    status: 400,
    body: `{"error": "invalid_grant", "x": "${"x".repeat(2 ** 20)}"}`,
  });
  expect((await probe(server.url)).credentials).toMatchObject({ meaning: "unknown" });
});

test("a token endpoint that hangs does not hide what the other endpoint says", async () => {
  const server = await start(({ path, headers }) => {
    const url = `http://${String(headers.host)}`;
    if (path.startsWith("/token")) return { fault: "hang" };
    if (path.startsWith("/authorize")) return { status: 400, body: "invalid_redirect_uri" };
    return { body: documentOf(url) };
  });
  const connectorProbe = await probe(server.url, {}, 300);
  expect(connectorProbe.credentials.message).toBe(
    "The token endpoint gave no answer: no response within 0.3 s.",
  );
  expect(decisiveResult(connectorProbe)).toMatchObject({ meaning: "redirect-not-registered" });
});

test("a method of authentication that Logto does not have is named", async () => {
  const methods = { token_endpoint_auth_methods_supported: ["client_secret_post"] };
  const server = await idp({ status: 401, body: { error: "invalid_client" } }, methods);
  expect(decisiveResult(await probe(server.url))).toEqual({
    meaning: "rejected",
    message:
      "The identity provider rejects the client ID or the secret (it answered invalid_client). It does not support " +
      "client_secret_basic, by which Logto authenticates.",
    remedy: "Let the client authenticate by client_secret_basic at the identity provider.",
  });
});

describe("an answer that can have several reasons", () => {
  const uri = "https://login.acme.com/callback/acme1";
  const back = (error: string) => ({ status: 302, headers: { location: `${uri}?error=${error}` } });
  const page = { body: "<html>Sign in</html>" };
  const errorPage = { status: 400, body: "<html>Sorry</html>" };

  /** Probes an identity provider by how it answers a silent sign-in, one that may show pages, and one with another redirect URI. */
  async function probeAnswers(silent: ScriptedResponse, plain: ScriptedResponse, other: ScriptedResponse) {
    const server = await start(({ path, headers }) => {
      const url = `http://${String(headers.host)}`;
      if (path.startsWith("/token")) return { status: 400, body: { error: "invalid_grant" } };
      if (!path.startsWith("/authorize")) {
        return { body: documentOf(url) };
      }
      const { searchParams } = new URL(path, url);
      if (searchParams.get("redirect_uri") !== uri) return other;
      return searchParams.get("prompt") === "none" ? silent : plain;
    });
    const connectorProbe = await probe(server.url);
    const { redirectUri, signIn } = connectorProbe;
    const asked = server.requests.filter(({ path }) => path.startsWith("/authorize"));
    return [redirectUri.meaning, signIn.meaning, decisiveResult(connectorProbe).meaning, asked.length];
  }

  test.each([
    ["asks for a sign-in", back("login_required"), page, page, "accepted", "accepted", "accepted", 1],
    [
      "refuses every sign-in",
      back("invalid_scope"),
      back("invalid_scope"),
      page,
      "accepted",
      "sign-in-refused",
      "sign-in-refused",
      2,
    ],
    [
      "refuses silent sign-ins only",
      back("invalid_request"),
      page,
      page,
      "accepted",
      "accepted",
      "accepted",
      2,
    ],
    ["fails once", back("server_error"), page, page, "accepted", "accepted", "accepted", 2],
    ["fails", back("server_error"), back("server_error"), page, "accepted", "unknown", "accepted", 2],
    ["has a bad gateway", back("invalid_scope"), { status: 502 }, page, "accepted", "unknown", "accepted", 2],
    [
      "always shows an error page",
      errorPage,
      errorPage,
      page,
      "unknown",
      "sign-in-refused",
      "sign-in-refused",
      2,
    ],
    [
      "shows an error page to silent sign-ins only",
      errorPage,
      page,
      page,
      "unknown",
      "unknown",
      "accepted",
      2,
    ],
    ["shows its sign-in page", page, page, errorPage, "accepted", "accepted", "accepted", 2],
    ["shows its sign-in page to everybody", page, page, page, "unknown", "unknown", "accepted", 2],
    ["bars this machine", { status: 403 }, page, errorPage, "unknown", "unknown", "accepted", 1],
  ])(
    "of one that %s",
    async (_what, silent: ScriptedResponse, plain: ScriptedResponse, other: ScriptedResponse, ...result) => {
      expect(await probeAnswers(silent, plain, other)).toEqual(result);
    },
  );
});

test("connectors share a client's answer, but not their redirect URIs", async () => {
  const server = await idp({ status: 400, body: { error: "invalid_grant" } });
  const targets = Array.from({ length: 20 }, (_, index) => {
    const { connector, ...rest } = targetOf(server.url);
    return { connector: { ...connector, id: `c${index}` }, ...rest };
  });
  const probes = await probeIdentityProviders(targets);
  expect(probes.size).toBe(20);
  const asked = server.requests.map(({ path }) => new URL(path, server.url));
  expect(asked.filter(({ pathname }) => pathname === "/token")).toHaveLength(1);
  expect(new Set(asked.map(({ searchParams }) => searchParams.get("redirect_uri") ?? "")).size).toBe(21);
});

describe("of a client with 100 connectors", () => {
  /** Probes an identity provider that answers the authorization request as given, and says how often, and how many at a time. */
  async function probeAll(authorization: (uri: string) => ScriptedResponse) {
    const seen = { asked: 0, underWay: 0, most: 0 };
    const token = { status: 400, body: { error: "invalid_grant" } };
    const server = await start(async ({ path, headers }) => {
      const url = `http://${String(headers.host)}`;
      if (path.startsWith("/token")) return token;
      if (!path.startsWith("/authorize")) {
        return { body: documentOf(url) };
      }
      seen.asked++;
      seen.most = Math.max(seen.most, ++seen.underWay);
      await sleep(1000);
      seen.underWay--;
      return authorization(new URL(path, url).searchParams.get("redirect_uri") ?? "");
    });
    const targets = Array.from({ length: 100 }, (_, index) => {
      const { connector, ...target } = targetOf(server.url);
      return { ...target, connector: { ...connector, id: `acme${index}` } };
    });
    const probes = await inVirtualTime(() => probeIdentityProviders(targets, 2500));
    expect(probes.size).toBe(100);
    return {
      ...seen,
      redirectUris: [...new Set([...probes.values()].map(({ redirectUri }) => redirectUri))],
    };
  }

  test("each redirect URI is asked for, however long all of them take, and a few at a time", async () => {
    const { redirectUris, asked, most } = await probeAll((uri) => ({
      status: 302,
      headers: { location: `${uri}?error=login_required` },
    }));
    expect(redirectUris.filter(({ meaning }) => meaning !== "accepted")).toEqual([]);
    expect([asked, most]).toEqual([100, maxParallel]);
  });

  test("an endpoint that does not answer is waited for once", async () => {
    const { redirectUris, asked } = await probeAll(() => ({ fault: "hang" }));
    expect(new Set(redirectUris.map(({ message }) => message))).toEqual(
      new Set(["The authorization endpoint gave no answer: no response within 2.5 s."]),
    );
    expect(asked).toBe(maxParallel);
  });
});

test("nothing is asked of a connector without a config, or with SAML", async () => {
  const targets = [
    { connector: { id: "none", providerName: "OIDC" }, signInEndpoint: "https://login.acme.com" },
    { connector: { id: "saml", providerName: "SAML", config: {} }, signInEndpoint: "https://login.acme.com" },
    {
      connector: { id: "future", providerName: "Future", config: {} },
      signInEndpoint: "https://login.acme.com",
    },
  ];
  const probes = await probeIdentityProviders(targets);
  expect([...probes].map(([{ connector }, { credentials }]) => [connector.id, credentials.message])).toEqual([
    ["none", "Not asked, as its config is incomplete."],
  ]);
});
