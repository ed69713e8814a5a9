import { setTimeout as sleep } from "node:timers/promises";
import { type ScriptedResponse } from "../../test/scriptedServer";
import { useVirtualTime } from "../../test/virtualTime";
import { clientOf, connector, failure, apiConnector, token } from "../../test/scriptedClient";

useVirtualTime();

test("signs in according to RFC 6749, once for all calls, over few kept-alive connections", async () => {
  const { client, requests, server } = await clientOf([{ body: apiConnector }]);
  await Promise.all(Array.from({ length: 50 }, () => client.getConnector("id1")));
  await client.getConnector("a/b?c");
  const [first, ...calls] = requests;
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
  const { client, calledPaths } = await clientOf([{ body: apiConnector }], {
    tokens: [token({ expires_in: 0 }), token()],
  });
  await client.getConnector("id1");
  await client.getConnector("id1");
  await client.getConnector("id1");
  expect(calledPaths().filter((call) => call.includes("token"))).toHaveLength(2);
});

test("a token of an hour is renewed a minute before its end, a shorter one after nine tenths of it", async () => {
  for (const [seconds, renewedAfter] of [
    [3600, 3540],
    [100, 90],
  ] as const) {
    const { client, calledPaths } = await clientOf([{ body: apiConnector }], {
      tokens: [token({ expires_in: seconds }), token()],
    });
    const tokens = () => calledPaths().filter((call) => call.includes("token")).length;
    await client.getConnector("id1");
    await sleep((renewedAfter - 2) * 1000);
    await client.getConnector("id1");
    expect(tokens()).toBe(1);
    await sleep(3000);
    await client.getConnector("id1");
    expect(tokens()).toBe(2);
  }
});

test.each([
  ["none", undefined, 1],
  ["null", null, 1],
  ["text", "soon", 1],
  ["empty text", "", 1],
  ["NaN", NaN, 1],
  ["a number as text", "3600", 1],
  ["a fraction", 3599.5, 1],
  ["huge", 1e300, 1],
  ["a list", [3600], 1],
  ["0", 0, 3],
  ["0 as text", "0", 3],
  ["negative", -3600, 3],
  ["shorter than its own request", 0.005, 3],
])("lifetime %s: every token that is received is used", async (_what, expires_in, tokens) => {
  const { client, calledPaths } = await clientOf([{ body: apiConnector }], {
    tokens: [{ ...token({ expires_in }), afterMs: 10 }],
  });
  for (let call = 0; call < 3; call++) {
    await Promise.all([1, 2, 3].map(() => client.getConnector("id1")));
  }
  expect(calledPaths().filter((call) => call.includes("token"))).toHaveLength(tokens);
  expect(calledPaths()).toHaveLength(tokens + 9);
});

test.each([
  ["the same token", [token()], 10],
  ["another token", [token(), token({ access_token: "canary-new" })], 11],
])("if %s is rejected as well, not every call requests another one", async (_what, tokens, calls) => {
  const rejected = { status: 401, body: { code: "auth.unauthorized", message: "no" } };
  const { client, calledPaths } = await clientOf([rejected], { tokens });
  for (let call = 0; call < 10; call++) {
    expect(await failure(client.getConnector("id1"))).toMatchObject({ code: "auth.unauthorized" });
  }
  expect(calledPaths().filter((call) => call.includes("token"))).toHaveLength(2);
  expect(calledPaths()).toHaveLength(2 + calls);
});

test("a rejected token is renewed once, for a create too", async () => {
  const rejected = { status: 401, body: { code: "auth.unauthorized", message: "no" } };
  const { client, calledPaths } = await clientOf([rejected, { body: apiConnector }], {
    tokens: [token(), token({ access_token: "new" })],
  });
  expect(await client.createConnector(connector)).toEqual(apiConnector);
  expect(calledPaths()).toEqual([
    "POST /oidc/token",
    "POST /api/sso-connectors",
    "POST /oidc/token",
    "POST /api/sso-connectors",
  ]);
  const other = await clientOf([rejected]);
  expect(await failure(other.client.getConnector("id1"))).toMatchObject({
    code: "auth.unauthorized",
    status: 401,
  });
  expect(other.calledPaths().filter((call) => call.includes("token"))).toHaveLength(2);
});

const down: ScriptedResponse[] = [
  { status: 503, body: { message: "Service Unavailable" } },
  { status: 502, body: "<html>" },
  { status: 504, body: { message: "Endpoint request timed out" } },
  { status: 500, body: { code: "oidc.server_error", message: "oops" } },
  { status: 403, body: { message: "Forbidden" } },
  { status: 403, body: { code: "BAD_WAF", message: "Forbidden" } },
  { status: 404, body: "<html>" },
  { body: "<html>" },
  { body: { message: "hello" } },
  { body: { access_token: "" } },
  { body: { access_token: "a\nb", scope: "all" } },
  { status: 302, headers: { location: "https://login.acme.com" }, body: "" },
];

