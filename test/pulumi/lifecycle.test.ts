/** The life of a connector, with the real Pulumi CLI: create, update, replace, look up, destroy. */
import type { Stack } from "../engine";
import { type Logto, startLogto } from "../logto";
import { allProviders, programOf } from "../allProviders";
import { accessTo, driftOf, eachWithLogto, patchesOf, stackOf } from "../tenant";

let logto: Logto;
eachWithLogto((started) => {
  logto = started;
});

async function deploy(connectors: Record<string, unknown>): Promise<Stack> {
  const stack = await stackOf(logto, { js: programOf(connectors) });
  await stack.up();
  return stack;
}

test("connectors of all identity providers are created with one token, show no drift, and are deleted", async () => {
  const stack = await deploy(allProviders(logto));
  expect(logto.takeLog().sort()).toEqual(
    ["POST /oidc/token", ...Array<string>(6).fill("POST /api/sso-connectors")].sort(),
  );
  expect(logto.named("oidc")).toMatchObject({
    domains: ["a.com", "b.com"],
    syncProfile: true,
    config: { scope: "groups" },
  });
  const { oidc, saml } = (await stack.outputs()) as Record<string, Record<string, string>>;
  expect(oidc).toEqual({ redirectUri: `${logto.url}/callback/${logto.named("oidc").id}` });
  expect(saml).toEqual({
    acs: `${logto.url}/api/authn/single-sign-on/saml/${logto.named("saml").id}`,
    entityId: `${logto.url}/enterprise-sso/${logto.named("saml").id}`,
  });

  await stack.preview(["--expect-no-changes"]);
  await stack.up(["--expect-no-changes"]);
  expect(logto.takeLog()).toEqual([]);
  expect((await driftOf(stack)).code).toBe(0);

  await stack.destroy();
  expect(logto.connectors.rows.size).toBe(0);
});

test("a field that is removed from the program returns to its default, but a removed config stays in Logto", async () => {
  const { oidc = {} } = allProviders(logto);
  const stack = await deploy({ oidc: { ...oidc, branding: { displayName: "Acme" } } });
  const { config } = logto.named("oidc");
  logto.takeLog();
  await stack.writeProgram({
    js: programOf({ oidc: { providerName: "OIDC", config: { ...config, scope: undefined } } }),
  });
  await stack.up();
  expect(patchesOf(logto)).toEqual([
    {
      branding: {},
      config: {
        clientId: "client",
        clientSecret: "canary-config",
        issuer: config.issuer,
        trustUnverifiedEmail: false,
      },
      domains: [],
      syncProfile: false,
    },
  ]);

  logto.takeLog();
  await stack.writeProgram({ js: programOf({ oidc: { providerName: "OIDC" } }) });
  await stack.up();
  expect(logto.takeLog()).toEqual([]);
  expect(logto.named("oidc").config).toHaveProperty("clientSecret", "canary-config");
  logto.named("oidc").config.scope = "changed in the console";
  expect((await driftOf(stack)).code).toBe(0);
  await stack.up(["--refresh", "--expect-no-changes"]);
});

test("another providerName replaces the connector by one with the same name", async () => {
  const { okta = {} } = allProviders(logto);
  const stack = await deploy({ okta });
  const { id } = logto.named("okta");
  logto.takeLog();
  await stack.writeProgram({ js: programOf({ okta: { ...okta, providerName: "AzureAdOidc" } }) });
  expect((await stack.preview(["--diff"])).stdout).toMatch(/~ providerName: "Okta" => "AzureAdOidc"/);
  await stack.up();
  expect(logto.takeLog()).toEqual([
    "POST /oidc/token",
    "DELETE /api/sso-connectors/:id",
    "POST /api/sso-connectors",
  ]);
  expect(logto.named("okta")).toMatchObject({ providerName: "AzureAdOidc" });
  expect(logto.named("okta").id).not.toBe(id);
});

test("a connector that was deleted in the console is created again, and destroy succeeds without it", async () => {
  const { okta = {}, saml = {} } = allProviders(logto);
  const stack = await deploy({ okta, saml });
  logto.connectors.rows.delete(logto.named("okta").id);
  expect((await driftOf(stack)).code).toBe(7);
  await stack.up(["--refresh"]);
  expect(logto.named("okta").config).toHaveProperty("clientId", "client");
  logto.connectors.rows.delete(logto.named("saml").id);
  await stack.destroy();
  expect(logto.connectors.rows.size).toBe(0);
});

test("a field in ignoreChanges is not updated", async () => {
  const stack = await stackOf(logto, {
    js: `const logto = require("pulumi-logto-sso");
      new logto.SsoConnector("acme", { providerName: "OIDC", domains: ["a.com"] }, { ignoreChanges: ["domains"] });`,
  });
  await stack.up();
  logto.named("acme").domains = ["b.com"];
  await stack.up(["--refresh"]);
  expect(logto.named("acme").domains).toEqual(["b.com"]);
});

