import { type ScriptedResponse, startScriptedServer } from "../../test/scriptedServer";
import { useVirtualTime } from "../../test/virtualTime";
import { clientOf, connector, failure, apiConnector } from "../../test/scriptedClient";

useVirtualTime();

test("an error for an unreachable Logto names the address and its setting", async () => {
  const { client, server } = await clientOf([{ body: apiConnector }]);
  await server.close();
  const error = await failure(client.getConnector("id1"));
  expect(error).toMatchObject({ code: "unreachable", outcome: "not applied" });
  expect(error.message).toContain(
    `POST /oidc/token failed: could not reach Logto at ${server.url}: ECONNREFUSED. Check logto:endpoint`,
  );
});

test.each([
  ["a reset", { fault: "reset" }],
  ["502 with HTML", { status: 502, body: "<html>bad gateway" }],
  ["503", { status: 503, body: { message: "no" } }],
  ["429 with Retry-After", { status: 429, headers: { "retry-after": "0" }, body: { message: "slow down" } }],
] satisfies [string, ScriptedResponse][])(
  "an idempotent request is retried after %s",
  async (_what, fault) => {
    const { client, calledPaths } = await clientOf([fault, { body: apiConnector }]);
    expect(await client.updateConnector("id1", { syncProfile: true })).toEqual(apiConnector);
    expect(calledPaths().filter((call) => call.startsWith("PATCH"))).toHaveLength(2);
  },
);

test("a create is retried only if it surely was not applied", async () => {
  const rejected = await clientOf([{ status: 429, body: { message: "slow down" } }, { body: apiConnector }]);
  expect(await rejected.client.createConnector(connector)).toEqual(apiConnector);
  for (const fault of [
    { fault: "reset" },
    { status: 502, body: "<html>" },
    { body: "<html>" },
    { fault: "cut", body: apiConnector },
  ] satisfies ScriptedResponse[]) {
    const { client, calledPaths } = await clientOf([fault]);
    expect(await failure(client.createConnector(connector))).toMatchObject({ outcome: "unknown" });
    expect(calledPaths().filter((call) => call.includes("sso-connectors"))).toHaveLength(1);
  }
});

const gateway = [
  [502, { message: "Bad Gateway" }],
  [503, { code: "UNAVAILABLE", message: "Service Unavailable" }],
  [504, { message: "Endpoint request timed out" }],
  [500, { message: "Internal server error" }],
  [520, { code: "1020", message: "Web server is returning an unknown error" }],
  [200, { message: "Endpoint request timed out" }],
  [200, { id: "id1" }],
  [200, []],
  [200, null],
  [200, "accepted"],
  [202, { requestId: "1" }],
] as const;
const json = { "content-type": "application/json" };

test.each(gateway.map(([status, body]) => [status, JSON.stringify(body)] as const))(
  "%s %s does not come from Logto: a create is not retried, and its outcome is unknown",
  async (status, body) => {
    const { client, calledPaths } = await clientOf([{ status, headers: json, body }]);
    const creates = [client.createConnector(connector), client.signingKeys.create("id1", true)];
    for (const create of creates) expect(await failure(create)).toMatchObject({ outcome: "unknown" });
    expect(calledPaths().filter((call) => call.includes("sso-connectors"))).toHaveLength(2);
  },
);

test.each(
  gateway.filter(([status]) => status < 300).map(([status, body]) => [status, JSON.stringify(body)] as const),
)("%s %s does not come from Logto: the outcome of a change is unknown", async (status, body) => {
  const { client } = await clientOf([{ status, headers: json, body }]);
  for (const change of [
    client.updateConnector("id1", { syncProfile: true }),
    client.deleteConnector("id1"),
    client.signingKeys.setActive("id1", "key1", true),
    client.signingKeys.delete("id1", "key1"),
    client.organizations.link("org1", "id1"),
    client.organizations.unlink("org1", "id1"),
  ]) {
    expect(await failure(change)).toMatchObject({ code: "not-logto", outcome: "unknown" });
  }
});

test("a response that is not a list is an error", async () => {
  const { client } = await clientOf([{ body: apiConnector }]);
  for (const list of [
    client.listConnectors(),
    client.listProviders(),
    client.signingKeys.list("id1"),
    client.organizations.linkedConnectors("org1"),
  ]) {
    expect((await failure(list)).message).toContain("failed: the response is not a list");
  }
  const odd = await clientOf([{ body: [null, { id: 1 }] }]);
  expect(await failure(odd.client.organizations.linkedConnectors("org1"))).toMatchObject({
    code: "not-logto",
  });
});

test("a 500 from Logto itself is final", async () => {
  for (const body of [
    { message: "Internal server error." },
    { code: "entity.create_failed", message: "no" },
  ]) {
    const { client } = await clientOf([{ status: 500, body }]);
    expect(await failure(client.createConnector(connector))).toMatchObject({ outcome: "not applied" });
  }
});

test("the outcome of a create without a response is unknown, even after a 429", async () => {
  const rejected = { status: 429, headers: { "retry-after": "0" }, body: { message: "slow down" } };
  const { client } = await clientOf([rejected, { fault: "hang" }], {
    config: { "logto:timeoutSeconds": "1" },
  });
  expect(await failure(client.createConnector(connector))).toMatchObject({ outcome: "unknown" });
});

