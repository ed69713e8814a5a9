/** `SsoConnectorConfig`: which resource manages a config, and when it is adopted, updated or left. */
import {
  startProvider,
  check,
  create,
  type Declaration,
  type Properties,
  unwrapSecrets,
} from "../engine/engineDouble";
import type { Logto } from "../logto";
import { inVirtualTime } from "../virtualTime";
import { bodiesOf, deploy, eachWithLogto, newStack, settingsFor } from "./inProcess";

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
const argsFor = (connectorId: string, more: Properties = {}): Properties => ({
  connectorId,
  providerName: "OIDC",
  config: config(),
  ...more,
});
/** The config of a connector of the program, or else of one by its ID. */
const configOf = (connector: string, more?: Properties): Declaration => ({
  resource: "ssoConnectorConfig",
  argsFrom: (idOf) => argsFor(connector === "acme" ? idOf("acme") : connector, more),
});
/** Inserts a connector that no program declares. */
const insertConnector = (more: object = {}) =>
  logto.connectors.insert({ providerName: "OIDC", connectorName: "from the console", ...more });
const start = async (settings = {}) => (await startProvider(settingsFor(logto, settings))).ssoConnectorConfig;

test("a config that was changed in the console is drift of its resource alone, and is restored by one PATCH", async () => {
  const stack = newStack(logto);
  const program = { acme: { providerName: "OIDC" }, config: configOf("acme") };
  await deploy(stack, program);
  expect(await stack.drift()).toEqual([]);
  Object.assign(logto.named("acme").config, { scope: "groups", clientSecret: "canary-console" });
  expect(await stack.drift()).toEqual(["config"]);
  logto.takeLog();
  await deploy(stack, program);
  expect(logto.named("acme").config).toEqual(config({ trustUnverifiedEmail: false }));
  expect(logto.takeLog()).toEqual([
    "POST /oidc/token",
    "GET /api/sso-connectors",
    "PATCH /api/sso-connectors/:id",
  ]);

  logto.connectors.rows.clear();
  await deploy(stack, program);
  expect(logto.named("acme").config).toMatchObject(config());
  expect(await stack.drift()).toEqual([]);
});

test("a stack can manage only the config of a connector that another stack manages", async () => {
  const row = insertConnector({ domains: ["acme.com"] });
  const stack = newStack(logto);
  const program = { config: configOf(row.id) };
  await deploy(stack, program);
  expect(row).toMatchObject({ config: config(), domains: ["acme.com"] });
  row.domains = ["acme.org"];
  row.config.scope = "groups";
  await deploy(stack, program);
  expect(row).toMatchObject({ config: config({ trustUnverifiedEmail: false }), domains: ["acme.org"] });
  expect(row.config).not.toHaveProperty("scope");
});

test("a different config is an error unless adopt is set, and an identical one is taken over without a request", async () => {
  const { id } = insertConnector({ config: { ...config({ scope: "groups" }), futureKey: "kept" } });
  await expect(create(await start(), argsFor(id))).rejects.toThrow(
    new RegExp(
      `^Could not create config of SSO connector \\(${id}\\): the connector "from the console" already has another config, ` +
        "which differs in config.scope.*add `adopt: true,` next to connectorId",
    ),
  );
  expect(bodiesOf(logto, "PATCH")).toEqual([]);
  await create(await start(), argsFor(id, { adopt: true }));
  expect(bodiesOf(logto, "PATCH")).toEqual([{ config: { ...config(), futureKey: "kept" } }]);

  const same = insertConnector({ connectorName: "same", config: config({ trustUnverifiedEmail: false }) });
  logto.takeLog();
  const stack = newStack(logto);
  await deploy(stack, { config: configOf(same.id) });
  expect(bodiesOf(logto, "PATCH")).toEqual([]);
  expect(await stack.drift()).toEqual([]);
});

