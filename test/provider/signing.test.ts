/** Signed SAML requests, `config.signAuthnRequest`: the requests in order, and faults and killed hosts between them. */
import { asNewProcess, type Declaration, EngineDouble, type Properties } from "../engine/engineDouble";
import { type Host, startHost } from "../engine/host";
import { type Fault, type Logto, startLogto } from "../logto";

jest.setTimeout(120_000);

let logto: Logto;
beforeEach(async () => {
  logto = await startLogto();
});
afterEach(() => logto.close());

const settings = ({ url } = logto) => ({
  "logto:endpoint": url,
  "logto:clientId": "m2m",
  "logto:clientSecret": "canary-m2m",
});
const newStack = () => new EngineDouble(settings(), asNewProcess);

/** A connector whose requests are signed. If `split`, the config is a resource of its own. */
function program(split: boolean, more: Properties = {}): Record<string, Properties | Declaration> {
  const config = { metadataUrl: `${logto.idp}/saml/metadata`, signAuthnRequest: true };
  const acme = { providerName: "SAML", ...more };
  if (!split) return { acme: { ...acme, config } };
  return {
    acme,
    config: {
      resource: "ssoConnectorConfig",
      argsFrom: (idOf) => ({ connectorId: idOf("acme"), providerName: "SAML", config }),
    },
  };
}
const unsigned = () => ({
  acme: { providerName: "SAML", config: { metadataUrl: `${logto.idp}/saml/metadata` } },
});

async function succeed(run: Promise<Map<string, Error>>): Promise<void> {
  expect([...(await run).values()]).toEqual([]);
}

/** Expects one connector that signs with one key, whose certificate is in the state. */
async function expectFinished(engine: EngineDouble, split: boolean): Promise<void> {
  expect([...logto.connectors.rows.values()]).toMatchObject([
    { connectorName: "acme", config: { signAuthnRequest: true } },
  ]);
  const keys = logto.signingKeys.of(logto.named("acme").id);
  expect(keys).toMatchObject([{ active: true }]);
  const certificate = () => engine.state.get(split ? "config" : "acme")?.outputs.signingCertificate;
  expect(certificate()).toBe(keys[0]?.certificate);
  expect(await engine.drift()).toEqual([]);
  await succeed(engine.refresh());
  expect(certificate()).toBe(keys[0]?.certificate);
}

test.each([
  ["SsoConnector", false],
  ["SsoConnectorConfig", true],
])("%s: one run creates a key and then sets signAuthnRequest", async (_name, split) => {
  const engine = newStack();
  await succeed(engine.up(program(split)));
  expect(logto.takeLog().filter((request) => !request.includes("token"))).toEqual([
    "POST /api/sso-connectors",
    ...(split ? ["GET /api/sso-connectors/:id"] : []),
    "GET /api/sso-connectors/:id/signing-keys",
    "POST /api/sso-connectors/:id/signing-keys",
    "PATCH /api/sso-connectors/:id",
  ]);
  await expectFinished(engine, split);
  // An unrelated change touches neither, and the certificate stays known.
  logto.takeLog();
  await succeed(engine.up(program(split, { domains: ["acme.com"] }), { refresh: false }));
  expect(logto.takeLog()).toEqual(["POST /oidc/token", "PATCH /api/sso-connectors/:id"]);
  await expectFinished(engine, split);
});

test("a refresh updates the certificate if another key was activated in the console", async () => {
  const engine = newStack();
  await succeed(engine.up(program(false)));
  const { id } = logto.named("acme");
  await logto.signingKeys.make(id, true);
  const [, active] = logto.signingKeys.of(id);
  await succeed(engine.refresh());
  expect(engine.state.get("acme")?.outputs.signingCertificate).toBe(active?.certificate);
});

test("signAuthnRequest can be set later, removed, and set again with the same key", async () => {
  const engine = newStack();
  await succeed(engine.up(unsigned()));
  await succeed(engine.up(program(false)));
  await expectFinished(engine, false);
  await succeed(engine.up(unsigned()));
  expect(logto.named("acme").config).toEqual(unsigned().acme.config);
  expect(engine.state.get("acme")?.outputs).not.toHaveProperty("signingCertificate");
  await succeed(engine.up(program(false)));
  await expectFinished(engine, false);
});

