/** What a program can look up, and connectors that are taken over: through the real CLI. */
import type { Config, Stack } from "../engine";
import { type Logto, startLogto } from "../logto";
import { accessTo, eachWithLogto, stackOf } from "../tenant";

let logto: Logto;
let stack: Stack | undefined;
eachWithLogto((started) => {
  logto = started;
  stack = undefined;
});

const use = async (js: string, config?: Config) => {
  const program = {
    js: `const logto = require("pulumi-logto-sso");\nconst pulumi = require("@pulumi/pulumi");\n${js}`,
  };
  if (stack === undefined) stack = await stackOf(logto, program, config && { config });
  else await stack.writeProgram(program);
  return stack;
};
const oidc = (more: object = {}) => ({
  providerName: "OIDC",
  config: {
    clientId: "client",
    clientSecret: "canary-config",
    issuer: `${logto.idp}/acme`,
    trustUnverifiedEmail: false,
  },
  ...more,
});

test("a connector is looked up by ID and by name, in preview and up, without its secrets", async () => {
  const { id, createdAt } = logto.connectors.insert({ ...oidc(), connectorName: "Acme", domains: ["a.com"] });
  const stack = await use(`module.exports = async () => {
    const byName = await logto.getSsoConnector({ connectorName: "Acme" });
    const byId = logto.getSsoConnectorOutput({ id: pulumi.output(byName.id) });
    return { byName, byId, url: pulumi.interpolate\`/sso/\${byId.id}\` };
  };`);
  expect((await stack.preview()).stdout).toContain(`"/sso/${id}"`);
  await stack.up();
  const { clientSecret, ...config } = oidc().config;
  const found = {
    id,
    tenantId: "default",
    createdAt: new Date(createdAt).toISOString(),
    providerName: "OIDC",
    connectorName: "Acme",
    config,
    domains: ["a.com"],
    branding: {},
    syncProfile: false,
    enableTokenStorage: false,
  };
  expect(await stack.outputs()).toEqual({ byName: found, byId: found, url: `/sso/${id}` });
  expect(JSON.stringify(stack.export())).not.toContain(clientSecret);
  await stack.up(["--expect-no-changes"]);
});

test("all connectors and all kinds of identity provider: one token and one list for any number of look-ups", async () => {
  for (const connectorName of ["b", "a"]) logto.connectors.insert({ ...oidc(), connectorName });
  const stack = await use(`module.exports = async () => {
    const { providers } = await logto.getSsoConnectorProviders();
    return {
      names: logto.getSsoConnectorsOutput().connectors.apply((all) => all.map((one) => one.connectorName)),
      config: (await logto.getSsoConnectors()).connectors[0].config,
      a: logto.getSsoConnectorOutput({ connectorName: "a" }).providerName,
      kinds: providers.map((one) => one.providerName + " " + one.providerType),
      first: logto.getSsoConnectorProvidersOutput().providers[0].providerName,
    };
  };`);
  await stack.up();
  expect(logto.takeLog().sort()).toEqual([
    "GET /api/sso-connector-providers",
    "GET /api/sso-connector-providers",
    "GET /api/sso-connectors",
    "POST /oidc/token",
  ]);
  const { clientSecret, ...config } = oidc().config;
  expect(await stack.outputs()).toEqual({
    names: ["a", "b"],
    config,
    a: "OIDC",
    kinds: [
      "OIDC oidc",
      "SAML saml",
      "AzureAD saml",
      "AzureAdOidc oidc",
      "GoogleWorkspace oidc",
      "Okta oidc",
    ],
    first: "OIDC",
  });
  expect(JSON.stringify(stack.export())).not.toContain(clientSecret);
});

