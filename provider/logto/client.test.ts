import { type Answer, serveAnswers } from "../../test/answers";
import { clientOf, connector, failure, row } from "../../test/clients";

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
  "%s %s to a create is no word of Logto's: it is not sent again, and what became of it is not known",
  async (status, body) => {
    const { client, calledPaths } = await clientOf([{ status, headers: json, body }]);
    const creates = [client.createConnector(connector), client.signingKeys.create("id1", true)];
    for (const create of creates) expect(await failure(create)).toMatchObject({ outcome: "unknown" });
    expect(calledPaths().filter((call) => call.includes("sso-connectors"))).toHaveLength(2);
  },
);

test.each(
  gateway.filter(([status]) => status < 300).map(([status, body]) => [status, JSON.stringify(body)] as const),
)("%s %s to a change is no word of Logto's", async (status, body) => {
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

test("lists that are none are no lists", async () => {
  const { client } = await clientOf([{ body: row }]);
  for (const list of [
    client.listConnectors(),
    client.listProviders(),
    client.signingKeys.list("id1"),
    client.organizations.linkedConnectors("org1"),
  ]) {
    expect((await failure(list)).message).toContain("but not with a list");
  }
  const odd = await clientOf([{ body: [null, { id: 1 }] }]);
  expect(await failure(odd.client.organizations.linkedConnectors("org1"))).toMatchObject({
    code: "not-logto",
  });
});

test("500 with Logto's own words is its last", async () => {
  for (const body of [
    { message: "Internal server error." },
    { code: "entity.create_failed", message: "no" },
  ]) {
    const { client } = await clientOf([{ status: 500, body }]);
    expect(await failure(client.createConnector(connector))).toMatchObject({ outcome: "not applied" });
  }
});

test("a create that was refused for the limit and then not answered may have been carried out", async () => {
  const refused = { status: 429, headers: { "retry-after": "0" }, body: { message: "slow down" } };
  const { client } = await clientOf([refused, { fault: "hang" }], {
    config: { "logto:timeoutSeconds": "1" },
  });
  expect(await failure(client.createConnector(connector))).toMatchObject({ outcome: "unknown" });
});

test("a change that was lost once and then refused may have been carried out", async () => {
  const refused = { status: 400, body: { code: "connector.invalid_config", message: "no" } };
  const { client } = await clientOf([{ fault: "reset" }, refused]);
  expect(await failure(client.updateConnector("id1", {}))).toMatchObject({ status: 400, outcome: "unknown" });
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

const spellings: [string, (secret: string) => string][] = [
  ["plain", (secret) => secret],
  ["JSON", (secret) => JSON.stringify(secret)],
  ["percent", encodeURIComponent],
  ["form", (secret) => new URLSearchParams({ secret }).toString()],
  ["base64", (secret) => Buffer.from(secret).toString("base64")],
  ["base64url", (secret) => Buffer.from(`m2m:${secret}`).toString("base64url")],
  ["behind much else", (secret) => "x".repeat(297) + secret],
];

test.each(spellings)("a secret that was sent is in no part of an error: %s", async (_spelling, spell) => {
  const secrets = ['canary "config" \\ é+/', "canary&client", "canary-token"];
  const sent = { ...connector, config: { ...connector.config, clientSecret: secrets[0] ?? "" } };
  const said = secrets.map(spell).join(" and ");
  const bodies = [
    { code: said, message: said, data: { data: [said] } },
    { code: spell("canary-token"), message: said, data: { error: said, code: said } },
    { code: "canary-token", message: said, data: { error: { code: said } } },
    { message: said, data: { issues: [{ path: [said], code: said }, null, {}] } },
  ];
  const headers = {
    location: `https://${encodeURIComponent(said)}.acme.com/`,
    "content-type": encodeURI(said),
  };
  const answers: Answer[] = [
    ...bodies.map((body) => ({ status: 400, body })),
    { status: 302, headers, body: said },
  ];
  for (const answer of answers) {
    const { client } = await clientOf([answer]);
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
])("an answer with %s as its code is told without", async (_what, code) => {
  const { client } = await clientOf([{ status: 400, body: { code, message: "no" } }]);
  const error = await failure(client.getConnector("id1"));
  expect(error.code).toBe("http-400");
  expect(error.message).toBe("GET /api/sso-connectors/id1 was answered with 400 (no).");
});

test("an error's code that is the name of an object's property has no advice", async () => {
  const { client } = await clientOf([{ status: 400, body: { code: "constructor", message: "no" } }]);
  const { message } = await failure(client.getConnector("id1"));
  expect(message).toBe("GET /api/sso-connectors/id1 was answered with 400 constructor (no).");
});

test("no error is long, and none holds what could steer a terminal or a CI log", async () => {
  const hostile =
    "\u001b[31m\u001b]8;;https://x\u0007 \n::error::x\r\n##[error]y ##vso[task.x] \u202e\u200b\u2028 ";
  const long = hostile + "é😀漢".repeat(5000);
  const data = { data: Array(50).fill(long) };
  const answers: Answer[] = [
    { status: 422, body: { code: "single_sign_on.forbidden_domains", message: long, data } },
    {
      status: 302,
      headers: { location: "https://acme.com/%1b[31m", "content-type": "::error::" },
      body: long,
    },
    { status: 500, body: { message: long } },
  ];
  for (const answer of answers) {
    const { client } = await clientOf([answer]);
    const error = await failure(client.getConnector("id1"));
    const longer = (await failure(client.getConnector("id1\u001b".repeat(2000)))).saying(hostile + long);
    for (const { message } of [error, longer]) {
      expect(message).not.toMatch(/[\p{Format}\p{Line_Separator}\p{Surrogate}]|(?!\n)\p{Control}/u);
      expect(message).not.toMatch(/^\s*::|##\[|##vso\[/m);
      expect(Buffer.byteLength(message)).toBeLessThan(2000);
    }
  }
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
