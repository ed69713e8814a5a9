import { create, unwrapSecrets } from "../engine/engineDouble";
import { bothFrontEnds, type Host, startHost } from "../engine/host";
import type { Logto } from "../logto";
import { eachWithLogto, messageOf, settingsFor } from "../provider/inProcess";

describe.each(bothFrontEnds)("$frontEnd", ({ startFrontEnd: start }) => {
  let logto: Logto;
  let host: Host;
  eachWithLogto(async (started) => {
    logto = started;
    host = await start(settings());
  });
  afterEach(() => host.end());

  const settings = () => settingsFor(logto, { "logto:timeoutSeconds": "3" });
  const acme = () => ({
    providerName: "OIDC",
    connectorName: "Acme",
    config: { clientId: "client", clientSecret: "canary-config", issuer: `${logto.idp}/acme` },
  });
  /** Pulumi's marks of a secret and of a value that a preview does not know. */
  const secret = (value: unknown) => ({
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    value,
  });
  const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

  test("secrets are marked, and all calls answer as in the process of the test", async () => {
    const { ssoConnector } = host.providers;
    const { inputs, failures } = await ssoConnector.check({}, acme());
    expect(failures).toEqual([]);
    expect(inputs).toMatchObject({ config: { clientId: "client", clientSecret: secret("canary-config") } });

    const { id, outs } = await ssoConnector.create(unwrapSecrets(inputs));
    expect(id).toBe(logto.named("Acme").id);
    expect(outs).toMatchObject({ config: { clientSecret: secret("canary-config") } });
    const outputs = unwrapSecrets(outs);
    expect(await ssoConnector.read(id, outputs)).toMatchObject({ id, inputs: { connectorName: "Acme" } });
    expect(await ssoConnector.diff(id, outputs, unwrapSecrets(inputs))).toMatchObject({ changes: false });

    const news = { ...unwrapSecrets(inputs), providerName: "Okta" };
    expect(await ssoConnector.diff(id, outputs, news)).toMatchObject({
      changes: true,
      replaces: ["providerName"],
      deleteBeforeReplace: true,
    });
    const updated = await ssoConnector.update(id, outputs, {
      ...unwrapSecrets(inputs),
      domains: ["acme.com"],
    });
    expect(updated.outs).toMatchObject({ domains: ["acme.com"] });

    // The objects of a run are not deleted by that run.
    await host.end();
    host = await start(settings());
    await host.providers.ssoConnector.delete(id, outputs);
    expect(logto.connectors.rows.size).toBe(0);
    expect(await host.providers.ssoConnector.read(id, outputs)).toEqual({});
  });

  test("unknown values stay unknown, and failures have their property", async () => {
    const { ssoConnector } = host.providers;
    const { config } = acme();
    const { inputs, failures } = await ssoConnector.check(
      {},
      { ...acme(), config: { ...config, issuer: unknown } },
    );
    expect(failures).toEqual([]);
    expect(inputs).toMatchObject({ config: { clientId: "client", issuer: unknown } });
    expect((await ssoConnector.check({}, { ...acme(), providerName: "okta" })).failures).toMatchObject([
      { property: "providerName", reason: expect.stringContaining('did you mean "Okta"?') as unknown },
    ]);
  });

  test("an error has the ID and the properties of what exists nevertheless", async () => {
    const { ssoConnector } = host.providers;
    const inputs = unwrapSecrets((await ssoConnector.check({}, acme())).inputs);
    logto.faults.arm("reset after", "create");
    logto.faults.arm("503", "list", Infinity);
    await expect(ssoConnector.create(inputs)).rejects.toMatchObject({
      id: "pending:Acme",
      properties: { connectorName: "Acme", config: { clientSecret: secret("canary-config") } },
      reasons: [expect.stringContaining('Could not create SSO connector "Acme"')],
    });
    logto.faults.disarm();
    const error: unknown = await ssoConnector
      .create({ ...inputs, domains: ["acme.com"] })
      .catch((reason: unknown) => reason);
    expect(error).toHaveProperty(
      "message",
      expect.stringContaining('the name "Acme" belongs to the connector'),
    );
    expect(error).not.toHaveProperty("id");
  });

  test("a killed host rejects the call under way and all others", async () => {
    const { ssoConnector } = host.providers;
    const inputs = unwrapSecrets((await ssoConnector.check({}, acme())).inputs);
    logto.faults.arm("hang after", "create");
    logto.beforeAnswer = ({ path }) => {
      if (path === "/api/sso-connectors") process.kill(host.pid, "SIGKILL");
    };
    await expect(ssoConnector.create(inputs)).rejects.toThrow();
    await expect(ssoConnector.check({}, acme())).rejects.toThrow();
    expect((await host.result).code).toBe(137);
  });

  test("a host ends by the engine's signal with code 0; one that does not start is an error", async () => {
    await host.providers.ssoConnector.check({}, acme());
    await host.end();
    expect((await host.result).code).toBe(0);
    await expect(start(settings(), { NODE_OPTIONS: "--require ./missing.cjs" })).rejects.toThrow(
      /The host did not start: [^]*missing\.cjs/,
    );
  });
});

describe("the dynamic host's environment", () => {
  let logto: Logto;
  eachWithLogto((started) => {
    logto = started;
  });

  test("the process of the host takes settings from its environment, and prints errors without a stack trace", async () => {
    const env = { LOGTO_ENDPOINT: logto.url, LOGTO_CLIENT_ID: "m2m", LOGTO_CLIENT_SECRET: "canary-m2m" };
    const host = await startHost({}, env);
    const { ssoConnector } = host.providers;
    const { id } = await create(ssoConnector, { providerName: "Okta", connectorName: "acme" });
    expect(logto.named("acme").id).toBe(id);
    const error = 'Logto has no SSO connector with the ID "nope".';
    expect(await messageOf(ssoConnector.read("nope"))).toContain(error);
    await host.end();
    const { stdout, stderr } = await host.result;
    expect(stdout + stderr).toContain(error);
    expect(stdout + stderr).not.toMatch(/^\s+at /m);
  });
});