test("the outcome of a change that was lost and then rejected is unknown", async () => {
  const rejected = { status: 400, body: { code: "connector.invalid_config", message: "no" } };
  const { client } = await clientOf([{ fault: "reset" }, rejected]);
  expect(await failure(client.updateConnector("id1", {}))).toMatchObject({ status: 400, outcome: "unknown" });
});

test("a Retry-After is observed, and one beyond the deadline ends the request", async () => {
  const wait = (seconds: string): ScriptedResponse => ({
    status: 429,
    headers: { "retry-after": seconds },
    body: { message: "slow down" },
  });
  const short = await clientOf([wait("1"), { body: apiConnector }]);
  const begun = Date.now();
  await short.client.getConnector("id1");
  expect(Date.now() - begun).toBe(1000);
  const long = await clientOf([wait("3600")]);
  expect(await failure(long.client.getConnector("id1"))).toMatchObject({ status: 429 });
});

test("all calls wait together for a rate limit that another client uses up, however often", async () => {
  const rejected: ScriptedResponse = {
    status: 429,
    headers: { "retry-after": "0.2" },
    body: { message: "slow down" },
  };
  const { client, requests } = await clientOf([
    ...Array<ScriptedResponse>(12).fill(rejected),
    { body: apiConnector },
  ]);
  await Promise.all([1, 2, 3].map(() => client.getConnector("id1")));
  // Twelve rejections of three calls: four rounds of waiting.
  expect(requests).toHaveLength(1 + 12 + 3);
  await client.createConnector(connector);
});

test("the wait for a rate limit gets longer with each 429 that does not say how long", async () => {
  const rejected: ScriptedResponse = { status: 429, body: { message: "slow down" } };
  const { client } = await clientOf([rejected, rejected, rejected, { body: apiConnector }]);
  const begun = Date.now();
  await client.getConnector("id1");
  expect(Date.now() - begun).toBe(1000 + 2000 + 4000);
});

test("a call waits for a rate limit for ten times the timeout at most", async () => {
  const rejected = { status: 429, headers: { "retry-after": "4" }, body: { message: "slow down" } };
  const { client } = await clientOf([...Array<ScriptedResponse>(5).fill(rejected), { body: apiConnector }], {
    config: { "logto:timeoutSeconds": "1" },
  });
  expect(await failure(client.getConnector("id1"))).toMatchObject({ status: 429 });
});

test("an error is that of the response where retries have used up the time", async () => {
  const { client } = await clientOf([{ status: 503, body: { message: "no" } }, { fault: "hang" }]);
  expect(await failure(client.getConnector("id1"))).toMatchObject({ status: 503 });
});

test("maxRequestsPerSecond is observed, and waiting for it does not count towards the timeout", async () => {
  const { client, requests } = await clientOf([{ body: apiConnector }], {
    config: { "logto:maxRequestsPerSecond": "5", "logto:timeoutSeconds": "1" },
  });
  const begun = Date.now();
  await Promise.all(Array.from({ length: 11 }, () => client.getConnector("id1")));
  // The token's request counts as well: 12 at 5 a second.
  expect(requests).toHaveLength(12);
  expect(Date.now() - begun).toBe(2200);
});

test("maxRequestsPerSecond is observed also by the calls that have waited together", async () => {
  const wait = { status: 429, headers: { "retry-after": "3" }, body: { message: "slow down" } };
  const { client } = await clientOf([wait, { body: apiConnector }], {
    config: { "logto:maxRequestsPerSecond": "1" },
  });
  const begun = Date.now();
  const read = async () => {
    await client.getConnector("id1");
    return Date.now() - begun;
  };
  // The token comes first. The rejection of the second request pauses all others until the fourth second.
  const times = await Promise.all([read(), read(), read()]);
  expect(times.sort()).toEqual([4000, 5000, 6000]);
});

test("a request without a response ends at the timeout, and is not retried", async () => {
  const { client, calledPaths } = await clientOf([{ fault: "hang" }], {
    config: { "logto:timeoutSeconds": "1" },
  });
  const begun = Date.now();
  const error = await failure(client.updateConnector("id1", { syncProfile: true }));
  expect(Date.now() - begun).toBe(1000);
  expect(error).toMatchObject({ code: "timeout", outcome: "unknown", method: "PATCH" });
  expect(error.message).toContain("within 1 s (logto:timeoutSeconds)");
  expect(calledPaths().filter((call) => call.startsWith("PATCH"))).toHaveLength(1);
});

