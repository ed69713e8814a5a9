/** Signed SAML requests, `config.signAuthnRequest`: the requests in order, and faults between them. */
import { create, startProvider } from "../engine/engineDouble";
import { type Fault, type Logto, startLogto } from "../logto";
import { inVirtualTime } from "../virtualTime";
import { eachWithLogto, messageOf, newStack, settingsFor, succeed } from "./inProcess";
import { expectFinished, program, unsigned } from "./signing";

let logto: Logto;
eachWithLogto((started) => {
  logto = started;
});

test.each([
  ["SsoConnector", false],
  ["SsoConnectorConfig", true],
])("%s: one run creates a key and then sets signAuthnRequest", async (_name, split) => {
  const engine = newStack(logto);
  await succeed(engine.up(program(logto, split)));
  expect(logto.takeLog().filter((request) => !request.includes("token"))).toEqual([
    "POST /api/sso-connectors",
    ...(split ? ["GET /api/sso-connectors/:id"] : []),
    "GET /api/sso-connectors/:id/signing-keys",
    "POST /api/sso-connectors/:id/signing-keys",
    "PATCH /api/sso-connectors/:id",
  ]);
  await expectFinished(logto, engine, split);
  // An unrelated change touches neither, and the certificate stays known.
  logto.takeLog();
  await succeed(engine.up(program(logto, split, { domains: ["acme.com"] }), { refresh: false }));
  expect(logto.takeLog()).toEqual(["POST /oidc/token", "PATCH /api/sso-connectors/:id"]);
  await expectFinished(logto, engine, split);
});

test("a refresh updates the certificate if another key was activated in the console", async () => {
  const engine = newStack(logto);
  await succeed(engine.up(program(logto, false)));
  const { id } = logto.named("acme");
  await logto.signingKeys.make(id, true);
  const [, active] = logto.signingKeys.of(id);
  await succeed(engine.refresh());
  expect(engine.state.get("acme")?.outputs.signingCertificate).toBe(active?.certificate);
});

test("signAuthnRequest can be set later, removed, and set again with the same key", async () => {
  const engine = newStack(logto);
  await succeed(engine.up(unsigned(logto)));
  await succeed(engine.up(program(logto, false)));
  await expectFinished(logto, engine, false);
  await succeed(engine.up(unsigned(logto)));
  expect(logto.named("acme").config).toEqual(unsigned(logto).acme.config);
  expect(engine.state.get("acme")?.outputs).not.toHaveProperty("signingCertificate");
  await succeed(engine.up(program(logto, false)));
  await expectFinished(logto, engine, false);
});

test("a key that was surely not created is not one to delete by hand", async () => {
  const { samlSigningKey } = await startProvider(settingsFor(logto));
  const { id } = logto.connectors.insert({ providerName: "SAML", connectorName: "acme" });
  const failing = async (connectorId: string) =>
    inVirtualTime(() => messageOf(create(samlSigningKey, { connectorId, active: false })));
  const absent = await failing("unknown");
  expect(absent).toContain('Logto has no SAML connector with the ID "unknown"');
  expect(absent).not.toContain("delete it in Logto's console");
  logto.faults.arm("500", { method: "POST", path: /signing-keys/ });
  expect(await failing(id)).not.toContain("delete it in Logto's console");
  // Neither the answer to the create nor those to the look-ups after it arrive: the error is that of the create.
  logto.faults.arm("reset after", { method: "POST", path: /signing-keys/ });
  logto.beforeAnswer = ({ method }) => {
    if (method === "POST")
      logto.faults.arm("reset before", { method: "GET", path: /signing-keys/ }, Infinity);
  };
  expect(await failing(id)).toMatch(/POST .*signing-keys.*`logto-sso drift` reports it/s);
});

test("the outputs of an imported connector have its certificate", async () => {
  const { config } = program(logto, false).acme as { config: Record<string, unknown> };
  const { id } = logto.connectors.insert({ providerName: "SAML", connectorName: "acme", config });
  const { certificate } = await logto.signingKeys.make(id, true);
  const providers = await startProvider(settingsFor(logto));
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
    const engine = newStack(logto);
    logto.faults.arm(fault, steps[step], Infinity);
    const errors = [...(await inVirtualTime(() => engine.up(program(logto, split))))];
    expect(logto.faults.struck).toBeGreaterThan(0);
    logto.faults.disarm();
    for (const [name, { message }] of errors) {
      expect(name).toBe(split ? "config" : "acme");
      expect(message).toMatch(
        split
          ? /Could not create config of SSO connector \(\w+\)/
          : /Could not create SSO connector "acme": .*The connector is created \(\w+\) and recorded; the next `pulumi up` continues from here\./,
      );
    }
    expect(engine.state.get("acme")?.id).toBe(logto.named("acme").id);
    await succeed(engine.up(program(logto, split), { refresh: false }));
    await expectFinished(logto, engine, split);
  },
);

test("on a Logto without signing keys the error says so, and the connector is recorded", async () => {
  const old = await startLogto({ signingKeys: false });
  try {
    const engine = newStack(old);
    const errors = await engine.up(program(logto, false));
    expect(errors.get("acme")?.message).toMatch(
      /Could not create SSO connector "acme": .*this Logto has no signing keys for SAML connectors\. signAuthnRequest and SamlSigningKey need a Logto newer than 1\.42\.0/,
    );
    await succeed(engine.up(unsigned(logto)));
    expect(await engine.drift()).toEqual([]);
    expect([...old.connectors.rows.values()]).toMatchObject([
      { connectorName: "acme", config: unsigned(logto).acme.config },
    ]);
  } finally {
    await old.close();
  }
});
