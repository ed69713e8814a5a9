/** `logto-sso doctor`: its steps against a stand-in for Logto and real identity providers. Without the Pulumi CLI. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { generate } from "selfsigned";
import { examine, type ExamineOptions } from "../../provider/cli/doctor/examine";
import { type Report, reportOf } from "../../provider/cli/doctor/report";
import { stepNames } from "../../provider/cli/doctor/step";
import { asText } from "../../provider/cli/doctor/text";
import { probeIdentityProviders } from "../../provider/cli/probe/probe";
import {
  connectorInState,
  defaultProvider,
  explicitProvider,
  exportOf,
  placeFor,
  stateIn,
} from "../exportedState";
import { expectHarmless, hostileNames, measured, secret } from "../hostile";
import { type Logto, type LogtoOptions, type Row, samlMetadata, startLogto } from "../logto";
import { type OidcProvider, startOidcProvider } from "../oidcProvider";
import { logtoSso } from "../runCli";
import { expectValid, schemaOf, validator } from "../schemas";
import { startScriptedServer } from "../scriptedServer";

jest.setTimeout(60_000);
const day = 86_400_000;

// Away from the project in the repository, whose stack would be read.
const before = { folder: process.cwd(), env: process.env };
const folder = mkdtempSync(join(tmpdir(), "logto-sso-"));
beforeAll(() => {
  process.chdir(folder);
});
afterAll(() => {
  process.chdir(before.folder);
  rmSync(folder, { recursive: true });
});

const started: { close(): Promise<void> }[] = [];
beforeEach(() => {
  process.env = { PATH: before.env.PATH };
});
afterEach(async () => {
  process.env = before.env;
  await Promise.all(started.splice(0).map((server) => server.close()));
});

/** Starts a Logto with enterprise SSO enabled, which the environment names. */
async function start(options: LogtoOptions = {}): Promise<Logto> {
  const logto = await startLogto({ retryDelayMs: 5, ...options });
  started.push(logto);
  logto.signInExperience.singleSignOnEnabled = true;
  Object.assign(process.env, {
    LOGTO_ENDPOINT: logto.url,
    LOGTO_CLIENT_ID: "m2m",
    LOGTO_CLIENT_SECRET: "canary-m2m",
  });
  return logto;
}

async function startIdp(...clients: Parameters<typeof startOidcProvider>[0][0][]): Promise<OidcProvider> {
  const idp = await startOidcProvider(clients);
  started.push(idp);
  return idp;
}

const domains = ["acme.com"];
const insert = (logto: Logto, more: Partial<Row> = {}) =>
  logto.connectors.insert({
    providerName: "OIDC",
    connectorName: "Acme",
    config: { clientId: "client", clientSecret: "canary-config", issuer: `${logto.idp}/acme` },
    domains,
    ...more,
  });

interface Examination {
  readonly report: Report;
  /** As it is printed on a terminal. */
  readonly screen: string;
  /** What each step said of the tenant and of the only connector, such as `fail: …`. */
  readonly steps: Readonly<Record<string, string>>;
}

/** @param state resources of the stack; without them, there is no stack */
async function run(options: ExamineOptions = {}, state?: readonly object[]): Promise<Examination> {
  const place = placeFor(undefined);
  const given = state === undefined ? {} : { state: stateIn(place, exportOf(state))[1] ?? "" };
  const report = reportOf(await examine({ ...options, ...given }), options, Date.now());
  const isComplete = options.name !== undefined || options.email !== undefined;
  const screen = asText(report, isComplete, false);
  expect(stripVTControlCharacters(asText(report, isComplete, true))).toBe(screen);
  expect(screen + JSON.stringify(report)).not.toMatch(/canary/i);
  expectValid(validate, JSON.parse(JSON.stringify(report)));
  // One long word, such as an address to copy, is not broken.
  expect(screen.split("\n").filter((line) => line.length > 80 && /\S {1,2}\S/.test(line.slice(25)))).toEqual(
    [],
  );
  const [tenant] = report.tenants;
  const all = [...(tenant?.steps ?? []), ...(tenant?.connectors[0]?.steps ?? [])];
  return {
    report,
    screen,
    steps: Object.fromEntries(all.map(({ step, status, message }) => [step, `${status}: ${message}`])),
  };
}
const validate = validator(schemaOf("docs/doctor-report.schema.json"));

