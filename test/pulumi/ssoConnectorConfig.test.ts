/** `SsoConnectorConfig`, with the real CLI: which resource manages a config, and when it is adopted, updated or left. */
import { logtoSso } from "../runCli";
import type { Stack } from "../engine";
import type { Logto } from "../logto";
import { driftOf, eachWithLogto, patchesOf, stackOf } from "../tenant";

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
/** A connector and, unless `args` is `null`, a resource for its config, with these additional arguments. */
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
const start = (...args: Parameters<typeof program>): Promise<Stack> => stackOf(logto, program(...args));

/** Inserts a connector that no program declares. */
const insertConnector = (more: object = {}) =>
  logto.connectors.insert({ providerName: "OIDC", connectorName: "from the console", ...more });
const configOnly = (id: string, args: object = {}) => ({
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

test("a config that was changed in the console is drift of one resource, in refresh and logto-sso drift, and is restored by one PATCH", async () => {
  const stack = await start({});
  await stack.up();
  await stack.refresh(["--expect-no-changes"]);
  expect(await driftReport(stack)).toMatchObject({ findings: [], tenants: [{ connectors: 1 }] });

  Object.assign(logto.named("acme").config, { scope: "groups", clientSecret: "canary-console" });
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

  // A connector that is deleted in the console is reported once.
  logto.connectors.rows.clear();
  expect((await driftReport(stack)).findings).toMatchObject([
    { class: "missing", connector: { name: "acme" } },
  ]);
  await stack.up(["--refresh"]);
  expect(logto.named("acme").config).toMatchObject(config());
  await stack.up(["--refresh", "--expect-no-changes"]);
});

test("a stack can manage only the config of a connector that another stack manages", async () => {
  const { id } = insertConnector({ domains: ["acme.com"] });
  const stack = await stackOf(logto, configOnly(id));
  await stack.up();
  const row = logto.named("from the console");
  expect(row).toMatchObject({ config: config(), domains: ["acme.com"] });
  row.domains = ["acme.org"];
  row.config.scope = "groups";
  expect((await driftReport(stack)).findings).toMatchObject([
    { class: "changed", path: "config.scope", connector: { name: "from the console" } },
  ]);
  await stack.up(["--refresh"]);
  expect(logto.named("from the console")).toMatchObject({ config: config(), domains: ["acme.org"] });
  // An import of the connector leaves the config to the resource that manages it.
  await logtoSso(stack, ["import", "--all", "--out", "imported"]);
  const { resources = [] } = stack.export().deployment;
  const imported = resources.find(({ type }) => type.endsWith("logto:SsoConnector"));
  expect(imported?.inputs).toMatchObject({ connectorName: "from the console" });
  expect(imported?.inputs).not.toHaveProperty("config");
});

test("a different config is an error unless adopt is set, and an identical one is taken over without a request", async () => {
  const { id } = insertConnector({ config: { ...config({ scope: "groups" }), futureKey: "kept" } });
  const stack = await stackOf(logto, configOnly(id));
  const { code, stdout } = await stack.up([], { mayFail: true });
  expect(code).not.toBe(0);
  expect(stdout).toMatch(
    new RegExp(
      `Could not create config of SSO connector \\(${id}\\): the connector "from the console" already has another config, ` +
        "which differs in config.scope.*add `adopt: true,` next to connectorId",
    ),
  );
  expect(patchesOf(logto)).toEqual([]);
  await stack.writeProgram(configOnly(id, { adopt: true }));
  await stack.up();
  expect(patchesOf(logto)).toEqual([{ config: { ...config(), futureKey: "kept" } }]);

  const { id: same } = insertConnector({
    connectorName: "same",
    config: config({ trustUnverifiedEmail: false }),
  });
  logto.takeLog();
  const other = await stackOf(logto, configOnly(same));
  await other.up();
  expect(patchesOf(logto)).toEqual([]);
  await other.up(["--refresh", "--expect-no-changes"]);
});

test("a config that does not fit its connector is an error that says what to do", async () => {
  const stack = await start(null);
  await stack.up();
  const { id } = logto.named("acme");
  const failureOf = async (source: { js: string }) => {
    await stack.writeProgram(source);
    const { code, stdout } = await stack.up([], { mayFail: true });
    expect(code).not.toBe(0);
    return stdout;
  };
  const different = { providerName: "Okta" };
  expect(await failureOf(program(different))).toContain('"acme" has the providerName OIDC, not Okta.');
  expect(await failureOf(program({ connectorId: "unknown" }))).toMatch(
    /Logto has no SSO connector with the ID "unknown"\. If it is in another tenant, .*option `provider`/,
  );
  expect(await failureOf(program({ config: undefined }))).toMatch(/config.* is missing/);
  expect(await failureOf(program({ config: config({ isuer: "typo" }) }))).toContain('did you mean "issuer"?');
  expect(await failureOf(program({ conectorId: "typo" }))).toContain('did you mean "connectorId"?');
  expect(logto.connectors.find(id).config).toEqual({});
  expect(await failureOf(program({}, { config: config() }))).toContain(
    'The SsoConnectorConfig "acme" declares the config of a connector, and so does the SsoConnector "acme".',
  );
  const twice = `new logto.SsoConnectorConfig("twin", { connectorId: acme.id, providerName: "OIDC", config: {} });`;
  expect(await failureOf(program({}, {}, twice))).toContain(
    'The SsoConnectorConfig "twin" declares the config of a connector, and so does the SsoConnectorConfig "acme".',
  );
});

test("a config that is removed from the program stays in Logto, and one notice says so", async () => {
  const two = (isRemoved: boolean) => {
    const rest = JSON.stringify({ providerName: "OIDC", config: config() });
    return {
      js: `const logto = require("pulumi-logto-sso");
        for (const name of ["a", "b"]) {
          const connector = new logto.SsoConnector(name, { providerName: "OIDC" });
          if (${!isRemoved}) new logto.SsoConnectorConfig(name, { connectorId: connector.id, ...${rest} });
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

test("when a connector is replaced, its config and its link are created for the new one", async () => {
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

test("get reads a config, and fails if the connector has none", async () => {
  const { id } = insertConnector({ config: config() });
  insertConnector({ connectorName: "bare", id: "bare" });
  const lookup = (connectorId: string) => ({
    js: `const logto = require("pulumi-logto-sso");
      exports.config = logto.SsoConnectorConfig.get("found", "${connectorId}").config;`,
  });
  const stack = await stackOf(logto, lookup(id));
  await stack.up();
  expect(await stack.outputs()).toMatchObject({ config: config() });
  await stack.writeProgram(lookup("bare"));
  expect((await stack.up([], { mayFail: true })).stdout).toContain(
    'Logto has no config of SSO connector with the ID "bare"',
  );
});