test.each(down.map((response) => [JSON.stringify(response), response] as const))(
  "after a token endpoint responded with %s, which does not concern the credentials, the next call tries again",
  async (_what, response) => {
    const { client } = await clientOf([{ body: apiConnector }], {
      tokens: [...Array<ScriptedResponse>(5).fill(response), token()],
    });
    let failures = 0;
    while ((await client.getConnector("id1").catch(() => undefined)) === undefined) {
      if (++failures > 6) throw new Error("No further token was requested.");
    }
    expect(await client.getConnector("id1")).toEqual(apiConnector);
  },
);

test("a newer token stays where an older one is rejected", async () => {
  const rejected: ScriptedResponse = { status: 401, body: { code: "auth.unauthorized", message: "no" } };
  const late: ScriptedResponse = { ...rejected, afterMs: 1000 };
  const { client, calledPaths } = await clientOf([rejected, late, { body: apiConnector }], {
    tokens: [token(), token({ access_token: "canary-new" }), token({ access_token: "canary-newest" })],
  });
  await Promise.all([client.getConnector("id1"), client.getConnector("id1")]);
  expect(calledPaths().filter((call) => call.includes("token"))).toHaveLength(2);
});

test("after a token endpoint hung, the next call tries again", async () => {
  const { client } = await clientOf([{ body: apiConnector }], {
    tokens: [{ fault: "hang" }, token()],
    config: { "logto:timeoutSeconds": "1" },
  });
  expect(await failure(client.getConnector("id1"))).toMatchObject({ code: "timeout", path: "/oidc/token" });
  expect(await client.getConnector("id1")).toEqual(apiConnector);
});

test.each([
  [
    "an endpoint that is not Logto",
    { body: "<html>" },
    "failed: the response (200, text/html) is not from Logto.",
  ],
  [
    "an address without a token endpoint",
    { status: 404, body: "<html>" },
    "Check that logto:endpoint is the address of Logto itself",
  ],
  ["a response without a token", { body: {} }, "the response contains no access token"],
] satisfies [string, ScriptedResponse, string][])("%s is reported as such", async (_what, grant, message) => {
  const { client } = await clientOf([{ body: apiConnector }], { tokens: [grant] });
  expect((await failure(client.getConnector("id1"))).message).toContain(message);
});

test.each([
  [
    "a wrong secret",
    { status: 401, body: { code: "oidc.invalid_client" } },
    "rejected the client secret of application m2m:1. Check logto:clientSecret. [oidc.invalid_client]",
  ],
  [
    "an unknown application",
    { status: 400, body: { code: "oidc.invalid_client" } },
    "has no machine-to-machine application m2m:1. Check logto:clientId, and that logto:endpoint is the address of the application's tenant, not that of Logto's console (self-hosted, by default: port 3001, not 3002). [oidc.invalid_client]",
  ],
  [
    "a wrong resource",
    { status: 400, body: { code: "oidc.invalid_target" } },
    "has no API resource https://default.logto.app/api. Set logto:resource to",
  ],
  [
    "an application without the role",
    token({ scope: undefined }),
    "assign this machine-to-machine application a role with the permission `all`",
  ],
] satisfies [string, ScriptedResponse, string][])(
  "%s is reported alike by every call, and tried once",
  async (_what, grant, message) => {
    const { client, calledPaths } = await clientOf([{ body: apiConnector }], { tokens: [grant] });
    const errors = await Promise.all([1, 2, 3].map(() => failure(client.getConnector("id1"))));
    errors.push(await failure(client.deleteConnector("id1")));
    expect(new Set(errors.map((error) => error.message)).size).toBe(1);
    expect(errors[0]?.message).toContain(message);
    expect(calledPaths()).toEqual(["POST /oidc/token"]);
  },
);

test("a minute after credentials were rejected, they are tried again: somebody may have fixed them in Logto", async () => {
  const { client, calledPaths } = await clientOf([{ body: apiConnector }], {
    tokens: [{ status: 401, body: { code: "oidc.invalid_client" } }, token()],
  });
  await failure(client.getConnector("id1"));
  await sleep(59_000);
  await failure(client.getConnector("id1"));
  expect(calledPaths()).toEqual(["POST /oidc/token"]);
  await sleep(1000);
  expect(await client.getConnector("id1")).toEqual(apiConnector);
});
