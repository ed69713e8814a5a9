/** The errors of the provider: for settings that do not work, and for objects that do not exist. */
import { startProvider, check, create, loader } from "../engine/engineDouble";
import type { Logto } from "../logto";
import { eachWithLogto, settingsFor } from "./inProcess";
import { useVirtualTime } from "../virtualTime";

useVirtualTime();

let logto: Logto;
eachWithLogto(
  (started) => {
    logto = started;
  },
  {
    applications: [
      { id: "m2m", secret: "canary-m2m" },
      { id: "no-role", secret: "canary-no-role", hasRole: false },
    ],
  },
);

/** Resolves with the error of a call that must fail. */
const errorOf = (call: Promise<unknown>): Promise<Error> =>
  call.then(
    () => {
      throw new Error("The call succeeded.");
    },
    (error: unknown) => error as Error,
  );

test.each<[string, Record<string, string>, string]>([
  [
    "a wrong secret",
    { "logto:clientSecret": "canary-wrong" },
    "rejected the client secret of application m2m. Check logto:clientSecret.",
  ],
  [
    "an unknown application",
    { "logto:clientId": "nobody" },
    "has no machine-to-machine application nobody. Check logto:clientId, and that logto:endpoint is the address of the application's tenant, not that of Logto's console (self-hosted, by default: port 3001, not 3002).",
  ],
  [
    "an application without the role",
    { "logto:clientId": "no-role", "logto:clientSecret": "canary-no-role" },
    "assign this machine-to-machine application a role with the permission `all` of the Logto Management API.",
  ],
  ["a missing secret", { "logto:clientSecret": "" }, "logto:clientSecret is not set"],
  [
    "an unreachable Logto",
    { "logto:endpoint": "http://127.0.0.1:1" },
    "could not reach Logto at http://127.0.0.1:1: ECONNREFUSED. Check logto:endpoint",
  ],
  [
    "http without TLS",
    { "logto:endpoint": "http://logto.acme.com" },
    "logto:endpoint must start with https://",
  ],
  [
    "an endpoint that is not Logto",
    { "logto:endpoint": "IDP" },
    "Check that logto:endpoint is the address of Logto itself",
  ],
])(
  "%s is reported alike for every connector and call, without a stack trace",
  async (_what, settings, expected) => {
    const { ssoConnector: before } = await startProvider(settingsFor(logto));
    const deployed = await Promise.all(
      ["Okta", "SAML"].map((providerName) => create(before, { providerName, connectorName: providerName })),
    );
    const more = Object.entries(settings).map(([key, value]) => [key, value === "IDP" ? logto.idp : value]);
    const { ssoConnector } = await startProvider(
      settingsFor(logto, Object.fromEntries(more) as Record<string, string>),
    );
    const changed = await check(ssoConnector, { providerName: "Okta", connectorName: "Changed" });
    const errors = await Promise.all(
      deployed.flatMap(({ id, outputs }) => [
        errorOf(ssoConnector.create(changed)),
        errorOf(ssoConnector.read(id, outputs)),
        errorOf(ssoConnector.update(id, outputs, changed)),
        errorOf(ssoConnector.delete(id, outputs)),
      ]),
    );
    expect(errors[0]?.message).toContain(expected);
    expect(errors[0]?.message).not.toContain("canary");
    expect(new Set(errors.map(({ message }) => message)).size).toBe(1);
    expect(errors[0]?.message).not.toContain("from the state");
    // The host prints both.
    expect(errors.map(({ stack, name }) => [stack, name])).toEqual(errors.map(() => ["", ""]));

    // Where no program runs, the settings are those of the state.
    const all = settingsFor(logto, Object.fromEntries(more) as Record<string, string>);
    const { id = "", outputs = {} } = deployed[0] ?? {};
    for (const call of [
      (await startProvider(all)).ssoConnector.read(id, outputs),
      (await startProvider(all)).ssoConnector.delete(id, outputs),
    ]) {
      const { message } = await errorOf(call);
      expect(message).toContain(expected);
      expect(message).toContain("take the stack config from the state, as the last `pulumi up` recorded it:");
    }
    const { message } = await errorOf((await startProvider(all)).ssoConnector.read(id, loader));
    expect(message).not.toContain("from the state");
  },
);

test("what `get` does not find is an error that names it", async () => {
  const { ssoConnectorConfig, organizationSsoConnector } = await startProvider(settingsFor(logto));
  logto.connectors.insert({ providerName: "OIDC", connectorName: "bare", id: "bare" });
  expect((await errorOf(ssoConnectorConfig.read("bare", loader))).message).toContain(
    'Logto has no config of SSO connector with the ID "bare"',
  );
  const organization = logto.organizations.make("Acme");
  for (const id of [organization, `${organization}/`, `/${organization}`, `${organization}/bare/bare`]) {
    expect((await errorOf(organizationSsoConnector.read(id, loader))).message).toContain(
      "the format is ORGANIZATION_ID/CONNECTOR_ID",
    );
  }
});

test("a read that fails has changed nothing, and does not say so", async () => {
  const { ssoConnector } = await startProvider(settingsFor(logto));
  logto.faults.arm("503", "get", Infinity);
  const { message } = await errorOf(ssoConnector.read("id", loader));
  expect(message).toContain("Could not read SSO connector (id)");
  expect(message).not.toContain("may have been applied");
});

test("SAML metadata with which Logto fails is reported as such", async () => {
  const { ssoConnector } = await startProvider(settingsFor(logto));
  const metadataUrl = `${logto.idp}/saml/broken`;
  const args = { providerName: "SAML", connectorName: "acme", config: { metadataUrl } };
  expect((await errorOf(create(ssoConnector, args))).message).toContain(
    `when SAML metadata is not XML: check ${metadataUrl}.`,
  );
});