/** The names of the steps with a status. */
const namesOf = (steps: Examination["steps"], status: string) =>
  Object.keys(steps).filter((name) => steps[name]?.startsWith(`${status}: `));

test("the schema names every step", () => {
  expect(schemaOf("docs/doctor-report.schema.json")).toMatchObject({
    definitions: { step: { properties: { step: { enum: stepNames } } } },
  });
});

describe("one thing is wrong", () => {
  test("nothing is set", async () => {
    const { steps } = await run();
    expect(namesOf(steps, "fail")).toEqual(["settings"]);
    expect(steps.settings).toContain("logto:endpoint is not set. Run `pulumi config set logto:endpoint …`");
    expect(namesOf(steps, "unknown")).toEqual(["proxy", "token", "role", "connectors", "switch"]);
  });

  test("the proxy's address is malformed", async () => {
    await start();
    Object.assign(process.env, {
      LOGTO_ENDPOINT: "https://logto.acme.com",
      HTTPS_PROXY: "ftp://user:canary@proxy",
    });
    const { steps } = await run();
    expect(namesOf(steps, "fail")).toEqual(["proxy"]);
    expect(namesOf(steps, "unknown")).toEqual(["token", "role", "connectors", "switch"]);
  });

  test("the secret is wrong", async () => {
    await start();
    process.env.LOGTO_CLIENT_SECRET = "canary-wrong";
    const { steps } = await run({}, []);
    expect(namesOf(steps, "fail")).toEqual(["token"]);
    expect(steps.token).toContain(
      "rejected the client secret of application m2m. Check LOGTO_CLIENT_SECRET.",
    );
    // The sign-in page needs no token.
    expect(namesOf(steps, "pass")).toEqual(["settings", "proxy", "switch"]);
  });

  test("Logto does not answer at all", async () => {
    const logto = await start();
    await logto.close();
    const { steps } = await run({}, [
      explicitProvider("eu", logto.url, { "logto:timeoutSeconds": "1" }),
      connectorInState({ id: "gone", connectorName: "Acme" }, explicitProvider("eu", logto.url)),
    ]);
    expect(namesOf(steps, "fail")).toEqual(["token"]);
    expect(steps.token).toContain("could not reach Logto");
    expect(namesOf(steps, "unknown")).toEqual(["role", "connectors", "switch"]);
  });

  test("the application has no role", async () => {
    await start({ applications: [{ id: "m2m", secret: "canary-m2m", hasRole: false }] });
    const { steps } = await run({}, []);
    expect(namesOf(steps, "fail")).toEqual(["role"]);
    expect(steps.token).toBe('pass: Logto issued a token to the application "m2m".');
    expect(steps.role).toContain("assign this machine-to-machine application a role");
  });

  test("the token is not for the Management API", async () => {
    const logto = await start();
    logto.faults.arm("403", "list", Infinity);
    const { steps } = await run({}, []);
    expect(namesOf(steps, "fail")).toEqual(["role"]);
  });

  test("it is another tenant", async () => {
    const ours = await start();
    const rows = [insert(ours), insert(ours, { connectorName: "Globex" })];
    const theirs = await start();
    const seen = { outputs: { endpoint: ours.url } };
    const { steps } = await run(
      {},
      rows.map((row) => connectorInState(row, defaultProvider(), seen)),
    );
    expect(namesOf(steps, "fail")).toEqual(["connectors"]);
    expect(steps.connectors).toContain(
      `another tenant: 2 of the stack's 2 connectors are not in Logto at ${theirs.url}. According to the state, they were last seen at ${ours.url}.`,
    );
  });

  test("a connector of the stack was deleted", async () => {
    const logto = await start();
    const [kept, gone] = [insert(logto), insert(logto, { connectorName: "Globex" })];
    logto.connectors.rows.delete(gone.id);
    const { steps } = await run({}, [connectorInState(kept), connectorInState(gone)]);
    expect(namesOf(steps, "fail")).toEqual(["connectors"]);
    expect(steps.connectors).toContain(
      '1 of the stack\'s 2 connectors is in this tenant, which has 1 connector. "Globex" no longer exists.',
    );
  });

  test("enterprise SSO is off", async () => {
    const logto = await start();
    logto.signInExperience.singleSignOnEnabled = false;
    const { steps, screen } = await run({ email: "user@acme.com" }, [connectorInState(insert(logto))]);
    expect(namesOf(steps, "fail")).toEqual(["switch", "email"]);
    expect(screen).toContain('`new logto.SingleSignOn("sso", { enabled: true })`');
  });

  test("there is no domain", async () => {
    const logto = await start();
    const { steps } = await run({}, [connectorInState(insert(logto, { domains: [] }))]);
    expect(namesOf(steps, "fail")).toEqual(["domains"]);
  });

  test("there is no config", async () => {
    const logto = await start();
    const { steps } = await run({}, [connectorInState(insert(logto, { config: {} }))]);
    expect(namesOf(steps, "fail")).toEqual(["config", "domains"]);
    expect(steps.domains).toContain("are not offered it, as it has no config.");
  });

  test("the issuer is dead", async () => {
    const logto = await start();
    const config = { clientId: "client", clientSecret: "canary-config", issuer: "http://127.0.0.1:1" };
    const { steps } = await run({ probe: true }, [connectorInState(insert(logto, { config }))]);
    expect(namesOf(steps, "fail")).toEqual(["identity-provider"]);
    expect(steps.discovery).toBe("unknown: This machine cannot read its discovery document: ECONNREFUSED.");
    expect(namesOf(steps, "unknown")).toEqual([
      "issuer",
      "endpoints",
      "discovery",
      "credentials",
      "redirect-uri",
    ]);
  });

  test("the issuer hangs", async () => {
    const logto = await start();
    const provider = explicitProvider("eu", logto.url, { "logto:timeoutSeconds": "2" });
    const config = { clientId: "client", clientSecret: "canary-config", issuer: `${logto.idp}/hangs/acme` };
    const row = insert(logto, { config });
    const { steps, report } = await run({ name: "Acme" }, [provider, connectorInState(row, provider)]);
    expect(namesOf(steps, "fail")).toEqual(["identity-provider"]);
    expect(steps["identity-provider"]).toContain("accepts Logto's requests but never answers");
    expect(report.tenants).toMatchObject([{ provider: "eu", connectors: [{ name: "Acme", id: row.id }] }]);
  });

  test("the issuer names itself differently", async () => {
    const logto = await start();
    const idp = await startScriptedServer(({ path }) =>
      path === "/.well-known/openid-configuration"
        ? {
            body: {
              issuer: "https://login.acme.com/canary-config",
              authorization_endpoint: "https://login.acme.com/authorize",
              token_endpoint: "no URL",
              jwks_uri: "https://login.acme.com/jwks",
            },
          }
        : { status: 404 },
    );
    started.push(idp);
    const config = { clientId: "client", clientSecret: "canary-config", issuer: idp.url };
    const { steps } = await run({ probe: true }, [connectorInState(insert(logto, { config }))]);
    expect(steps.issuer).toContain(
      `unknown: It names itself https://login.acme.com/[secret], not ${idp.url}.`,
    );
    expect(steps.endpoints).toBe("fail: Its discovery document has no usable address for: token.");
    expect(steps.credentials).toBe("unknown: Not asked, as its token endpoint is not an https:// address.");
  });

  test("the identity provider rejects the secret", async () => {
    const logto = await start();
    const row = insert(logto, { id: "acme1" });
    const idp = await startIdp({
      client_id: "client",
      client_secret: "canary-of-today",
      redirect_uris: [`${logto.url}/callback/acme1`],
    });
    row.config = { ...row.config, issuer: idp.issuer, clientSecret: "canary-of-yesterday" };
    const { steps } = await run({ probe: true }, [connectorInState(row)]);
    expect(namesOf(steps, "fail")).toEqual(["credentials"]);
    expect(steps.credentials).toBe(
      "fail: The identity provider rejects the client ID or the secret (it answered invalid_client).",
    );
    expect(steps["redirect-uri"]).toBe(`pass: ${logto.url}/callback/acme1 is registered.`);
  });

  test("the redirect URI is not registered", async () => {
    const logto = await start();
    const idp = await startIdp({
      client_id: "client",
      client_secret: "canary-config",
      redirect_uris: ["https://old.acme.com/callback/acme1"],
    });
    const config = { clientId: "client", clientSecret: "canary-config", issuer: idp.issuer };
    const { steps } = await run({ probe: true }, [connectorInState(insert(logto, { id: "acme1", config }))]);
    expect(namesOf(steps, "fail")).toEqual(["redirect-uri"]);
    expect(steps["redirect-uri"]).toBe(
      `fail: The redirect URI is not registered at the identity provider: ${logto.url}/callback/acme1.`,
    );
    expect(steps.credentials).toContain("pass: ");
  });

  test("a secret that Logto does not encode is rejected", async () => {
    const logto = await start();
    const idp = await startIdp({
      client_id: "client",
      client_secret: "canary+1",
      redirect_uris: ["https://acme.com"],
    });
    const config = { clientId: "client", clientSecret: "canary+1", issuer: idp.issuer };
    const { report } = await run({ probe: true }, [connectorInState(insert(logto, { config }))]);
    const step = report.tenants[0]?.connectors[0]?.steps.find((one) => one.step === "credentials");
    expect(step).toMatchObject({
      status: "fail",
      message: expect.stringContaining("contains % or +") as string,
    });
  });

  test("the certificate has expired", async () => {
    const logto = await start();
    const metadata = await metadataValid(-400, -35);
    const { steps } = await run({}, [
      connectorInState(insert(logto, { providerName: "SAML", config: { metadata } })),
    ]);
    expect(namesOf(steps, "fail")).toEqual(["certificates"]);
    expect(steps.certificates).toBe(`fail: The certificate expired 35 days ago (${dayIn(-35)}).`);
    expect(steps["request-signing"]).toBe("pass: Logto does not sign its requests.");
  });

  test("the key expires soon", async () => {
    const logto = await start();
    const config = { metadata: await metadataValid(-10, 300), signAuthnRequest: true };
    const row = insert(logto, { providerName: "SAML", config });
    const key = await logto.signingKeys.make(row.id, false);
    logto.signingKeys.put({ ...key, active: true, expiresAt: Date.now() + 12.5 * day });
    const { steps, screen, report } = await run({}, [connectorInState(row)]);
    expect(report.failed).toBe(false);
    expect(steps["request-signing"]).toBe(
      `pass: Logto signs its requests with a key that expires in 12 days (${dayIn(12.5)}).`,
    );
    expect(screen).toContain("→ Create another SamlSigningKey");
  });

  test("there is no active key", async () => {
    const logto = await start();
    const config = { metadata: await metadataValid(-10, 300), signAuthnRequest: true };
    const { steps } = await run({}, [connectorInState(insert(logto, { providerName: "SAML", config }))]);
    expect(namesOf(steps, "fail")).toEqual(["request-signing"]);
  });

  test("nothing", async () => {
    const logto = await start();
    const idp = await startIdp({
      client_id: "client",
      client_secret: "canary-config",
      redirect_uris: [`${logto.url}/callback/acme1`],
    });
    const config = { clientId: "client", clientSecret: "canary-config", issuer: idp.issuer };
    const row = insert(logto, { id: "acme1", config });
    const { steps, screen, report } = await run({ probe: true, email: "User@ACME.com" }, [
      connectorInState(row),
    ]);
    expect(namesOf(steps, "pass")).toEqual(Object.keys(steps));
    expect(screen).toContain("All steps pass.");
    expect(report).toMatchObject({
      failed: false,
      tenants: [{ connectors: [{ urn: expect.any(String) as string }] }],
    });
    expect(idp.requests.sort()).toEqual([
      // Logto's own, for the list, and that of the probe.
      "GET /.well-known/openid-configuration",
      "GET /.well-known/openid-configuration",
      "GET /auth",
      "POST /token",
    ]);
    expect(logto.log.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
      "GET /api/.well-known/sign-in-exp",
      "GET /api/sso-connectors",
      "POST /oidc/token",
    ]);
  });
});

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
    ["user@other.com", "fail: No connector has the domain other.com, so its users are offered none."],
    ["user@sub.acme.com", "fail: No connector has the domain sub.acme.com, so its users are offered none."],
    ["user@gmail.com", "fail: gmail.com is a public mail domain, which Logto allows on no connector."],
  ])("by an address that none serves: %s", async (email, message) => {
    insert(await start());
    const { steps, report } = await run({ email });
    expect(steps.email).toBe(message);
    expect(report.tenants[0]?.connectors).toEqual([]);
  });

  test("by a name that does not exist", async () => {
    insert(await start());
    const { steps, screen } = await run({ name: "acme" });
    expect(steps.connector).toBe('fail: There is no connector "acme" in this tenant.');
    expect(screen).toContain('Did you mean "Acme"?');
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
  const { screen, steps } = await run({}, state);
  expect(steps.connectors).toBe(
    `unknown: 200 of the stack's 200 connectors are in this tenant, which has 201 connectors. 1 connector (${hanging.id}) cannot be read: its identity provider does not answer Logto.`,
  );
  expect(screen).toMatch(/\n +config +198 +2 +0\n +domains +168 +32 +0\n +reachable +198 +0 +0\n/);
  expect(screen).toMatch(/"customer-0", "customer-1", [^]* and 18 more\n +FAIL +domains/);
  expect(screen).toMatch(/"customer-30" \(\w+\), OIDC\n +FAIL +config/);
  expect(screen.split("\n").length).toBeLessThan(50);
  // The list never arrived: the others come from pages, and none of them is asked for by itself.
  const requests = logto.takeLog().map((line) => line.replace(/\?.*/, ""));
  expect(requests.filter((line) => line === "GET /api/sso-connectors").length).toBeGreaterThan(1);
  expect(requests).not.toContain("GET /api/sso-connectors/:id");
});