test("in a second tenant, by the option provider and by a parent; known once that tenant is", async () => {
  const other = await startLogto({ applications: [{ id: "other", secret: "canary-other" }] });
  const { id } = other.connectors.insert({ ...oidc(), connectorName: "Acme" });
  const stack = await use(
    `
    const here = new logto.SsoConnector("here", { providerName: "Okta" });
    const endpoint = here.id.apply(() => new pulumi.Config().require("endpoint"));
    const provider = new logto.Provider("other", { endpoint, clientId: "other", clientSecret: "canary-other" });
    const parent = new pulumi.ComponentResource("acme:Customer", "acme", {}, { providers: [provider] });
    exports.byProvider = logto.getSsoConnectorOutput({ connectorName: "Acme" }, { provider }).id;
    exports.byParent = logto.getSsoConnectorsOutput({ parent }).connectors[0].id;
    exports.got = logto.SsoConnector.get("got", "${id}", undefined, { provider }).connectorName;
    exports.promised = logto.getSsoConnector({ connectorName: "Acme" }, { provider })
      .then((found) => found.id, (error) => pulumi.runtime.isDryRun() ? error.message : Promise.reject(error));`,
    { ...accessTo(logto), endpoint: other.url },
  );
  const preview = await stack.preview();
  expect(preview.stdout).not.toContain("error");
  expect(preview.stdout).toContain("The arguments of its logto.Provider are not known before `pulumi up`.");
  await stack.up();
  expect(await stack.outputs()).toEqual({ byProvider: id, byParent: id, got: "Acme", promised: id });
  await stack.destroy();
  await other.close();
});

test("what depends on resources that are yet to be created is unknown in the preview", async () => {
  const stack = await use(`
    const acme = new logto.SsoConnector("Acme", { providerName: "Okta" });
    const team = new pulumi.ComponentResource("test:Team", "team");
    const child = new logto.SsoConnector("Child", { providerName: "Okta" }, { parent: team });
    exports.byInput = logto.getSsoConnectorOutput({ connectorName: acme.connectorName }).id;
    exports.byResource = logto.getSsoConnectorOutput({ connectorName: "Acme" }, { dependsOn: acme }).id;
    exports.byOutput = logto.getSsoConnectorOutput({ connectorName: "Acme" }, { dependsOn: [acme.id.apply(() => acme)] }).id;
    exports.byComponent = logto.getSsoConnectorOutput({ connectorName: "Child" }, { dependsOn: [acme, team] }).id;`);
  await stack.preview();
  await stack.up();
  const { id } = logto.named("Acme");
  expect(await stack.outputs()).toEqual({
    byInput: id,
    byResource: id,
    byOutput: id,
    byComponent: logto.named("Child").id,
  });
  await stack.destroy();
});

test.each([
  [
    'logto.getSsoConnectorOutput({ connectorName: "acme" }).id',
    'no SSO connector with the name "acme", but "Acme"',
  ],
  ['logto.getSsoConnector({ id: "nope" })', 'no SSO connector with the ID "nope"'],
  ["logto.getSsoConnectorOutput({}).id", "getSsoConnector takes either id or connectorName"],
  ['logto.getSsoConnector({ id: "a", connectorName: "b" })', "takes either id or connectorName"],
  ["logto.getSsoConnectors({ provider: {} })", "The option provider of a look-up must be a logto.Provider"],
])("%s fails with what is wrong", async (js, message) => {
  logto.connectors.insert({ ...oidc(), connectorName: "Acme" });
  const stack = await use(`exports.it = ${js};`);
  const failed = await stack.preview([], { mayFail: true });
  expect(failed.code).not.toBe(0);
  expect(failed.stdout + failed.stderr).toContain(message);
  expect(failed.stdout).not.toMatch(/^\s+at /m);
});

test("without credentials, a preview continues with outputs; the promise form and `up` say what is missing", async () => {
  const stack = await use(`exports.it = logto.getSsoConnectorsOutput().connectors.length;`, {});
  expect((await stack.preview()).stdout).toContain("`pulumi up` will");
  const failed = await stack.up([], { mayFail: true });
  expect(failed.code).not.toBe(0);
  expect(failed.stdout + failed.stderr).toContain("logto:endpoint is not set");
  await use(`exports.it = logto.getSsoConnectors();`);
  const { code, stdout } = await stack.preview([], { mayFail: true });
  expect(code).not.toBe(0);
  expect(stdout).toContain("getSsoConnectors can't be answered in this preview. Use getSsoConnectorsOutput");
  for (const name of ["endpoint", "clientId", "clientSecret"]) {
    expect(stdout).toContain(`logto:${name} is not set`);
  }
  expect(stdout).not.toMatch(/^\s+at /m);
});

