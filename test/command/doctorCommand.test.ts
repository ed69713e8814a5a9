/** `logto-sso doctor` for many connectors, for some of them, and as a command. */
import type { DoctorReport } from "../../provider/cli/doctor/doctorReport";
import { probeIdentityProviders } from "../../provider/cli/probe/probe";
import { connectorInState, explicitProvider, exportOf, placeFor, stateIn } from "../exportedState";
import { expectHarmless, hostileNames, measured, secret } from "../hostile";
import { logtoSso } from "../runCli";
import { startScriptedServer } from "../scriptedServer";
import { inVirtualTime } from "../virtualTime";
import { domains, eachExamined, insert, run, start, started } from "./examination";

eachExamined();

describe("a selection", () => {
  test("by an address that two connectors serve, and a third one claims", async () => {
    const logto = await start();
    for (const connectorName of ["Acme", "Globex"]) insert(logto, { connectorName });
    insert(logto, { connectorName: "Old", config: {} });
    const { steps, report } = await run({ email: "user@acme.com" });
    expect(steps.email).toBe(
      'pass: Users of acme.com choose between "Acme" and "Globex". "Old" has the domain too, but users are not offered it.',
    );
    expect(report.tenants[0]?.connectors.map(({ name }) => name)).toEqual(["Acme", "Globex", "Old"]);
  });

  test.each([
    [
      "user@other.com",
      "fail: No connector has the domain other.com, so its users are offered none, and no organization has it as a just-in-time email domain.",
    ],
    [
      "user@sub.acme.com",
      "fail: No connector has the domain sub.acme.com, so its users are offered none, and no organization has it as a just-in-time email domain.",
    ],
    ["user@gmail.com", "fail: gmail.com is a public mail domain, which Logto allows on no connector."],
  ])("by an address that none serves: %s", async (email, message) => {
    insert(await start());
    const { steps, report } = await run({ email });
    expect(steps.email).toBe(message);
    expect(report.tenants[0]?.connectors).toEqual([]);
  });

  test.each([
    ["acme", "Acme", '→ Did you mean "Acme"?'],
    ["okta", "Acme Okta", '→ Did you mean "Acme Okta"?'],
    ["Globex", "Acme", "→ `logto-sso list` shows their names"],
  ])("by a name that does not exist: %s", async (name, connectorName, remedy) => {
    const logto = await start();
    insert(logto, { connectorName: "saml" });
    insert(logto, { connectorName });
    const { steps, screen } = await run({ name });
    expect(steps.connector).toBe(`fail: There is no connector "${name}" in this tenant.`);
    expect(screen).toContain(remedy);
  });

  test("by a name in one of two tenants", async () => {
    const [ours, theirs] = [await start(), await start()];
    const [eu, us] = [explicitProvider("eu", ours.url), explicitProvider("us", theirs.url)];
    const state = [
      ...[eu, us],
      connectorInState(insert(ours), eu),
      connectorInState(insert(theirs, { connectorName: "Globex" }), us),
    ];
    const { report } = await run({ name: "Globex" }, state);
    expect(report.failed).toBe(false);
    expect(report.tenants.map(({ provider, connectors }) => [provider, connectors.length])).toEqual([
      ["eu", 0],
      ["us", 1],
    ]);
  });
});

describe("several endpoints", () => {
  test("of one tenant, whose connectors are examined once, at the first of them", async () => {
    const logto = await start();
    const [eu, us] = [
      explicitProvider("eu", logto.url),
      explicitProvider("us", logto.url.replace("127.0.0.1", "localhost")),
    ];
    const state = [
      ...[eu, us],
      connectorInState(insert(logto), eu),
      connectorInState(insert(logto, { connectorName: "Globex", domains: ["globex.com"] }), us),
    ];
    for (const options of [{}, { name: "Globex" }, { email: "user@globex.com" }]) {
      const { report } = await run(options, state);
      expect(report.failed).toBe(false);
      const [first, second] = report.tenants;
      const messageOf = (tenant: typeof first) =>
        tenant?.steps.find(({ step }) => step === "connectors")?.message;
      expect(messageOf(first)).toBe(
        "2 of the stack's 2 connectors are in this tenant, which has 2 connectors.",
      );
      expect(first?.connectors.length).toBe("name" in options || "email" in options ? 1 : 2);
      expect(first?.connectors.every(({ urn }) => urn !== null)).toBe(true);
      expect(messageOf(second)).toBe(
        `This is the tenant at ${logto.url}: its connectors are examined there.`,
      );
      expect(second).toMatchObject({ provider: "us", connectors: [] });
      expect(second?.steps.map(({ step }) => step)).toEqual(first?.steps.map(({ step }) => step).slice(0, 6));
    }
  });

  test("of a tenant and its copy, which are examined each by itself", async () => {
    const [production, staging] = [await start(), await start()];
    const row = insert(production);
    staging.connectors.insert({ ...structuredClone(row), domains: [] });
    const [first, second] = [explicitProvider("a", production.url), explicitProvider("b", staging.url)];
    const state = [first, second, connectorInState(row, first), connectorInState(row, second)];
    const { report } = await run({}, state);
    expect(report.tenants.map(({ connectors }) => connectors.map(({ id }) => id))).toEqual([
      [row.id],
      [row.id],
    ]);
    const failing = report.tenants.map(({ connectors }) =>
      connectors.flatMap(({ steps }) => steps.filter(({ status }) => status === "fail")),
    );
    expect(failing).toMatchObject([[], [{ step: "domains" }]]);
  });
});