test("get reads every field of a connector that the stack does not manage, and fails if there is none", async () => {
  const row = logto.connectors.insert({
    providerName: "SAML",
    connectorName: "from the console",
    config: { metadataUrl: `${logto.idp}/saml/metadata` },
    domains: ["a.com"],
  });
  const js = (id: string) => `const logto = require("pulumi-logto-sso");
    const found = logto.SsoConnector.get("found", ${JSON.stringify(id)});
    Object.assign(exports, { name: found.connectorName, config: found.config, domains: found.domains,
      createdAt: found.createdAt, entityId: found.spEntityId, syncProfile: found.syncProfile });`;
  const stack = await stackOf(logto, { js: js(row.id) });
  await stack.up();
  expect(await stack.outputs()).toEqual({
    name: "from the console",
    config: row.config,
    domains: ["a.com"],
    createdAt: new Date(row.createdAt).toISOString(),
    entityId: `${logto.url}/enterprise-sso/${row.id}`,
    syncProfile: false,
  });
  await stack.destroy();
  expect(logto.connectors.rows.size).toBe(1);
  await stack.writeProgram({ js: js("nope") });
  const failed = await stack.up([], { mayFail: true });
  expect(failed.code).not.toBe(0);
  expect(failed.stdout).toContain('Logto has no SSO connector with the ID "nope"');
  expect(failed.stdout).not.toMatch(/^\s+at /m);
});

test("a program may use two tenants, one of which is known only during the deployment", async () => {
  const other = await startLogto({ applications: [{ id: "other", secret: "canary-other" }] });
  const program = {
    js: `const pulumi = require("@pulumi/pulumi");
        const logto = require("pulumi-logto-sso");
        const here = new logto.SsoConnector("acme", { providerName: "Okta" });
        // Unknown until the first connector exists.
        const endpoint = here.id.apply(() => new pulumi.Config().require("endpoint"));
        const provider = new logto.Provider("other", { endpoint, clientId: "other", clientSecret: "canary-other" });
        const there = new logto.SsoConnector("there", { providerName: "Okta", connectorName: "acme" }, { provider });
        exports.here = here.redirectUri;
        exports.there = there.redirectUri;`,
  };
  const config = { ...accessTo(logto), endpoint: other.url };
  const stack = await stackOf(logto, program, { config });
  expect((await stack.preview()).stdout).toContain("+ 4 to create");
  await stack.up();
  expect(await stack.outputs()).toEqual({
    here: `${logto.url}/callback/${logto.named("acme").id}`,
    there: `${other.url}/callback/${other.named("acme").id}`,
  });
  expect(JSON.stringify(stack.export())).not.toContain("canary");
  await stack.up(["--expect-no-changes"]);
  await stack.destroy();
  expect(other.connectors.rows.size + logto.connectors.rows.size).toBe(0);
  await other.close();
});

test("the redirect URI is known in the preview of an update", async () => {
  const { okta = {} } = allProviders(logto);
  const stack = await deploy({ okta });
  await stack.writeProgram({ js: programOf({ okta: { ...okta, domains: ["new.com"] } }) });
  const { stdout } = await stack.preview(["--diff"]);
  expect(stdout).toContain('+ [0]: "new.com"');
  expect(stdout).not.toContain("unknown");
});

test("the error names a key of extraConfig that Logto ignores, and the connector is kept in the state", async () => {
  const { okta = {} } = allProviders(logto);
  const stack = await stackOf(logto, {
    js: programOf({ okta: { ...okta, extraConfig: { pkce: "canary-extra" } } }),
  });
  const failed = await stack.up([], { mayFail: true });
  expect(failed.code).not.toBe(0);
  expect(failed.stdout).toContain("but ignored config.pkce. Your Logto version may not support it");
  expect(JSON.stringify(stack.export())).not.toContain("canary");
  await stack.writeProgram({ js: programOf({ okta }) });
  await stack.up();
  expect(logto.connectors.rows.size).toBe(1);
  await stack.destroy();
  expect(logto.connectors.rows.size).toBe(0);
});

test("no secret is in the state or in any output, and a connector takes at most 2,000 bytes of state", async () => {
  const connectors = Object.fromEntries(
    Array.from({ length: 100 }, (_, index) => [
      `customer-${index}`,
      {
        providerName: "OIDC",
        config: {
          clientId: `client-${index}`,
          clientSecret: `canary-secret-${index}`,
          issuer: `${logto.idp}/customer-${index}`,
        },
        domains: [`customer-${index}.com`],
      },
    ]),
  );
  const stack = await deploy(connectors);
  logto.named("customer-1").config.clientSecret = "canary-console";
  const results = [
    await driftOf(stack),
    await stack.preview(["--json", "--refresh"]),
    await stack.preview(["--diff", "--refresh"]),
    await stack.refresh(["--diff"]),
    await stack.up(["--diff"]),
  ];
  const state = stack.export();
  expect(results.map(({ stdout }) => stdout).join() + JSON.stringify(state)).not.toContain("canary");
  const declared =
    state.deployment.resources?.filter(({ type }) => type.endsWith("logto:SsoConnector")) ?? [];
  expect(declared).toHaveLength(100);
  expect(JSON.stringify(declared).length / declared.length).toBeLessThanOrEqual(2000);
});