test("an identity provider that hangs delays no other, and each is asked once", async () => {
  const asked: string[] = [];
  const idp = await startScriptedServer(({ method, path }) => {
    asked.push(`${method} ${path.replace(/\?.*/, "")}`);
    if (path.startsWith("/hangs/")) return { fault: "hang" };
    if (path.endsWith("/token")) return { status: 400, body: { error: "invalid_grant" } };
    if (!path.endsWith("/openid-configuration")) return { status: 400 };
    return { body: { authorization_endpoint: `${idp.url}/authorize`, token_endpoint: `${idp.url}/token` } };
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
  const probes = await probeIdentityProviders(targets, { timeoutMs: 500, concurrency: 2 });
  expect(probes.size).toBe(200);
  expect(probes.get("hangs")?.discovery.message).toContain("no response within 0.5 s");
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
    expect([code, (JSON.parse(stdout) as Report).failed]).toEqual([0, false]);
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

/** SAML metadata with a certificate that is valid between two days from now. */
async function metadataValid(from: number, to: number): Promise<string> {
  const { cert } = await generate([{ name: "commonName", value: "idp.acme.com" }], {
    keySize: 2048,
    notBeforeDate: new Date(Date.now() + from * day),
    notAfterDate: new Date(Date.now() + to * day),
  });
  return samlMetadata("urn:idp", "https://idp.acme.com/sso", cert);
}

function dayIn(days: number): string {
  return new Date(Date.now() + days * day).toISOString().slice(0, 10);
}