test("an error says which key of the config it is about, after a create and after an update", async () => {
  const { ssoConnector } = await startProvider(settingsFor(logto));
  const oidc = { clientId: "client", clientSecret: "canary" };
  const args = (config: { readonly issuer: string }) => ({
    providerName: "OIDC",
    connectorName: "acme",
    config: { ...oidc, ...config },
  });
  const advice = (issuer: string) =>
    `config.issuer: Logto must be able to read ${issuer}/.well-known/openid-configuration, and the response must be a discovery document.`;
  const wrong = args({ issuer: `${logto.idp}/fails/x` });
  logto.takeLog();
  expect((await errorOf(create(ssoConnector, wrong))).message).toContain(advice(wrong.config.issuer));
  // An error that is not about the name is no reason to look for who has it.
  expect(logto.takeLog()).toEqual(["POST /oidc/token", "POST /api/sso-connectors"]);
  const { id, outputs } = await create(ssoConnector, args({ issuer: `${logto.idp}/acme` }));
  const updated = errorOf(ssoConnector.update(id, outputs, await check(ssoConnector, wrong)));
  logto.takeLog();
  expect((await updated).message).toContain(advice(wrong.config.issuer));
  expect(logto.takeLog()).not.toContain("GET /api/sso-connectors");
});

test("a connector that is gone is said to be, also where its config was to be read first", async () => {
  const { ssoConnector } = await startProvider(settingsFor(logto));
  const args = (clientId: string) => ({
    providerName: "OIDC",
    connectorName: "acme",
    config: { clientId, clientSecret: "canary", issuer: `${logto.idp}/acme` },
  });
  const { id, outputs } = await create(ssoConnector, args("a"));
  logto.connectors.rows.clear();
  const { message } = await errorOf(ssoConnector.update(id, outputs, await check(ssoConnector, args("b"))));
  expect(message).toContain("It no longer exists in Logto.");
});

test("a link to what does not exist is not kept", async () => {
  const { organizationSsoConnector } = await startProvider(settingsFor(logto));
  const args = { organizationId: "nobody", connectorId: "nothing" };
  const error = await errorOf(create(organizationSsoConnector, args));
  expect(error.message).toContain("Could not create just-in-time link");
  expect(error).not.toHaveProperty("id");
});

test("a create that refers to what does not exist names the property to check", async () => {
  const providers = await startProvider(settingsFor(logto));
  const organizationId = logto.organizations.make("Acme");
  const { id: connectorId } = logto.connectors.insert({ providerName: "SAML", connectorName: "acme" });
  const config = { metadataUrl: `${logto.idp}/saml/metadata` };
  const auth = { autoSendAuthorizationRequest: true, defaultApplicationId: "nobody" };
  const creates = [
    ["ssoConnectorConfig", { connectorId: "mistyped", providerName: "SAML", config }, "connectorId"],
    ["samlSigningKey", { connectorId: "mistyped" }, "connectorId"],
    ["organizationSsoConnector", { organizationId, connectorId: "mistyped" }, "connectorId"],
    ["organizationSsoConnector", { organizationId: "mistyped", connectorId }, "organizationId"],
    ["ssoConnectorIdpInitiatedAuth", { connectorId: "mistyped", ...auth }, "connectorId"],
    [
      "ssoConnectorIdpInitiatedAuth",
      { connectorId, ...auth, defaultApplicationId: "mistyped" },
      "defaultApplicationId",
    ],
  ] as const;
  for (const [key, args, property] of creates) {
    const { message } = await errorOf(create(providers[key], args));
    expect(message).toMatch(/^Could not create .*Logto has no .* with the ID "mistyped"/);
    expect(message).toContain(`Check ${property}, and that it is of this tenant (the option \`provider\`).`);
    expect(message).not.toContain("up --refresh");
  }
});

test("a delete is not about the config", async () => {
  const { ssoConnector } = await startProvider(settingsFor(logto));
  const args = {
    providerName: "SAML",
    connectorName: "acme",
    config: { metadataUrl: `${logto.idp}/saml/metadata` },
  };
  const { id, outputs } = await create(ssoConnector, args);
  logto.faults.arm("500", "delete", Infinity);
  const { ssoConnector: next } = await startProvider(settingsFor(logto));
  const { message } = await errorOf(next.delete(id, outputs));
  expect(message).toContain(`Could not delete SSO connector "acme" (${id})`);
  expect(message).not.toContain("config.");
});

test("what the program declares as secret is in no message, whatever the field", async () => {
  const { ssoConnector } = await startProvider(settingsFor(logto));
  const args = {
    providerName: "Okta",
    connectorName: "canary-name",
    domains: ["https://canary.com"],
    ...loader,
  };
  const __secretPaths = [["connectorName"], ["domains"]];
  expect(await ssoConnector.check({}, { ...args, __secretPaths })).toMatchObject({
    failures: [{ property: "domains[0]", reason: expect.stringMatching(/^"\[secret\]" is a URL/) as string }],
  });
  const tooLong = { ...args, connectorName: "canary".repeat(30), domains: [] };
  expect((await ssoConnector.check({}, { ...tooLong, __secretPaths })).failures).toMatchObject([
    // The engine would print what it finds under the name alone.
    { property: '["connectorName"]' },
  ]);
  const { inputs } = await ssoConnector.check({}, { ...args, domains: ["canary.com"], __secretPaths });
  expect(inputs).not.toHaveProperty("__secretPaths");
  logto.connectors.insert({ providerName: "SAML", connectorName: "canary-name" });
  const { message } = await errorOf(ssoConnector.create({ ...inputs, ...loader }));
  expect(message).toContain('Could not create SSO connector "[secret]": ');
  expect(message).not.toContain("canary");
});
