import * as http from "node:http";
import { createServer } from "node:https";
import type * as net from "node:net";
import { generate } from "selfsigned";
import { type Answer, serveAnswers } from "../../test/answers";
import { clientOf, connector, failure, row } from "../../test/clients";
import { LogtoClient } from "./client";
import { readSettings } from "./settings";

// Retries take some seconds until they give up.
jest.setTimeout(30_000);

test("Logto out of reach is told with the address and where it is set", async () => {
  const { client, server } = await clientOf([{ body: row }]);
  await server.close();
  const error = await failure(client.getConnector("id1"));
  expect(error).toMatchObject({ code: "unreachable", outcome: "not applied" });
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
    expect(await failure(client.createConnector(connector))).toMatchObject({ outcome: "unknown" });
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
  expect(error).toMatchObject({ code: "timeout", outcome: "unknown", method: "PATCH" });
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