test("200 connectors are counted, and those that need attention printed in full", async () => {
  const logto = await start();
  const provider = explicitProvider("eu", logto.url, { "logto:timeoutSeconds": "6" });
  const rows = Array.from({ length: 200 }, (_, index) =>
    insert(logto, {
      connectorName: `customer-${index}`,
      domains: index < 30 ? [] : [`customer-${index}.com`],
      ...(index === 30 || index === 31 ? { config: {} } : {}),
    }),
  );
  const issuer = `${logto.idp}/hangs/acme`;
  const config = { clientId: "client", clientSecret: "canary-config", issuer };
  const hanging = insert(logto, { connectorName: "hangs", config });
  const state = [provider, ...rows.map((row) => connectorInState(row, provider))];
  const { screen, steps } = await inVirtualTime(() => run({}, state));
  expect(steps.connectors).toBe(
    `unknown: 200 of the stack's 200 connectors are in this tenant, which has 201 connectors. 1 connector of the tenant (${hanging.id}) could not be read: its identity provider does not answer Logto.`,
  );
  expect(screen).toMatch(/\n +config +198 +2 +0\n +domains +168 +32 +0\n +reachable +198 +0 +0\n/);
  expect(screen).toMatch(
    /\n +FAIL +domains +It has no domains[^]*"customer-0" \(\w+, OIDC\),\s[^]* and 18 more\n/,
  );
  expect(screen).toMatch(
    /\n +FAIL +config +It has no config[^"]*"customer-30" \(\w+, OIDC\),\s+"customer-31" \(\w+, OIDC\)\n/,
  );
  expect(screen.split("\n").length).toBeLessThan(60);
  // The list never arrived: the others come from pages, and none of them is asked for by itself.
  const requests = logto.takeLog().map((line) => line.replace(/\?.*/, ""));
  expect(requests.filter((line) => line === "GET /api/sso-connectors").length).toBeGreaterThan(1);
  expect(requests).not.toContain("GET /api/sso-connectors/:id");
});

test("failures come first, each remedy is said once, and connectors that share a reason are listed", async () => {
  const logto = await start();
  const [acme, globex] = ["Acme", "Globex"].map((connectorName) =>
    insert(logto, { connectorName, domains: [`${connectorName.toLowerCase()}.com`], config: {} }),
  );
  const shared = ["c", "d"].map((connectorName) => insert(logto, { connectorName, domains: ["shared.com"] }));
  const { screen } = await run(
    {},
    [acme, globex, ...shared].flatMap((row) => (row === undefined ? [] : [connectorInState(row)])),
  );
  const [, afterCounts = ""] = screen.split(/by step:[^]*?\n\n/);
  const names = [acme, globex].map((row) => `"${row?.connectorName ?? ""}" (${row?.id ?? ""}, OIDC)`);
  expect(afterCounts.replace(/\s+/g, " ")).toContain(
    ` FAIL config It has no config, so nobody can sign in with it. ${names.join(", ")} → Declare its config in the program; if it is there, run \`pulumi up\` again. ` +
      'FAIL domains Users of acme.com are not offered it, as it has no config. "Acme" ',
  );
  for (const remedy of ["Declare its config", "Remove the domain"]) {
    expect(screen.split(remedy)).toHaveLength(2);
  }
  expect(afterCounts.indexOf("FAIL")).toBeLessThan(afterCounts.indexOf("pass "));

  // Of an address, each connector has all its steps.
  const { screen: chosen } = await run({ email: "user@shared.com" });
  expect(chosen.split("Remove the domain")).toHaveLength(2);
  expect(chosen).toMatch(/\n"c" \(\w+\), OIDC\n[^]*\n"d" \(\w+\), OIDC\n/);
});

test("an identity provider that hangs delays no other, and each is asked once", async () => {
  const asked: string[] = [];
  const idp = await startScriptedServer(({ method, path }) => {
    asked.push(`${method} ${path.replace(/\?.*/, "")}`);
    if (path.startsWith("/hangs/")) return { fault: "hang" };
    if (path.endsWith("/token")) return { status: 400, body: { error: "invalid_grant" } };
    if (!path.endsWith("/openid-configuration")) return { status: 400 };
    const { url } = idp;
    const [authorization_endpoint, token_endpoint] = [`${url}/authorize`, `${url}/token`];
    return { body: { issuer: url, authorization_endpoint, token_endpoint, jwks_uri: `${url}/jwks` } };
  });
  started.push(idp);
  const target = (id: string, issuer: string, clientId = "client") => ({
    connector: { id, providerName: "OIDC", config: { clientId, clientSecret: "canary-config", issuer } },
    signInEndpoint: "https://logto.acme.com",
  });
  const targets = [
    target("hangs", `${idp.url}/hangs/acme`),
    ...Array.from({ length: 198 }, (_, index) => target(`c${index}`, idp.url)),
    target("other client", idp.url, "client2"),
    { ...target("saml", idp.url), connector: { id: "saml", providerName: "SAML", config: {} } },
  ];
  const probes = await probeIdentityProviders(targets, 500);
  expect(probes.size).toBe(200);
  const [hanging] = targets;
  expect(hanging && probes.get(hanging)?.discovery.message).toContain("no response within 0.5 s");
  expect([...probes.values()].filter(({ credentials }) => credentials.meaning === "accepted")).toHaveLength(
    199,
  );
  expect(asked.filter((line) => line !== "GET /authorize").sort()).toEqual([
    "GET /.well-known/openid-configuration",
    "GET /hangs/acme/.well-known/openid-configuration",
    "POST /token",
    "POST /token",
  ]);
});

test("of many connectors whose requests Logto signs, each has its keys read, however long that takes", async () => {
  const logto = await start({ latencyMs: 5000 });
  const config = { entityId: "urn:idp", signInEndpoint: "https://idp.acme.com/sso", signAuthnRequest: true };
  const [first, ...others] = Array.from({ length: 120 }, (_, index) =>
    insert(logto, { providerName: "SAML", connectorName: `customer-${index}`, config }),
  );
  const key = { ...(await logto.signingKeys.make(first?.id ?? "", false)), active: true };
  for (const { id } of others) logto.signingKeys.put({ ...key, ssoConnectorId: id });
  logto.signingKeys.activate(first?.id ?? "", key.id);
  const { report } = await inVirtualTime(() => run());
  const signing = (report.tenants[0]?.connectors ?? []).flatMap(({ steps }) =>
    steps.filter(({ step }) => step === "request-signing"),
  );
  expect(signing.map(({ status }) => status)).toEqual(Array.from({ length: 120 }, () => "pass"));
});

describe("the command", () => {
  test("exits with 2 if a step fails, with 0 if none does", async () => {
    const logto = await start();
    const row = insert(logto, { domains: [] });
    const place = placeFor(logto);
    const state = stateIn(place, exportOf([connectorInState(row)]));
    expect(await logtoSso(place, ["doctor", ...state], { mayFail: true })).toMatchObject({
      code: 2,
      stderr: "",
    });
    row.domains = domains;
    const { code, stdout } = await logtoSso(place, ["doctor", "--json", ...state]);
    expect([code, (JSON.parse(stdout) as DoctorReport).failed]).toEqual([0, false]);
  });

  test.each([
    [["--email", "acme.com"], "--email must be an email address, such as user@acme.com"],
    [["--state", "/none/x"], "Could not read the state from /none/x"],
  ])("exits with 1 if it could not run: %p", async (args, message) => {
    const { code, stderr } = await logtoSso(placeFor(await start()), ["doctor", ...args], { mayFail: true });
    expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
  });

  test("shows no hostile name and no secret", async () => {
    const logto = await start();
    const echo = await startScriptedServer(({ headers, path }) =>
      path.endsWith("/openid-configuration")
        ? {
            body: {
              issuer: `https://${secret}`,
              authorization_endpoint: `${echo.url}/${encodeURIComponent(secret)}`,
              token_endpoint: `${echo.url}/token`,
              jwks_uri: `https://${encodeURIComponent(secret)}.com`,
            },
          }
        : {
            status: 401,
            body: { error: secret, error_description: `${secret} ${String(headers.authorization)}` },
          },
    );
    started.push(echo);
    for (const connectorName of hostileNames) {
      const config = {
        clientId: connectorName,
        clientSecret: secret,
        issuer: echo.url,
        scope: connectorName,
      };
      insert(logto, { connectorName, config });
    }
    const place = placeFor(logto);
    for (const args of [[], ["--json"]]) {
      const result = await measured(place, ["doctor", "--probe", "--email", "user@acme.com", ...args]);
      expect(result.code).toBe(2);
      expect(result.stdout.length).toBeGreaterThan(1000);
      expectHarmless(result.stdout + result.stderr);
    }
  });
});
