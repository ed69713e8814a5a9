/** What a program can look up, and connectors that are taken over: through the real CLI. */
import type { Config, Stack } from "./engine";
import { type Logto, startLogto } from "./logto";
import { accessTo, eachWithLogto, stackOf } from "./tenant";

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

test("a connector is looked up by ID and by name, in preview and up, its config as a secret", async () => {
  const { id, createdAt } = logto.connectors.insert({ ...oidc(), connectorName: "Acme", domains: ["a.com"] });
  const stack = await use(`
    const byName = logto.getSsoConnector({ connectorName: "Acme" });
    const byId = logto.getSsoConnector({ id: byName.id });
    Object.assign(exports, byName, { issuer: byId.config.issuer, url: pulumi.interpolate\`/sso/\${byId.id}\` });`);
  expect((await stack.preview()).stdout).toContain(`"/sso/${id}"`);
  await stack.up();
  expect(await stack.outputs()).toEqual({
    id,
    tenantId: "default",
    createdAt,
    providerName: "OIDC",
    connectorName: "Acme",
    domains: ["a.com"],
    branding: {},
    syncProfile: false,
    enableTokenStorage: false,
    config: oidc().config,
    issuer: `${logto.idp}/acme`,
    url: `/sso/${id}`,
  });
  const shown = JSON.parse((await stack.pulumi(["stack", "output", "--json"])).stdout) as object;
  expect(shown).toMatchObject({ id, config: "[secret]", issuer: "[secret]" });
  await stack.up(["--expect-no-changes"]);
});

test("all connectors and all kinds of identity provider: one token and one list for any number of look-ups", async () => {
  for (const connectorName of ["b", "a"]) logto.connectors.insert({ ...oidc(), connectorName });
  const stack = await use(`
    exports.names = logto.getSsoConnectors().apply((all) => all.map(({ connectorName }) => connectorName));
    exports.config = logto.getSsoConnectors()[0].config;
    exports.a = logto.getSsoConnector({ connectorName: "a" }).providerName;
    exports.kinds = logto.getSsoConnectorProviders().apply((all) => all.map((one) => one.providerName + " " + one.providerType));`);
  await stack.up();
  expect(logto.takeLog().sort()).toEqual([
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
  });
  expect(JSON.stringify(await stack.export())).not.toContain(clientSecret);
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
    exports.byProvider = logto.getSsoConnector({ connectorName: "Acme" }, { provider }).id;
    exports.byParent = logto.getSsoConnectors({ parent })[0].id;
    exports.got = logto.SsoConnector.get("got", "${id}", { provider }).connectorName;`,
    { ...accessTo(logto), endpoint: other.url },
  );
  expect((await stack.preview()).stdout).not.toContain("error");
  await stack.up();
  expect(await stack.outputs()).toEqual({ byProvider: id, byParent: id, got: "Acme" });
  await stack.destroy();
  await other.close();
});

test.each([
  [
    'logto.getSsoConnector({ connectorName: "acme" }).id',
    'no SSO connector with the name "acme", but "Acme"',
  ],
  ['logto.getSsoConnector({ id: "nope" }).id', 'no SSO connector with the ID "nope"'],
  ["logto.getSsoConnector({}).id", "getSsoConnector takes either id or connectorName"],
  ['logto.getSsoConnector({ id: "a", connectorName: "b" }).id', "takes either id or connectorName"],
])("%s fails with what is wrong", async (js, message) => {
  logto.connectors.insert({ ...oidc(), connectorName: "Acme" });
  const stack = await use(`exports.it = ${js};`);
  const failed = await stack.preview([], { mayFail: true });
  expect(failed.code).not.toBe(0);
  expect(failed.stdout + failed.stderr).toContain(message);
  expect(failed.stdout).not.toMatch(/^\s+at /m);
});

test("without credentials a preview goes on, and up says what is missing", async () => {
  const stack = await use(`exports.it = logto.getSsoConnectors().length;`, {});
  expect((await stack.preview()).stdout).toContain("`pulumi up` will");
  const failed = await stack.up([], { mayFail: true });
  expect(failed.code).not.toBe(0);
  expect(failed.stdout + failed.stderr).toContain("logto:endpoint is not set");
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
    expect(failed.stdout).toContain("Logto can't change a provider");
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
    expect((await stack.export()).deployment.resources?.some(({ type }) => type.includes("logto:"))).toBe(
      false,
    );
    row.config.clientSecret = "canary-config";
    row.syncProfile = false;
    logto.takeLog();
    await stack.up();
    expect(logto.takeLog()).not.toContain("PATCH /api/sso-connectors/:id");
    expect([...logto.connectors.rows.keys()]).toEqual([row.id]);
    await stack.up(["--refresh", "--expect-no-changes"]);
  });
});
