/** `SsoConnectorConfig` through the real CLI: who owns a config, and what becomes of it. */
import { logtoSso } from "./runCli";
import type { Stack } from "./engine";
import type { Logto } from "./logto";
import { driftOf, eachWithLogto, patchesOf, stackOf } from "./tenant";

let logto: Logto;
eachWithLogto((started) => {
  logto = started;
});

const config = (more: object = {}) => ({
  clientId: "client",
  clientSecret: "canary-config",
  issuer: `${logto.idp}/acme`,
  ...more,
});
/** What else a config may be given, or the whole where it is `null`. */
function program(args: object | null, connector: object = {}, more = ""): { js: string } {
  const declared = JSON.stringify({ providerName: "OIDC", ...connector });
  const rest = JSON.stringify({ providerName: "OIDC", config: config(), ...args });
  return {
    js: `const logto = require("pulumi-logto-sso");
      const acme = new logto.SsoConnector("acme", ${declared});
      ${args === null ? "" : `new logto.SsoConnectorConfig("acme", { connectorId: acme.id, ...${rest} });`}
      ${more}`,
  };
}
const start = (...of: Parameters<typeof program>): Promise<Stack> => stackOf(logto, program(...of));

/** A connector of Logto's that nobody declares. */
const byHand = (more: object = {}) =>
  logto.connectors.insert({ providerName: "OIDC", connectorName: "by hand", ...more });
const only = (id: string, args: object = {}) => ({
  js: `const logto = require("pulumi-logto-sso");
    new logto.SsoConnectorConfig("acme", ${JSON.stringify({ connectorId: id, providerName: "OIDC", config: config(), ...args })});`,
});

interface DriftReport {
  tenants: { connectors: number }[];
  findings: {
    class: string;
    path?: string;
    connector: { name: string; urn: string | null };
    source?: { file: string; line: number };
  }[];
}
async function driftReport(stack: Stack): Promise<DriftReport> {
  const { stdout } = await logtoSso(stack, ["drift", "--format", "json"], { mayFail: true });
  return JSON.parse(stdout) as DriftReport;
}

test("a config that was changed by hand is seen once, by refresh and by logto-sso drift, and put right by one PATCH", async () => {
  const stack = await start({});
  await stack.up();
  await stack.refresh(["--expect-no-changes"]);
  expect(await driftReport(stack)).toMatchObject({ findings: [], tenants: [{ connectors: 1 }] });

  Object.assign(logto.named("acme").config, { scope: "groups", clientSecret: "canary-by-hand" });
  const drift = await driftOf(stack);
  expect(drift.code).toBe(7);
  expect(drift.stdout.match(/^\s*~ pulumi-nodejs:dynamic.*$/gm)).toEqual([
    expect.stringContaining("logto:SsoConnectorConfig") as unknown,
  ]);
  const { findings } = await driftReport(stack);
  const urn = expect.stringContaining("SsoConnectorConfig::acme") as unknown;
  expect(findings).toMatchObject([
    { class: "changed", path: "config.clientSecret", connector: { name: "acme", urn } },
    {
      class: "changed",
      path: "config.scope",
      connector: { name: "acme", urn },
      source: { file: "index.js", line: 3 },
    },
  ]);

  logto.takeLog();
  await stack.up(["--refresh"]);
  expect(logto.named("acme").config).toEqual(config({ trustUnverifiedEmail: false }));
  expect(logto.takeLog()).toEqual([
    "POST /oidc/token",
    "GET /api/sso-connectors",
    "PATCH /api/sso-connectors/:id",
  ]);

  // Deleted by hand, it is missing once.
  logto.connectors.rows.clear();
  expect((await driftReport(stack)).findings).toMatchObject([
    { class: "missing", connector: { name: "acme" } },
  ]);
  await stack.up(["--refresh"]);
  expect(logto.named("acme").config).toMatchObject(config());
  await stack.up(["--refresh", "--expect-no-changes"]);
});

test("a config of a connector that another stack owns is managed by itself", async () => {
  const { id } = byHand({ domains: ["acme.com"] });
  const stack = await stackOf(logto, only(id));
  await stack.up();
  const row = logto.named("by hand");
  expect(row).toMatchObject({ config: config(), domains: ["acme.com"] });
  row.domains = ["acme.org"];
  row.config.scope = "groups";
  expect((await driftReport(stack)).findings).toMatchObject([
    { class: "changed", path: "config.scope", connector: { name: "by hand" } },
  ]);
  await stack.up(["--refresh"]);
  expect(logto.named("by hand")).toMatchObject({ config: config(), domains: ["acme.org"] });
  // Imported, the connector leaves its config to its owner.
  await logtoSso(stack, ["import", "--all", "--out", "imported"]);
  const { resources = [] } = (await stack.export()).deployment;
  const imported = resources.find(({ type }) => type.endsWith("logto:SsoConnector"));
  expect(imported?.inputs).toMatchObject({ connectorName: "by hand" });
  expect(imported?.inputs).not.toHaveProperty("config");
});

