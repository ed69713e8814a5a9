/** Tokens, routes and bodies as Logto takes them: from its code, and seen with the libraries that it stands on. */
import { type Logto, startLogto } from ".";
import { grant, m2m, resource, said, Session } from "./session";

let logto: Logto;
beforeEach(async () => {
  logto = await startLogto({ retryDelayMs: 5 });
});
afterEach(() => logto.close());

const session = new Session(() => logto);

describe("tokens", () => {
  const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;
  test.each([
    ["a wrong secret", basic("m2m:wrong"), grant, 401, "invalid_client"],
    ["an unknown application", basic("nobody:wrong"), grant, 400, "invalid_client"],
    ["no credentials", undefined, grant, 400, "invalid_request"],
    ["another scheme", "Bearer x", grant, 400, "invalid_request"],
    ["an unknown resource", m2m, { ...grant, resource: "https://other" }, 400, "invalid_target"],
    ["no resource", m2m, { grant_type: "client_credentials" }, 400, "invalid_target"],
    ["no grant type", m2m, { resource }, 400, "invalid_request"],
    ["another grant type", m2m, { ...grant, grant_type: "password" }, 400, "unsupported_grant_type"],
  ])("%s", async (_name, authorization, fields, status, error) => {
    const answer = await session.ask(authorization, fields);
    expect([answer.status, answer.body]).toEqual([
      status,
      expect.objectContaining({ code: `oidc.${error}`, error }),
    ]);
  });

  test("credentials may stand in the form", async () => {
    const answer = await session.ask(undefined, { ...grant, client_id: "m2m", client_secret: "canary-m2m" });
    expect(answer.body).toMatchObject({ token_type: "Bearer", expires_in: 3600, scope: "all" });
  });

  const jwt = (head: object) => `${Buffer.from(JSON.stringify(head)).toString("base64url")}.e30.x`;
  test.each([
    ["", "auth.authorization_header_missing", undefined],
    [m2m, "auth.authorization_token_type_not_supported", { supportedTypes: ["Bearer"] }],
    ["bearer x", "auth.authorization_token_type_not_supported", { supportedTypes: ["Bearer"] }],
    ["Bearer a.b.c", "auth.unauthorized", { code: "ERR_JWS_INVALID", name: "JWSInvalid" }],
    [
      `Bearer ${jwt({ alg: "ES384", kid: "another" })}`,
      "auth.unauthorized",
      { code: "ERR_JWKS_NO_MATCHING_KEY", name: "JWKSNoMatchingKey" },
    ],
    [
      `Bearer ${jwt({ alg: "HS256" })}`,
      "auth.unauthorized",
      { code: "ERR_JOSE_NOT_SUPPORTED", name: "JOSENotSupported" },
    ],
    [
      `Bearer ${jwt({ alg: "ES384" })}`,
      "auth.unauthorized",
      { code: "ERR_JWS_SIGNATURE_VERIFICATION_FAILED", name: "JWSSignatureVerificationFailed" },
    ],
  ])("the header %j", async (authorization, code, data) => {
    const answer = await session.send("GET", "/api/sso-connectors", { authorization });
    expect([answer.status, answer.body.code, answer.body.data]).toEqual([401, code, data]);
  });

  test("an expired token, and a new one", async () => {
    const headers = { authorization: `Bearer ${await session.token()}` };
    logto.auth.expireTokens();
    const expired = await session.send("GET", "/api/sso-connectors", headers);
    expect([expired.status, expired.body.data]).toEqual([
      401,
      expect.objectContaining({ code: "ERR_JWT_EXPIRED", claim: "exp" }),
    ]);
    expect((await session.call("GET", "/sso-connectors")).status).toBe(200);
  });
});

describe("routes", () => {
  test.each([
    ["GET", "/api/nowhere", 404, null],
    ["GET", "/API/sso-connectors", 404, null],
    ["GET", "/api/sso-connectors/../sso-connectors", 404, null],
    ["PURGE", "/api/nowhere", 501, ""],
    ["PUT", "/api/sso-connectors", 405, "POST, HEAD, GET"],
    ["PUT", "/api/sso-connectors/x", 405, "HEAD, GET, DELETE, PATCH"],
    ["OPTIONS", "/api/sso-connectors/x", 200, "HEAD, GET, DELETE, PATCH"],
    ["HEAD", "/api/sso-connectors", 401, null],
    ["GET", "/api/SSO-connectors/", 401, null],
  ])("%s %s without a token", async (method, path, status, allow) => {
    // Not by fetch, which resolves `..` itself.
    const { request } = await import("node:http");
    const answer = await new Promise<[number | undefined, string | null]>((resolve, reject) => {
      request(logto.url, { method, path }, (response) => {
        response.resume();
        resolve([response.statusCode, response.headers.allow ?? null]);
      })
        .on("error", reject)
        .end();
    });
    expect(answer).toEqual([status, allow]);
  });

  test("an ID that can't be decoded is taken as it is; one with a NUL is more than the database takes", async () => {
    expect(said(await session.call("GET", "/sso-connectors/%E0%A4%A"))).toEqual([
      404,
      "entity.not_exists_with_id",
    ]);
    expect(said(await session.call("GET", "/sso-connectors/%00"))).toEqual([500, undefined]);
  });
});

test("faults can be armed from outside", async () => {
  const arm = (values: object) => session.send("POST", "/_faults", {}, JSON.stringify(values));
  expect((await arm({ fault: "nothing", target: "list" })).body).toMatchObject({
    targets: expect.arrayContaining(["list"]) as unknown,
  });
  expect((await arm({ fault: "503", target: "list" })).status).toBe(204);
  expect((await session.call("GET", "/sso-connectors")).status).toBe(503);
  expect((await session.call("GET", "/sso-connectors")).status).toBe(200);
  const target = { method: "GET", path: "connectors$" };
  expect((await arm({ fault: "503", target, times: 9 })).status).toBe(204);
  expect((await session.send("DELETE", "/_faults", {})).text).toBe('{"struck":1}');
  expect((await session.call("GET", "/sso-connectors")).status).toBe(200);
  expect(logto.log.filter(({ path }) => path === "/_faults")).toEqual([]);
});

describe("bodies", () => {
  const json = "application/json";
  test.each([
    ["a number", "5", json, 400, undefined],
    ["null", "null", json, 400, undefined],
    ["a forbidden key", '{"__proto__":{}}', json, 400, undefined],
    ["a list", "[]", json, 400, "guard.invalid_input"],
    ["a form", "providerName=OIDC&connectorName=a+b", "application/x-www-form-urlencoded", 200, undefined],
    [
      "another JSON type",
      '{"providerName":"OIDC","connectorName":"x"}',
      "application/vnd.api+json",
      200,
      undefined,
    ],
    [
      "an unknown JSON type",
      '{"providerName":"OIDC","connectorName":"x"}',
      "application/problem+json",
      400,
      "guard.invalid_input",
    ],
    ["a long text", "x".repeat(57345), "text/plain", 404, undefined],
  ])("%s", async (_name, body, type, status, code) => {
    expect(said(await session.call("POST", "/sso-connectors", body, type))).toEqual([status, code]);
  });

  test("issues come in the order of Logto's fields, with what they say beside them", async () => {
    const { body } = await session.create({ connectorName: "", providerName: 5, domains: null, config: [] });
    const { issues } = body.data as { issues: { path: string[] }[] };
    expect(issues.map(({ path }) => path[0])).toEqual(["config", "domains", "providerName", "connectorName"]);
    expect(body).toHaveProperty("details", expect.stringContaining("connectorName: "));
  });
});
