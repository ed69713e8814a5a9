/** Rules beyond the recordings: from Logto's code, or observed with the libraries that it uses. */
import { once } from "node:events";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { certificate, discoveryDocument, type Logto, samlMetadata, startLogto } from ".";
import { ApiClient, type ReceivedResponse, statusAndCode } from "./apiClient";

let logto: Logto;
beforeEach(async () => {
  logto = await startLogto({ retryDelayMs: 5 });
});
afterEach(() => logto.close());

const api = new ApiClient(() => logto);

const client = { clientId: "c", clientSecret: "canary" };

let server: http.Server | undefined;
afterEach(() => {
  server?.close();
  server?.closeAllConnections();
});

/** Starts an identity provider with this handler and returns its address. */
async function serving(answer: http.RequestListener): Promise<string> {
  server = http.createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("identity providers", () => {
  const refusal = async (answer: Promise<ReceivedResponse>) => {
    const { status, body } = await answer;
    return [status, body.code, body.data];
  };

  test("a sign-in page in place of a discovery document", async () => {
    expect(await refusal(api.create({ config: { ...client, issuer: `${logto.idp}/notjson` } }))).toEqual([
      400,
      "connector.invalid_config",
      expect.objectContaining({
        config: { issuer: `${logto.idp}/notjson` },
        error: { code: "invalid_response", data: { message: "<html>sign in</html>" } },
      }),
    ]);
  });

  test.each([
    ["ftp://a.test", "ERR_UNSUPPORTED_PROTOCOL"],
    ["", "ERR_GOT_REQUEST_ERROR"],
    ["https://a b", "ERR_INVALID_URL"],
    ["unix:/run/idp.sock:/x", "ERR_GOT_REQUEST_ERROR"],
    ["http://unix:/run/idp.sock:/x", "ERR_GOT_REQUEST_ERROR"],
    ["UNIX://idp/x", "ERR_GOT_REQUEST_ERROR"],
    ["unix:a:b", "ERR_INVALID_URL"],
    ["unix:.invalid", "ENOTFOUND"],
  ])("the issuer %j", async (issuer, code) => {
    const [, , data] = await refusal(api.create({ config: { ...client, issuer } }));
    expect(data).toHaveProperty("error", { code, name: "RequestError" });
  });

  test.each([
    ["metadata that does not parse", () => ({ metadataUrl: `${logto.idp}/saml/broken` }), [500, undefined]],
    [
      "a sign-in page",
      () => ({ metadataUrl: `${logto.idp}/notjson/x` }),
      [400, "connector.invalid_certificate"],
    ],
    ["a failing URL", () => ({ metadataUrl: `${logto.idp}/fails/x` }), [400, "connector.invalid_metadata"]],
    ["plain text", () => ({ metadata: "hello" }), [400, "connector.invalid_certificate"]],
    ["empty metadata", () => ({ metadata: "" }), [400, "connector.invalid_config"]],
    [
      "no sign-in by redirect",
      () => ({ metadata: samlMetadata("urn:x", "https://x.test").replace("HTTP-Redirect", "HTTP-POST") }),
      [400, "connector.invalid_metadata"],
    ],
    [
      "no certificate",
      () => ({ metadata: samlMetadata("urn:x", "https://x.test").replaceAll("X509", "Other") }),
      [400, "connector.invalid_certificate"],
    ],
    [
      "a certificate in lines",
      () => ({
        entityId: "urn:x",
        signInEndpoint: "https://x.test",
        x509Certificate: certificate.replace("\n", "\r\n"),
      }),
      [200, undefined],
    ],
  ])("SAML: %s", async (_name, config, expected) => {
    expect(statusAndCode(await api.create({ providerName: "SAML", config: config() }))).toEqual(expected);
  });

  test.each([
    ["gzip", gzipSync],
    ["deflate", deflateSync],
    ["BR", brotliCompressSync],
    ["unknown", (text: string) => text],
  ])("a response with the content-encoding %s is decompressed", async (encoding, compress) => {
    const received: http.IncomingHttpHeaders[] = [];
    const url = await serving((request, response) => {
      received.push(request.headers);
      response.setHeader("content-encoding", encoding);
      response.end(compress(JSON.stringify(discoveryDocument("https://idp.acme.com"))));
    });
    expect(statusAndCode(await api.create({ config: { ...client, issuer: url } }))).toEqual([200, undefined]);
    expect(received[0]).toMatchObject({
      "user-agent": expect.stringMatching(/^got \(/) as unknown,
      "accept-encoding": "gzip, deflate, br",
    });
  });

  test("a response that is not compressed as declared is an error", async () => {
    const url = await serving((_request, response) => {
      response.setHeader("content-encoding", "gzip");
      response.end("{}");
    });
    const [status, code, data] = await refusal(api.create({ config: { ...client, issuer: url } }));
    expect([status, code]).toEqual([400, "connector.invalid_config"]);
    expect(data).toHaveProperty("error", { code: "Z_DATA_ERROR", name: "ReadError" });
  });

  const start = (response: http.ServerResponse, headers: http.OutgoingHttpHeaders, body: string | Buffer) =>
    new Promise<void>((resolve) => {
      response.writeHead(200, headers).write(body, () => {
        resolve();
      });
    });
  const document = JSON.stringify(discoveryDocument("https://idp.acme.com"));
  const zipped = gzipSync(document).subarray(0, -20);
  const gzip = { "content-encoding": "gzip" };
  test.each<[string, (response: http.ServerResponse) => unknown, string, string, number]>([
    [
      "closed",
      async (response) => {
        await start(response, { "content-length": document.length + 1 }, document);
        response.destroy();
      },
      "ECONNRESET",
      "ReadError",
      3,
    ],
    [
      "closed in gzip",
      async (response) => {
        await start(response, gzip, zipped);
        response.destroy();
      },
      "ECONNRESET",
      "ReadError",
      3,
    ],
    [
      "incomplete in gzip",
      (response) => response.writeHead(200, gzip).end(zipped),
      "Z_BUF_ERROR",
      "ReadError",
      1,
    ],
    [
      "followed by more in gzip",
      (response) => response.writeHead(200, gzip).end(Buffer.concat([gzipSync(document), Buffer.from("xx")])),
      "Z_DATA_ERROR",
      "ReadError",
      1,
    ],
    [
      "no br",
      (response) => response.writeHead(200, { "content-encoding": "br" }).end(document),
      "ERR__ERROR_FORMAT_PADDING_2",
      "ReadError",
      1,
    ],
  ])("a discovery document that is %s", async (_name, answer, code, name, attempts) => {
    let requests = 0;
    const issuer = await serving((_request, response) => {
      requests++;
      void answer(response);
    });
    const [, , data] = await refusal(api.create({ config: { ...client, issuer } }));
    expect([data, requests]).toEqual([expect.objectContaining({ error: { code, name } }), attempts]);
  });

  test.each([
    ["the status 304", 304, {}],
    ["nothing in gzip", 200, gzip],
    ["nothing in br", 200, { "content-encoding": "br" }],
  ])("%s counts as an empty document", async (_name, status, headers) => {
    const url = await serving((_request, response) => response.writeHead(status, headers).end());
    const [, , data] = await refusal(api.create({ config: { ...client, issuer: url } }));
    expect(data).toHaveProperty("error", { code: "invalid_response", data: { message: "" } });
    const saml = { providerName: "SAML", config: { metadataUrl: url } };
    expect((await refusal(api.create(saml)))[2]).toMatchObject({
      message: "invalid_connector_config",
      config: { metadataUrl: url },
    });
  });

  test("a byte order mark breaks a discovery document, but not metadata", async () => {
    const url = await serving((request, response) => {
      const document = JSON.stringify(discoveryDocument("https://idp.acme.com"));
      const isDiscovery = request.url?.endsWith("/openid-configuration");
      response.end(`\uFEFF${isDiscovery ? document : samlMetadata("urn:x", "https://x.test")}`);
    });
    const [status, code, data] = await refusal(api.create({ config: { ...client, issuer: url } }));
    expect([status, code]).toEqual([400, "connector.invalid_config"]);
    expect(data).toHaveProperty("error.code", "invalid_response");
    const saml = { providerName: "SAML", config: { metadataUrl: url } };
    expect(statusAndCode(await api.create(saml))).toEqual([200, undefined]);
  });

  test("Google's config has no issuer, and its providerConfig no offlineAccess", async () => {
    const config = { ...client, offlineAccess: true };
    const { body } = await api.create({ providerName: "GoogleWorkspace", config });
    const { body: details } = await api.call("GET", `/sso-connectors/${body.id}`);
    expect(details).toMatchObject({
      config: { ...config, trustUnverifiedEmail: false },
      providerConfig: {
        ...client,
        scope: "openid profile email",
        tokenEndpoint: `${logto.idp}/google/token`,
      },
    });
    expect(details).not.toHaveProperty("providerConfig.offlineAccess");
  });
});

describe("rows", () => {
  test("toString is accepted as a provider, but not with a config or token storage", async () => {
    const odd = { providerName: "toString" };
    expect(statusAndCode(await api.create({ ...odd, config: {} }))).toEqual([500, undefined]);
    expect(statusAndCode(await api.create({ ...odd, enableTokenStorage: true }))).toEqual([
      400,
      "connector.token_storage_not_supported",
    ]);
  });

  test("the database refuses a NUL anywhere, and a lone surrogate in JSON", async () => {
    expect(statusAndCode(await api.create({ domains: ["a\0b"] }))).toEqual([500, undefined]);
    expect(statusAndCode(await api.create({ branding: { displayName: "\ud800" } }))).toEqual([
      422,
      "entity.invalid_input",
    ]);
    expect(statusAndCode(await api.create({ branding: { displayName: "😀" } }))).toEqual([200, undefined]);
  });

  test("a lone surrogate in a name is stored as U+FFFD, and conflicts with that name", async () => {
    const half = { connectorName: "a\ud800" };
    expect((await api.create(half)).body).toMatchObject({ connectorName: "a\ufffd" });
    const taken = [409, "single_sign_on.duplicate_connector_name"];
    expect(statusAndCode(await api.create({ connectorName: "a\ufffd" }))).toEqual(taken);
    const { id } = logto.connectors.insert({ providerName: "OIDC", connectorName: "b" });
    expect(statusAndCode(await api.call("PATCH", `/sso-connectors/${id}`, half))).toEqual(taken);
    expect(statusAndCode(await api.call("PATCH", `/sso-connectors/${id}`, { domains: ["\udc00"] }))).toEqual([
      422,
      "entity.invalid_input",
    ]);
    const organization = { name: "\ud800", customData: {} };
    expect((await api.call("POST", "/organizations", organization)).body).toMatchObject({
      name: "\ufffd",
    });
  });

  test("token storage is refused without an encryption key", async () => {
    await logto.close();
    logto = await startLogto({ tokenStorage: false });
    const storing = { providerName: "SAML", enableTokenStorage: true };
    expect(statusAndCode(await api.create(storing))).toEqual([422, "request.feature_not_supported"]);
  });

  const names = async (query: string) =>
    ((await api.call("GET", `/sso-connectors${query}`)).body as unknown as { connectorName: string }[]).map(
      ({ connectorName }) => connectorName,
    );

  test("an update moves a row to the end, which shifts the pages; an empty update does not", async () => {
    for (const connectorName of ["a", "b", "c"])
      logto.connectors.insert({ providerName: "SAML", connectorName });
    await api.call("PATCH", `/sso-connectors/${logto.named("a").id}`, {});
    expect(await names("")).toEqual(["a", "b", "c"]);
    await api.call("PATCH", `/sso-connectors/${logto.named("a").id}`, { syncProfile: true });
    expect(await names("?page=1&page_size=2")).toEqual(["b", "c"]);
    expect(await names("?page=2&page_size=2")).toEqual(["a"]);
  });

  test.each([
    ["page=1.5&page_size=3", 422, "entity.invalid_input"],
    ["page=0.5", 500, undefined],
    ["page=0.9&page_size=10", 422, "entity.invalid_input"],
    ["page=1&page_size=2.5", 422, "entity.invalid_input"],
    ["page=Infinity", 422, "entity.invalid_input"],
    ["page=999999999999999999", 500, undefined],
    ["page=1&page=2", 400, "guard.invalid_pagination"],
    ["page_size=101", 400, "guard.invalid_pagination"],
    ["page=-1", 400, "guard.invalid_pagination"],
    ["page=&page_size=", 200, undefined],
  ])("the page %s", async (query, status, code) => {
    expect(statusAndCode(await api.call("GET", `/sso-connectors?${query}`))).toEqual([status, code]);
  });

  test("links keep the path and the query of the request, without /api", async () => {
    const { headers } = await api.call("GET", "/sso-connectors/?a=1&page=1&a=2");
    expect(headers.get("link")).toBe(
      ["first", "last"]
        .map((relation) => `<${logto.url}/sso-connectors/?a=1%2C2&page=1>; rel="${relation}"`)
        .join(", "),
    );
  });

  test("links lose the parameter __proto__, but not others that objects have", async () => {
    const { headers } = await api.call("GET", "/sso-connectors?__proto__=x&page=1&toString=1");
    expect(headers.get("link")).toContain(`<${logto.url}/sso-connectors?page=1&toString=1>; rel="first"`);
  });

  test("of ten renames to one name at a time, one succeeds and some fail with 500", async () => {
    const rows = Array.from({ length: 10 }, (_none, index) =>
      logto.connectors.insert({ providerName: "OIDC", connectorName: `old ${index}` }),
    );
    const headers = { authorization: `Bearer ${await api.token()}`, "content-type": "application/json" };
    const body = '{"connectorName":"new"}';
    const rename = ({ id }: { id: string }) => api.send("PATCH", `/api/sso-connectors/${id}`, headers, body);
    const statuses = (await Promise.all(rows.map(rename))).map(({ status }) => status);
    expect(new Set(statuses)).toContain(500);
    expect(statuses.filter((status) => ![409, 500].includes(status))).toEqual([200]);
  });
});

describe("signing keys", () => {
  test("exist only for SAML connectors", async () => {
    const { id } = logto.connectors.insert({ providerName: "Okta", connectorName: "okta" });
    expect(statusAndCode(await api.call("GET", `/sso-connectors/${id}/signing-keys`))).toEqual([
      404,
      "connector.not_found",
    ]);
    expect(statusAndCode(await api.call("GET", "/sso-connectors/nope/signing-keys"))).toEqual([
      404,
      "entity.not_exists_with_id",
    ]);
  });

  test("one key at a time is active, and it can't be deleted", async () => {
    const { id } = logto.connectors.insert({ providerName: "SAML", connectorName: "saml" });
    const keys = `/sso-connectors/${id}/signing-keys`;
    const first = (await api.call("POST", keys, { active: true })).body;
    const second = (await api.call("POST", keys, { active: true })).body;
    const { body: list } = await api.call("GET", keys);
    expect(list).toMatchObject([
      { id: first.id, active: false },
      { id: second.id, active: true },
    ]);
    expect(list).not.toHaveProperty("0.privateKey");
    expect(list).toHaveProperty("0.fingerprints.sha256.unformatted", expect.stringMatching(/^[\dA-F]{64}$/));
    expect(statusAndCode(await api.call("DELETE", `${keys}/${second.id}`))).toEqual([
      400,
      "single_sign_on.can_not_delete_active_signing_key",
    ]);
    expect(statusAndCode(await api.call("PATCH", `${keys}/${second.id}`, {}))).toEqual([
      400,
      "guard.invalid_input",
    ]);
    expect((await api.call("PATCH", `${keys}/${second.id}`, { active: false })).body).toMatchObject({
      active: false,
    });
    expect((await api.call("DELETE", `${keys}/${second.id}`)).status).toBe(204);
    await api.call("DELETE", `/sso-connectors/${id}`);
    expect(statusAndCode(await api.call("GET", keys))).toEqual([404, "entity.not_exists_with_id"]);
  });
});