test("the outputs of an imported connector have its certificate", async () => {
  const { config } = program(false).acme as { config: Record<string, unknown> };
  const { id } = logto.connectors.insert({ providerName: "SAML", connectorName: "acme", config });
  const { certificate } = await logto.signingKeys.make(id, true);
  const { providers } = await asNewProcess(settings());
  const { props, inputs } = await providers.ssoConnector.read(id, {});
  expect(props).toMatchObject({ signingCertificate: certificate });
  expect(inputs).not.toHaveProperty("signingCertificate");
});

const steps = {
  "list of keys": { method: "GET", path: /signing-keys$/ },
  "create of the key": { method: "POST", path: /signing-keys$/ },
  "PATCH of signAuthnRequest": { method: "PATCH", path: /sso-connectors\/\w+$/ },
} as const;
const cells: { step: keyof typeof steps; fault: Fault; split: boolean }[] = [
  { step: "list of keys", fault: "reset before", split: false },
  { step: "create of the key", fault: "reset before", split: false },
  { step: "create of the key", fault: "reset after", split: false },
  { step: "create of the key", fault: "500", split: true },
  { step: "PATCH of signAuthnRequest", fault: "reset before", split: false },
  { step: "PATCH of signAuthnRequest", fault: "reset after", split: false },
  { step: "PATCH of signAuthnRequest", fault: "reset before", split: true },
  { step: "PATCH of signAuthnRequest", fault: "reset after", split: true },
  { step: "PATCH of signAuthnRequest", fault: "500", split: false },
];

test.each(cells)(
  "after the fault $fault at the $step (separate config: $split) the next run finishes with one key",
  async ({ step, fault, split }) => {
    const engine = newStack();
    logto.faults.arm(fault, steps[step], Infinity);
    engine.config = { ...settings(), "logto:timeoutSeconds": "2" };
    const errors = [...(await engine.up(program(split)))];
    expect(logto.faults.struck).toBeGreaterThan(0);
    logto.faults.disarm();
    engine.config = settings();
    for (const [name, { message }] of errors) {
      expect(name).toBe(split ? "config" : "acme");
      expect(message).toMatch(
        split
          ? /Could not create config of SSO connector \(\w+\)/
          : /Could not create SSO connector "acme": .*The connector is created \(\w+\) and recorded; the next `pulumi up` continues from here\./,
      );
    }
    expect(engine.state.get("acme")?.id).toBe(logto.named("acme").id);
    await succeed(engine.up(program(split), { refresh: false }));
    await expectFinished(engine, split);
  },
);

test.each(
  [2, 3, 4, 5].flatMap((boundary) => [
    { boundary, split: false },
    { boundary: boundary + 1, split: true },
  ]),
)(
  "after the host is killed at request $boundary (separate config: $split) the next run finishes with one key",
  async ({ boundary, split }) => {
    const engine = newStack();
    let host: Host;
    engine.start = async (config) => (host = await startHost(config));
    let count = 0;
    logto.beforeAnswer = ({ path }) => {
      if (!path.startsWith("/api/.well-known/") && ++count === boundary) process.kill(host.pid, "SIGKILL");
    };
    expect((await engine.up(program(split))).size).toBeGreaterThan(0);
    logto.beforeAnswer = () => undefined;
    engine.start = asNewProcess;
    const errors = await engine.up(program(split));
    // If the connector was created but not recorded, its name is taken.
    const isUnrecorded = !split || boundary === 2;
    expect(errors.has("acme")).toBe(isUnrecorded);
    if (isUnrecorded) {
      expect(errors.get("acme")?.message).toContain("add `adopt: true,`");
      await succeed(engine.up(program(split, { adopt: true })));
    }
    await expectFinished(engine, split);
  },
);

test("on a Logto without signing keys the error says so, and the connector is recorded", async () => {
  const old = await startLogto({ signingKeys: false });
  try {
    const engine = new EngineDouble(settings(old), asNewProcess);
    const errors = await engine.up(program(false));
    expect(errors.get("acme")?.message).toMatch(
      /Could not create SSO connector "acme": .*this Logto has no signing keys for SAML connectors\. signAuthnRequest and SamlSigningKey need a Logto newer than 1\.42\.0/,
    );
    await succeed(engine.up(unsigned()));
    expect(await engine.drift()).toEqual([]);
    expect([...old.connectors.rows.values()]).toMatchObject([
      { connectorName: "acme", config: unsigned().acme.config },
    ]);
  } finally {
    await old.close();
  }
});