test("a config that does not fit its connector is an error that says what to do", async () => {
  const { id } = insertConnector();
  const provider = await start();
  await expect(create(provider, argsFor(id, { providerName: "Okta" }))).rejects.toThrow(
    '"from the console" has the providerName OIDC, not Okta.',
  );
  await expect(create(provider, argsFor("unknown"))).rejects.toThrow(
    /Logto has no SSO connector with the ID "unknown"\. Check connectorId, .*option `provider`/,
  );
  const failuresOf = async (more: Properties) => (await provider.check({}, argsFor(id, more))).failures;
  expect(await failuresOf({ config: undefined })).toMatchObject([
    { property: '["config"]', reason: "is missing." },
  ]);
  expect(await failuresOf({ config: config({ isuer: "typo" }) })).toMatchObject([
    { property: "config.isuer", reason: expect.stringContaining('did you mean "issuer"?') as string },
  ]);
  expect(await failuresOf({ conectorId: "typo" })).toMatchObject([
    { property: "conectorId", reason: expect.stringContaining('did you mean "connectorId"?') as string },
  ]);
  expect(logto.connectors.find(id).config).toEqual({});
});

test("a config that `pulumi up --replace` did not get to Logto is sent by the next run, whatever the console made of it", async () => {
  const row = insertConnector();
  const first = await start();
  const { id, outputs } = await create(first, argsFor(row.id));
  Object.assign(row.config, { scope: "groups" });

  const replacing = await start({ "logto:timeoutSeconds": "1" });
  const inputs = await check(replacing, argsFor(row.id));
  await replacing.diff(id, outputs, inputs);
  await replacing.delete(id, outputs);
  logto.faults.arm("reset before", "update", Infinity);
  const failure: unknown = await replacing.create(inputs).catch((error: unknown) => error);
  expect(failure).toMatchObject({ id, properties: { config: { scope: "groups" } } });
  logto.faults.disarm();

  await (await start()).update(id, unwrapSecrets((failure as { properties: Properties }).properties), inputs);
  expect(row.config).toEqual(config({ trustUnverifiedEmail: false }));
});

test("an update keeps the other keys although the identity provider of the old config hangs", async () => {
  const row = insertConnector();
  const { id, outputs } = await create(await start(), argsFor(row.id));
  row.config.issuer = `${logto.idp}/hangs/acme`;
  const provider = await start({ "logto:timeoutSeconds": "3" });
  const issuer = `${logto.idp}/new`;
  const inputs = await check(provider, argsFor(id, { config: config({ issuer }) }));
  await inVirtualTime(() => provider.update(id, outputs, inputs));
  expect(row.config).toMatchObject(config({ issuer }));
});

test("a config that changes its identity provider replaces the resource", async () => {
  const provider = await start();
  const { id } = insertConnector();
  const { outputs } = await create(provider, argsFor(id));
  const inputs = await check(provider, argsFor(id, { providerName: "Okta" }));
  expect((await provider.diff(id, outputs, inputs)).replaces).toEqual(["providerName"]);
});

test("an update that changes nothing sends nothing", async () => {
  const { id } = insertConnector();
  const { outputs } = await create(await start(), argsFor(id));
  const provider = await start();
  const inputs = await check(provider, argsFor(id));
  logto.takeLog();
  await provider.update(id, outputs, inputs);
  expect(logto.takeLog()).toEqual([]);
});

test("a config that Logto rejects leaves nothing in the state", async () => {
  const provider = await start();
  const { id } = insertConnector();
  const inputs = await check(provider, argsFor(id, { config: config({ issuer: `${logto.idp}/fails/x` }) }));
  const error: unknown = await provider.create(inputs).catch((failure: unknown) => failure);
  expect((error as Error).message).toContain("Could not create config of SSO connector");
  expect(error).not.toHaveProperty("id");
});

test("the error names a key of extraConfig that Logto ignores, and the next run corrects the config", async () => {
  const { id } = logto.connectors.insert({ providerName: "OIDC", connectorName: "acme" });
  const declaring = (more: Properties): { config: Declaration } => ({
    config: { resource: "ssoConnectorConfig", argsFrom: () => argsFor(id, more) },
  });
  const stack = newStack(logto);
  const errors = await stack.up(declaring({ extraConfig: { pkce: "canary-extra" } }));
  expect(errors.get("config")?.message).toContain(
    `Logto accepted the config of SSO connector ${id} but ignored config.pkce.`,
  );
  expect(errors.get("config")?.message).not.toContain("canary");
  await deploy(stack, declaring({}));
  expect(logto.named("acme").config).toEqual(config({ trustUnverifiedEmail: false }));
  expect(await stack.drift()).toEqual([]);
});
