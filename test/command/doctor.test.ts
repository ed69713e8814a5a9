/** The steps of `logto-sso doctor`, against a stand-in for Logto and real identity providers: what each says of one fault. */
import { stepNames } from "../../provider/cli/health/step";
import { connectorInState, defaultProvider, explicitProvider } from "../exportedState";
import { schemaOf } from "../schemas";
import { startScriptedServer } from "../scriptedServer";
import { inVirtualTime } from "../virtualTime";
import { eachExamined, insert, metadataValid, namesOf, run, start, started, startIdp } from "./examination";

eachExamined();
const day = 86_400_000;

test("the schema names every step", () => {
  expect(schemaOf("docs/doctor-report.schema.json")).toMatchObject({
    definitions: { step: { properties: { step: { enum: stepNames } } } },
  });
});

describe("one thing is wrong", () => {
  test("nothing is set", async () => {
    const { steps, screen } = await run();
    expect(namesOf(steps, "fail")).toEqual(["settings"]);
    expect(screen).not.toContain("0 connectors");
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

  test.each([
    [
      "names the tenant's address",
      { user: "https://logto.acme.com/" },
      "to https://logto.acme.com, the address",
    ],
    ["names none", undefined, "to the tenant's own address: of a self-hosted Logto, that of port 3001"],
    [
      "names one with a password",
      { user: "https://user:canary@logto.acme.com/" },
      "the address of the tenant",
    ],
  ])("it is the address of Logto's console, which %s", async (_what, address, remedy) => {
    await start();
    const logtoConsole = await startScriptedServer(({ path }) => {
      if (path === "/api/.well-known/sign-in-exp") {
        return { body: { tenantId: "admin", singleSignOnEnabled: false, ssoConnectors: [] } };
      }
      if (path === "/api/.well-known/endpoints/default" && address !== undefined) return { body: address };
      if (path !== "/oidc/token") return { status: 404, body: "Not Found" };
      const error = { code: "oidc.invalid_client", message: "Invalid client.", error: "invalid_client" };
      return { status: 400, body: error };
    });
    started.push(logtoConsole);
    process.env.LOGTO_ENDPOINT = logtoConsole.url;
    const { steps, screen } = await run({ email: "user@acme.com" }, []);
    expect(namesOf(steps, "fail")).toEqual(["settings"]);
    expect(steps.settings).toContain(`${logtoConsole.url} is the address of Logto's console`);
    expect(screen.replaceAll(/\s+/g, " ")).toContain(
      `Set LOGTO_ENDPOINT ${remedy.startsWith("to") ? remedy : ""}`,
    );
    expect(screen).not.toContain("LOGTO_CLIENT_ID");
    expect(namesOf(steps, "unknown")).toEqual(["token", "role", "connectors", "switch", "email"]);
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
      `another tenant: 2 of the stack's 2 connectors are not in Logto at ${theirs.url}. Last seen at ${ours.url}, according to the state.`,
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

  test("it is not known whether Logto created connectors of the stack", async () => {
    const logto = await start();
    const [kept, made, lost] = [
      insert(logto),
      insert(logto, { connectorName: "Globex" }),
      insert(logto, { connectorName: "Initech" }),
    ];
    logto.connectors.rows.delete(lost.id);
    const pending = [made, lost].map((row) =>
      connectorInState({ ...row, id: `pending:${row.connectorName}` }),
    );
    const { steps, screen } = await run({}, [connectorInState(kept), ...pending]);
    expect(namesOf(steps, "fail")).toEqual(["connectors"]);
    expect(steps.connectors).toContain(
      "1 of the stack's 1 connector is in this tenant, which has 2 connectors.",
    );
    expect(steps.connectors).toContain('Whether Logto created "Globex" and "Initech" is not known');
    expect(screen).toMatch(/Run `pulumi up --refresh`: it\s+finds/);
    expect(steps.connectors).not.toMatch(/no longer|another tenant/);
  });

  test("enterprise SSO is off", async () => {
    const logto = await start();
    logto.signInExperience.singleSignOnEnabled = false;
    const { steps, screen } = await run({ email: "user@acme.com" }, [connectorInState(insert(logto))]);
    expect(namesOf(steps, "fail")).toEqual(["switch", "email"]);
    expect(screen).toContain("with `enabled: true`");
    expect(screen.replace(/\s+/g, " ")).toContain("if it is there, run `pulumi up --refresh`.");
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
      "sign-in",
    ]);
  });

  test("the issuer hangs", async () => {
    const logto = await start();
    const provider = explicitProvider("eu", logto.url, { "logto:timeoutSeconds": "2" });
    const config = { clientId: "client", clientSecret: "canary-config", issuer: `${logto.idp}/hangs/acme` };
    const row = insert(logto, { config });
    const state = [provider, connectorInState(row, provider)];
    const { steps, report } = await inVirtualTime(() => run({ name: "Acme" }, state));
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
      `pass: It names itself https://login.acme.com/[secret], not ${idp.url}. Logto takes ID tokens of the issuer that it names.`,
    );
    expect(steps.endpoints).toBe("fail: Its discovery document has no usable address for: token.");
    expect(steps.credentials).toBe("unknown: Not asked, as its token endpoint is not an https:// address.");
  });

  test("the issuer names itself differently at the end of a long path", async () => {
    const logto = await start();
    const path = `/${"tenant/".repeat(50)}`;
    const idp = await startScriptedServer(() => ({
      body: {
        issuer: `${idp.url}${path}production`,
        authorization_endpoint: `${idp.url}/authorize`,
        token_endpoint: `${idp.url}/token`,
        jwks_uri: `${idp.url}/jwks`,
      },
    }));
    started.push(idp);
    const config = { clientId: "client", clientSecret: "canary-config", issuer: `${idp.url}${path}staging` };
    const { steps } = await run({}, [connectorInState(insert(logto, { config }))]);
    expect(steps.issuer).toMatch(/ names itself …\S+\/production, not …\S+\/staging\. /);
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
    expect(namesOf(steps, "fail")).toEqual([]);
    expect(steps.certificates).toBe(
      `pass: Its certificate expired 35 days ago (${dayIn(-35)}). Logto does not mind when it verifies a sign-in.`,
    );
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
      "GET /api/organizations?page=1&page_size=100",
      "GET /api/sso-connectors",
      "POST /oidc/token",
    ]);
  });
});

function dayIn(days: number): string {
  return new Date(Date.now() + days * day).toISOString().slice(0, 10);
}
