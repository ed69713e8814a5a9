import { type Answer } from "../../test/answers";
import { clientOf, connector, failure, row, token } from "../../test/clients";

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
