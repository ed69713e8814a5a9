/** Tokens, routes and bodies: rules from Logto's code, or observed with the libraries that it uses. */
import { brotliCompressSync, gzipSync } from "node:zlib";
import { type Logto, startLogto } from ".";
import { ApiClient, grant, m2m, resource, statusAndCode } from "./apiClient";

let logto: Logto;
beforeEach(async () => {
  logto = await startLogto({ retryDelayMs: 5 });
});
afterEach(() => logto.close());

const api = new ApiClient(() => logto);

describe("tokens", () => {
  const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;
  test.each([
    ["a wrong secret", basic("m2m:wrong"), grant, 401, "invalid_client"],
    ["an unknown application", basic("nobody:wrong"), grant, 400, "invalid_client"],
    ["no credentials", undefined, grant, 400, "invalid_request"],
    ["another scheme", "Bearer x", grant, 400, "invalid_request"],
    ["an unknown resource", m2m, { ...grant, resource: "https://other" }, 400, "invalid_target"],
    ["no resource", m2m, { grant_type: "client_credentials" }, 400, "invalid_target"],
    ["an organization", m2m, { ...grant, organization_id: "acme" }, 403, "access_denied"],
    ["no grant type", m2m, { resource }, 400, "invalid_request"],
    ["another grant type", m2m, { ...grant, grant_type: "password" }, 400, "unsupported_grant_type"],
    [
      "the secret in the form as well",
      m2m,
      { ...grant, client_secret: "canary-m2m" },
      400,
      "invalid_request",
    ],
    ["another ID in the form", m2m, { ...grant, client_id: "other" }, 400, "invalid_request"],
    ["an empty secret", basic("m2m:"), grant, 400, "invalid_request"],
    ["an empty ID", basic(":canary-m2m"), grant, 400, "invalid_request"],
    ["a line break after the secret", basic("m2m:canary-m2m%0A"), grant, 400, "invalid_request"],
    ["a tab in the ID", basic("m2m%09:canary-m2m"), grant, 400, "invalid_request"],
    ["a byte order mark before the secret", basic("m2m:\uFEFFcanary-m2m"), grant, 400, "invalid_request"],
    ["a letter that is not ASCII", basic("m2m:canary-m2\u00fc"), grant, 400, "invalid_request"],
    ["a space after the secret", basic("m2m:canary-m2m+"), grant, 401, "invalid_client"],
  ])("%s", async (_name, authorization, fields, status, error) => {
    const answer = await api.requestToken(authorization, fields);
    expect([answer.status, answer.body]).toEqual([
      status,
      expect.objectContaining({ code: `oidc.${error}`, error }),
    ]);
  });

  test.each([
    ["GET", "/oidc/token"],
    ["PUT", "/oidc/token"],
    ["OPTIONS", "/oidc/token"],
    ["DELETE", "/oidc/me"],
    ["GET", "/oidc/nothing"],
  ])("%s %s is no route", async (method, path) => {
    expect(statusAndCode(await api.send(method, path, { authorization: m2m }))).toEqual([
      404,
      "oidc.invalid_request",
    ]);
  });

  test("the ID may be repeated in the form, and an empty field counts as absent", async () => {
    const answer = await api.requestToken(m2m, { ...grant, client_id: "m2m", client_secret: "" });
    expect(answer.body).toMatchObject({ scope: "all" });
  });

  test("credentials may be in the form", async () => {
    const answer = await api.requestToken(undefined, {
      ...grant,
      client_id: "m2m",
      client_secret: "canary-m2m",
    });
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
    const answer = await api.send("GET", "/api/sso-connectors", { authorization });
    expect([answer.status, answer.body.code, answer.body.data]).toEqual([401, code, data]);
  });

  test("an expired token is refused, a new one accepted", async () => {
    const headers = { authorization: `Bearer ${await api.token()}` };
    logto.auth.expireTokens();
    const expired = await api.send("GET", "/api/sso-connectors", headers);
    expect([expired.status, expired.body.data]).toEqual([
      401,
      expect.objectContaining({ code: "ERR_JWT_EXPIRED", claim: "exp" }),
    ]);
    expect((await api.call("GET", "/sso-connectors")).status).toBe(200);
  });
});