test("a redirect is not followed, so that the token is not sent elsewhere", async () => {
  const elsewhere = await startScriptedServer(() => ({ body: apiConnector }));
  const { client } = await clientOf([{ status: 302, headers: { location: `${elsewhere.url}/x` }, body: "" }]);
  expect((await failure(client.getConnector("id1"))).message).toContain(`redirecting to ${elsewhere.url}`);
  expect(elsewhere.requests).toEqual([]);
  await elsewhere.close();
  const leaking = await clientOf([
    { status: 302, headers: { location: "https://canary-token.acme.com" }, body: "" },
  ]);
  await failure(leaking.client.getConnector("id1"));
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

const spellings: [string, (secret: string) => string][] = [
  ["plain", (secret) => secret],
  ["JSON", (secret) => JSON.stringify(secret)],
  ["percent", encodeURIComponent],
  ["form", (secret) => new URLSearchParams({ secret }).toString()],
  ["base64", (secret) => Buffer.from(secret).toString("base64")],
  ["base64url", (secret) => Buffer.from(`m2m:${secret}`).toString("base64url")],
  ["after 297 characters", (secret) => "x".repeat(297) + secret],
];

test.each(spellings)("an error contains no secret that was sent: %s", async (_spelling, spell) => {
  const secrets = ['canary "config" \\ é+/', "canary&client", "canary-token"];
  const sent = { ...connector, config: { ...connector.config, clientSecret: secrets[0] ?? "" } };
  const text = secrets.map(spell).join(" and ");
  const bodies = [
    { code: text, message: text, data: { data: [text] } },
    { code: spell("canary-token"), message: text, data: { error: text, code: text } },
    { code: "canary-token", message: text, data: { error: { code: text } } },
    { message: text, data: { issues: [{ path: [text], code: text }, null, {}] } },
  ];
  const headers = {
    location: `https://${encodeURIComponent(text)}.acme.com/`,
    "content-type": encodeURI(text),
  };
  const responses: ScriptedResponse[] = [
    ...bodies.map((body) => ({ status: 400, body })),
    { status: 302, headers, body: text },
  ];
  for (const response of responses) {
    const { client } = await clientOf([response]);
    const { message } = await failure(client.createConnector(sent));
    for (const secret of secrets) {
      expect(message).not.toContain(spell(secret).slice(-14));
      expect(message).not.toContain(Buffer.from(secret).toString("base64url").slice(0, 12));
    }
  }
});

test.each([
  ["a code of 300 kB", "x".repeat(300_000)],
  ["a sentence", "Something went wrong."],
  ["nothing", ""],
  ["a number", 7],
])("%s is not accepted as the code of an error", async (_what, code) => {
  const { client } = await clientOf([{ status: 400, body: { code, message: "no" } }]);
  const error = await failure(client.getConnector("id1"));
  expect(error.code).toBe("http-400");
  expect(error.message).toBe("GET /api/sso-connectors/id1 failed: 400: no.");
});

test("a code that is the name of a property of every object has no hint", async () => {
  const { client } = await clientOf([{ status: 400, body: { code: "constructor", message: "no" } }]);
  const { message } = await failure(client.getConnector("id1"));
  expect(message).toBe("GET /api/sso-connectors/id1 failed: 400 constructor: no.");
});

test("an error is short, and contains nothing that could control a terminal or a CI log", async () => {
  const hostile =
    "\u001b[31m\u001b]8;;https://x\u0007 \n::error::x\r\n##[error]y ##vso[task.x] \u202e\u200b\u2028 ";
  const long = hostile + "é😀漢".repeat(5000);
  const data = { data: Array(50).fill(long) };
  const responses: ScriptedResponse[] = [
    { status: 422, body: { code: "single_sign_on.forbidden_domains", message: long, data } },
    {
      status: 302,
      headers: { location: "https://acme.com/%1b[31m", "content-type": "::error::" },
      body: long,
    },
    { status: 500, body: { message: long } },
  ];
  for (const response of responses) {
    const { client } = await clientOf([response]);
    const error = await failure(client.getConnector("id1"));
    const longer = (await failure(client.getConnector("id1\u001b".repeat(2000)))).withMessage(hostile + long);
    for (const { message } of [error, longer]) {
      expect(message).not.toMatch(/[\p{Format}\p{Line_Separator}\p{Surrogate}]|(?!\n)\p{Control}/u);
      expect(message).not.toMatch(/^\s*::|##\[|##vso\[/m);
      expect(Buffer.byteLength(message)).toBeLessThan(2000);
    }
  }
});

test("an error quotes Logto's message in short, without the secrets that were sent", async () => {
  const error = { code: "connector.invalid_config", message: `bad canary-config ${"x".repeat(5000)}` };
  const { client } = await clientOf([
    {
      status: 400,
      body: {
        ...error,
        data: { config: connector.config, error: { code: "ECONNREFUSED", dump: "y".repeat(9000) } },
      },
    },
  ]);
  const reported = await failure(client.createConnector(connector));
  expect(reported).toMatchObject({
    code: "connector.invalid_config",
    status: 400,
    method: "POST",
    path: "/api/sso-connectors",
  });
  expect(reported.message).toContain("failed: 400 connector.invalid_config: bad [secret]");
  expect(reported.message).toContain(" (ECONNREFUSED). Logto validates a config");
});

test("an error names the domains that Logto rejects", async () => {
  const body = { code: "single_sign_on.forbidden_domains", message: "no", data: { data: ["gmail.com"] } };
  const { client } = await clientOf([{ status: 422, body }]);
  expect((await failure(client.createConnector(connector))).message).toContain("gmail.com");
});