describe("a name that is taken", () => {
  const declared = (more: object = {}) =>
    `new logto.SsoConnector("Acme", ${JSON.stringify(oidc({ domains: ["a.com"], ...more }))});`;

  test("is an error with the ID in the way and what to paste", async () => {
    const { id } = logto.connectors.insert({ ...oidc(), connectorName: "Acme" });
    const failed = await (await use(declared())).up([], { mayFail: true });
    expect(failed.code).not.toBe(0);
    expect(failed.stdout).toContain(
      `the name "Acme" belongs to the connector ${id}, of the identity provider OIDC.`,
    );
    expect(failed.stdout).toContain("`adopt: true,`");
    expect(failed.stdout).toContain(`\`npx logto-sso import --id ${id}\``);
  });

  test("adopt: true changes that one into shape, and keeps its ID and what it does not know", async () => {
    const { id } = logto.connectors.insert({
      ...oidc({ config: { ...oidc().config, clientSecret: "canary-old", pkce: true } }),
      connectorName: "Acme",
      branding: { displayName: "by hand" },
    });
    const stack = await use(declared({ adopt: true }));
    await stack.up();
    expect(logto.log.filter(({ method }) => method === "PATCH").map(({ body }) => body)).toEqual([
      { branding: {}, config: { ...oidc().config, pkce: true }, domains: ["a.com"] },
    ]);
    expect([...logto.connectors.rows.keys()]).toEqual([id]);
    await stack.up(["--refresh", "--expect-no-changes"]);
    // Of no meaning for a resource that is there.
    await use(declared());
    await stack.up(["--expect-no-changes"]);
    await stack.destroy();
  });

  test("twenty are adopted with one list, and those that fit already with no PATCH", async () => {
    const names = Array.from({ length: 20 }, (_, index) => `customer-${index}`);
    for (const connectorName of names) logto.connectors.insert({ ...oidc(), connectorName });
    const stack = await use(
      `for (const name of ${JSON.stringify(names)}) new logto.SsoConnector(name, ${JSON.stringify(oidc({ adopt: true }))});`,
    );
    await stack.up();
    const log = logto.takeLog();
    const count = (request: string) => log.filter((one) => one === request).length;
    expect([count("POST /api/sso-connectors"), count("GET /api/sso-connectors")]).toEqual([20, 1]);
    expect(log.filter((one) => one.startsWith("PATCH"))).toEqual([]);
    expect(logto.connectors.rows.size).toBe(20);
  });

  test("another kind of provider is never taken over", async () => {
    logto.connectors.insert({ providerName: "SAML", connectorName: "Acme" });
    const failed = await (await use(declared({ adopt: true }))).up([], { mayFail: true });
    expect(failed.stdout).toContain("of the identity provider SAML.");
    expect(failed.stdout).toContain("Logto cannot change the identity provider");
    expect(failed.stdout).not.toContain("adopt: true");
    expect(logto.log.filter(({ method }) => method === "PATCH")).toEqual([]);
  });

  test("logto:adopt takes over what is identical, secret included, and nothing else", async () => {
    const row = logto.connectors.insert({ ...oidc(), connectorName: "Acme", domains: ["a.com"] });
    const config = { ...accessTo(logto), "logto:adopt": "identical" };
    row.config.clientSecret = "canary-other";
    row.syncProfile = true;
    const stack = await use(declared(), config);
    const failed = await stack.up([], { mayFail: true });
    expect(failed.code).not.toBe(0);
    expect(failed.stdout).toContain(
      "takes over identical connectors only, and this one differs in config.clientSecret, syncProfile.",
    );
    expect(stack.export().deployment.resources?.some(({ type }) => type.includes("logto:"))).toBe(false);
    row.config.clientSecret = "canary-config";
    row.syncProfile = false;
    logto.takeLog();
    await stack.up();
    expect(logto.takeLog()).not.toContain("PATCH /api/sso-connectors/:id");
    expect([...logto.connectors.rows.keys()]).toEqual([row.id]);
    await stack.up(["--refresh", "--expect-no-changes"]);
  });
});