describe("routes", () => {
  test.each([
    ["GET", "/api/nowhere", 404, null],
    ["GET", "/apis", 404, null],
    ["POST", "/elsewhere", 404, null],
    ["GET", "/api/sso-connectors/../sso-connectors", 404, null],
    ["PURGE", "/api/nowhere", 501, ""],
    ["PUT", "/api/sso-connectors", 405, "POST, HEAD, GET"],
    ["PUT", "/api/sso-connectors/x", 405, "HEAD, GET, DELETE, PATCH"],
    ["OPTIONS", "/api/sso-connectors/x", 200, "HEAD, GET, DELETE, PATCH"],
    ["HEAD", "/api/sso-connectors", 401, null],
    ["GET", "/api/SSO-connectors/", 401, null],
    ["GET", "/api/sso-connectors#x", 401, null],
    ["GET", "/api/sso-connectors%23x", 404, null],
    ["PUT", "/api/sso-connectors/x#/y?z", 405, "HEAD, GET, DELETE, PATCH"],
    ["GET", "/#x", 302, null],
  ])("%s %s without a token", async (method, path, status, allow) => {
    // Sent without fetch, which resolves `..` itself.
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

  test("a redirect says where to in HTML, or as text where the client does not accept that", async () => {
    const { id, redirectUri } = logto.webApplication;
    const query = new URLSearchParams({ client_id: id, redirect_uri: redirectUri, direct_sign_in: "sso:a" });
    const redirect = async (path: string, accept: string) => {
      const response = await fetch(logto.url + path, { redirect: "manual", headers: { accept } });
      return [response.status, response.headers.get("content-type"), await response.text()];
    };
    const path = `/oidc/auth?${query.toString()}`;
    const text = `Redirecting to /direct/sso/a?app_id=${id}&fallback=sign-in.`;
    const html = [303, "text/html; charset=utf-8", text.replace("&", "&amp;")];
    expect(await redirect(path, "*/*")).toEqual(html);
    expect(await redirect(path, "text/html;q=0.9,application/json")).toEqual(html);
    expect(await redirect(path, "application/json")).toEqual([303, "text/plain; charset=utf-8", text]);
    const unknownSession = [302, "text/html; charset=utf-8", `Redirecting to ${logto.url}/unknown-session.`];
    for (const page of ["/", "/sign-in?app_id=x", "/consent", "/register/x"])
      expect(await redirect(page, "*/*")).toEqual(unknownSession);
    expect((await redirect("/callback/x?code=y", "*/*"))[0]).toBe(200);
  });

  test.each(["/?preview=1", "/console", "/API/sso-connectors", "/sso-connectors?page=1"])(
    "GET %s is a page of the web UI",
    async (path) => {
      const { status, headers, text } = await api.send("GET", path, {});
      expect([status, headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
      expect(text).toContain("<!DOCTYPE html>");
    },
  );

  test("a HEAD response has a content type only if the error has a body of its own", async () => {
    const typeOf = async (path: string) => {
      const { status, headers } = await api.call("HEAD", path);
      return [status, headers.get("content-type")];
    };
    expect(await typeOf("/sso-connectors/nope")).toEqual([404, "application/json; charset=utf-8"]);
    expect(await typeOf("/nowhere")).toEqual([404, null]);
    expect(await typeOf("/organizations/a/jit/sso-connectors/b")).toEqual([405, null]);
  });

  test("an ID that can't be decoded is used as it is; one with a NUL is a 500 of the database", async () => {
    expect(statusAndCode(await api.call("GET", "/sso-connectors/%E0%A4%A"))).toEqual([
      404,
      "entity.not_exists_with_id",
    ]);
    expect(statusAndCode(await api.call("GET", "/sso-connectors/%00"))).toEqual([500, undefined]);
  });
});

test("faults can be armed by the control interface", async () => {
  const arm = (values: object) => api.send("POST", "/_faults", {}, JSON.stringify(values));
  expect((await arm({ fault: "nothing", target: "list" })).body).toMatchObject({
    targets: expect.arrayContaining(["list"]) as unknown,
  });
  expect((await arm({ fault: "503", target: "list" })).status).toBe(204);
  expect((await api.call("GET", "/sso-connectors")).status).toBe(503);
  expect((await api.call("GET", "/sso-connectors")).status).toBe(200);
  const target = { method: "GET", path: "connectors$" };
  expect((await arm({ fault: "503", target, times: 9 })).status).toBe(204);
  expect((await api.send("DELETE", "/_faults", {})).text).toBe('{"struck":1}');
  expect((await api.call("GET", "/sso-connectors")).status).toBe(200);
  expect(logto.log.filter(({ path }) => path === "/_faults")).toEqual([]);
});

describe("bodies", () => {
  const json = "application/json";
  test.each([
    ["a number", "5", json, 400, undefined],
    ["null", "null", json, 400, undefined],
    ["a forbidden key", '{"__proto__":{}}', json, 400, undefined],
    ["an array", "[]", json, 400, "guard.invalid_input"],
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
    ["a long string", "x".repeat(57345), "text/plain", 404, undefined],
  ])("%s", async (_name, body, type, status, code) => {
    expect(statusAndCode(await api.call("POST", "/sso-connectors", body, type))).toEqual([status, code]);
  });

  const body = '{"providerName":"OIDC","connectorName":"x"}';
  test.each([
    ["gzip", gzipSync(body), 200],
    ["br", brotliCompressSync(body), 200],
    ["identity", body, 200],
    ["gzip", body, 500],
    ["GZIP", gzipSync(body), 500],
    ["x-unknown", body, 500],
  ])("the content-encoding %s", async (encoding, sent, status) => {
    const answer = await fetch(`${logto.url}/api/sso-connectors`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${await api.token()}`,
        "content-type": json,
        "content-encoding": encoding,
      },
      body: sent,
    });
    expect(answer.status).toBe(status);
    if (status === 500) expect(await answer.json()).toEqual({ message: "Internal server error." });
  });

  test("issues are in the order of Logto's fields, with their messages in details", async () => {
    const { body } = await api.create({ connectorName: "", providerName: 5, domains: null, config: [] });
    const { issues } = body.data as { issues: { path: string[] }[] };
    expect(issues.map(({ path }) => path[0])).toEqual(["config", "domains", "providerName", "connectorName"]);
    expect(body).toHaveProperty("details", expect.stringContaining("connectorName: "));
  });
});