test("another config is refused, and replaced where adopt says so; the same one is taken as it is", async () => {
  const { id } = byHand({ config: { ...config({ scope: "groups" }), futureKey: "kept" } });
  const stack = await stackOf(logto, only(id));
  const { code, stdout } = await stack.up([], { mayFail: true });
  expect(code).not.toBe(0);
  expect(stdout).toMatch(
    new RegExp(
      `Could not create config of SSO connector \\(${id}\\): the connector "by hand" already has another config, ` +
        "which differs in config.scope.*add `adopt: true,` next to connectorId",
    ),
  );
  expect(patchesOf(logto)).toEqual([]);
  await stack.writeProgram(only(id, { adopt: true }));
  await stack.up();
  expect(patchesOf(logto)).toEqual([{ config: { ...config(), futureKey: "kept" } }]);

  const { id: same } = byHand({ connectorName: "same", config: config({ trustUnverifiedEmail: false }) });
  logto.takeLog();
  const other = await stackOf(logto, only(same));
  await other.up();
  expect(patchesOf(logto)).toEqual([]);
  await other.up(["--refresh", "--expect-no-changes"]);
});

test("what can't be a config of a connector is refused with what to do", async () => {
  const stack = await start(null);
  await stack.up();
  const { id } = logto.named("acme");
  const refused = async (text: { js: string }) => {
    await stack.writeProgram(text);
    const { code, stdout } = await stack.up([], { mayFail: true });
    expect(code).not.toBe(0);
    return stdout;
  };
  const wrong = { providerName: "Okta" };
  expect(await refused(program(wrong))).toContain('"acme" has the providerName OIDC, not Okta.');
  expect(await refused(program({ connectorId: "nobody" }))).toMatch(
    /Logto has no SSO connector with the ID "nobody"\. If it is in another tenant, .*option `provider`/,
  );
  expect(await refused(program({ config: undefined }))).toMatch(/config.* is missing/);
  expect(await refused(program({ config: config({ isuer: "typo" }) }))).toContain('did you mean "issuer"?');
  expect(await refused(program({ conectorId: "typo" }))).toContain('did you mean "connectorId"?');
  expect(logto.connectors.find(id).config).toEqual({});
  expect(await refused(program({}, { config: config() }))).toContain(
    'The SsoConnectorConfig "acme" declares the config of a connector, and so does the SsoConnector "acme".',
  );
  const twice = `new logto.SsoConnectorConfig("twin", { connectorId: acme.id, providerName: "OIDC", config: {} });`;
  expect(await refused(program({}, {}, twice))).toContain(
    'The SsoConnectorConfig "twin" declares the config of a connector, and so does the SsoConnectorConfig "acme".',
  );
});

test("taken out, a config stays in Logto, and that is said once", async () => {
  const two = (take: boolean) => {
    const rest = JSON.stringify({ providerName: "OIDC", config: config() });
    return {
      js: `const logto = require("pulumi-logto-sso");
        for (const name of ["a", "b"]) {
          const connector = new logto.SsoConnector(name, { providerName: "OIDC" });
          if (${!take}) new logto.SsoConnectorConfig(name, { connectorId: connector.id, ...${rest} });
        }`,
    };
  };
  const stack = await stackOf(logto, two(false));
  await stack.up();
  logto.takeLog();
  await stack.writeProgram(two(true));
  const { stdout } = await stack.up();
  const [, diagnostics = ""] = stdout.split("Diagnostics:");
  expect(diagnostics.match(/stays in Logto, which cannot clear one/g)).toHaveLength(1);
  expect(logto.takeLog()).toEqual([]);
  expect(logto.named("a").config).toMatchObject(config());
});

test("a replaced connector brings its config and its link with it", async () => {
  const organization = logto.organizations.make("Acme");
  const link = `new logto.OrganizationSsoConnector("acme", { connectorId: acme.id, organizationId: "${organization}" });`;
  const stack = await start({}, {}, link);
  await stack.up();
  const before = logto.named("acme").id;
  await stack.writeProgram(program({ providerName: "Okta" }, { providerName: "Okta" }, link));
  await stack.up();
  const after = logto.named("acme");
  expect(after.id).not.toBe(before);
  expect(after).toMatchObject({ providerName: "Okta", config: config() });
  expect(logto.organizations.linked(organization)).toEqual([after.id]);
  expect(logto.connectors.rows.size).toBe(1);
  await stack.up(["--refresh", "--expect-no-changes"]);
});

test("looked up, a config is an output; one that is not there is an error", async () => {
  const { id } = byHand({ config: config() });
  byHand({ connectorName: "bare", id: "bare" });
  const lookUp = (of: string) => ({
    js: `const logto = require("pulumi-logto-sso");
      exports.config = logto.SsoConnectorConfig.get("found", "${of}").config;`,
  });
  const stack = await stackOf(logto, lookUp(id));
  await stack.up();
  expect(await stack.outputs()).toMatchObject({ config: config() });
  await stack.writeProgram(lookUp("bare"));
  expect((await stack.up([], { mayFail: true })).stdout).toContain(
    'Logto has no config of SSO connector with the ID "bare"',
  );
});
