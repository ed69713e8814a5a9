/** Signed SAML requests, with the real CLI: `config.signAuthnRequest`, and faults between its steps. */
import { logtoSso } from "../runCli";
import type { Stack } from "../engine";
import { type Fault, type Logto, startLogto } from "../logto";
import { accessTo, eachWithLogto, killHost, stackOf } from "../tenant";

let logto: Logto;
eachWithLogto((started) => {
  logto = started;
});

/** A connector whose requests are signed. If `split`, the config is a resource of its own. */
function program(split: boolean, more: object = {}): { js: string } {
  const config = { metadataUrl: `${logto.idp}/saml/metadata`, signAuthnRequest: true };
  const args = JSON.stringify({ providerName: "SAML", ...more, ...(split ? {} : { config }) });
  const configResource = `new logto.SsoConnectorConfig("acme", {
    connectorId: acme.id, providerName: "SAML", config: ${JSON.stringify(config)},
  })`;
  return {
    js: `const logto = require("pulumi-logto-sso");
      const acme = new logto.SsoConnector("acme", ${args});
      exports.certificate = ${split ? `(${configResource})` : "acme"}.signingCertificate;`,
  };
}
const start = (split: boolean, more: object = {}) =>
  stackOf(logto, program(split, more), { config: { ...accessTo(logto), "logto:timeoutSeconds": "2" } });

/** Expects one connector that signs with one key, whose certificate is in the state. */
async function expectFinished(stack: Stack): Promise<void> {
  expect([...logto.connectors.rows.values()]).toMatchObject([
    { connectorName: "acme", config: { signAuthnRequest: true } },
  ]);
  const keys = logto.signingKeys.of(logto.named("acme").id);
  expect(keys).toMatchObject([{ active: true }]);
  expect((await stack.outputs()).certificate).toBe(keys[0]?.certificate);
  await stack.up(["--refresh", "--expect-no-changes"]);
  expect((await stack.outputs()).certificate).toBe(keys[0]?.certificate);
}

test.each([
  ["SsoConnector", false],
  ["SsoConnectorConfig", true],
])("%s: one up creates a key and then sets signAuthnRequest", async (_name, split) => {
  const stack = await start(split);
  await stack.up();
  expect(logto.takeLog().filter((request) => !request.includes("token"))).toEqual([
    "POST /api/sso-connectors",
    ...(split ? ["GET /api/sso-connectors/:id"] : []),
    "GET /api/sso-connectors/:id/signing-keys",
    "POST /api/sso-connectors/:id/signing-keys",
    "PATCH /api/sso-connectors/:id",
  ]);
  await expectFinished(stack);
  // An unrelated change touches neither, and the certificate stays known.
  logto.takeLog();
  await stack.writeProgram(program(split, { domains: ["acme.com"] }));
  await stack.up();
  expect(logto.takeLog()).toEqual(["POST /oidc/token", "PATCH /api/sso-connectors/:id"]);
  await expectFinished(stack);
});

test("a refresh updates the certificate if another key was activated in the console", async () => {
  const stack = await start(false);
  await stack.up();
  const { id } = logto.named("acme");
  await logto.signingKeys.make(id, true);
  const [, active] = logto.signingKeys.of(id);
  await stack.refresh();
  await stack.up(); // updates the stack's outputs: a refresh does not run the program
  expect((await stack.outputs()).certificate).toBe(active?.certificate);
});

test("signAuthnRequest can be set later, removed, and set again with the same key", async () => {
  const config = { metadataUrl: `${logto.idp}/saml/metadata` };
  const unsigned = {
    js: `const logto = require("pulumi-logto-sso");
      new logto.SsoConnector("acme", { providerName: "SAML", config: ${JSON.stringify(config)} });`,
  };
  const stack = await stackOf(logto, unsigned);
  await stack.up();
  await stack.writeProgram(program(false));
  await stack.up();
  await expectFinished(stack);
  await stack.writeProgram(unsigned);
  await stack.up();
  expect(logto.named("acme").config).toEqual(config);
  expect(await stack.outputs()).toEqual({});
  await stack.writeProgram(program(false));
  await stack.up();
  await expectFinished(stack);
});

test("an imported connector has its certificate", async () => {
  const config = { metadataUrl: `${logto.idp}/saml/metadata`, signAuthnRequest: true };
  const { id } = logto.connectors.insert({ providerName: "SAML", connectorName: "acme", config });
  const { certificate } = await logto.signingKeys.make(id, true);
  const stack = await stackOf(logto, { ts: "" });
  await logtoSso(stack, ["import", "--all"]);
  const { resources = [] } = stack.export().deployment;
  expect(resources.find((resource) => resource.id === id)?.outputs).toMatchObject({
    signingCertificate: certificate,
  });
  await stack.up(["--refresh", "--expect-no-changes"]);
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
  "after the fault $fault at the $step (separate config: $split): the next up finishes with one key",
  async (cell) => {
    const stack = await start(cell.split);
    logto.faults.arm(cell.fault, steps[cell.step], Infinity);
    const first = await stack.up([], { mayFail: true });
    expect(logto.faults.struck).toBeGreaterThan(0);
    logto.faults.disarm();
    if (first.code !== 0) {
      expect(first.stdout).toMatch(
        cell.split
          ? /Could not create config of SSO connector \(\w+\)/
          : /Could not create SSO connector "acme": .*The connector is created \(\w+\) and recorded; the next `pulumi up` continues from here\./,
      );
      expect(stack.export().deployment.resources?.map(({ id }) => id)).toContain(logto.named("acme").id);
      await stack.up();
    }
    await expectFinished(stack);
  },
);

test.each(
  [2, 3, 4, 5].flatMap((boundary) => [
    { boundary, split: false },
    { boundary: boundary + 1, split: true },
  ]),
)(
  "after the host is killed at request $boundary (separate config: $split): the next up finishes with one key",
  async (cell) => {
    const stack = await start(cell.split);
    let count = 0;
    logto.beforeAnswer = () => {
      if (++count === cell.boundary) killHost(stack);
    };
    expect((await stack.up([], { mayFail: true })).code).not.toBe(0);
    logto.beforeAnswer = () => undefined;
    const next = await stack.up([], { mayFail: true });
    if (next.code !== 0) {
      // The connector was created but not recorded, so its name is taken.
      expect(next.stdout).toContain("add `adopt: true,`");
      await stack.writeProgram(program(cell.split, { adopt: true }));
      await stack.up();
    }
    await expectFinished(stack);
  },
);

test("on a Logto without signing keys the error says so, and the connector is kept in the state", async () => {
  const old = await startLogto({ signingKeys: false });
  try {
    const stack = await stackOf(old, program(false), { config: accessTo(old) });
    const { code, stdout } = await stack.up([], { mayFail: true });
    expect(code).not.toBe(0);
    expect(stdout).toMatch(
      /Could not create SSO connector "acme": .*this Logto has no signing keys for SAML connectors\. signAuthnRequest and SamlSigningKey need a Logto newer than 1\.42\.0/,
    );
    const config = { metadataUrl: `${logto.idp}/saml/metadata` };
    await stack.writeProgram({
      js: `const logto = require("pulumi-logto-sso");
        new logto.SsoConnector("acme", { providerName: "SAML", config: ${JSON.stringify(config)} });`,
    });
    await stack.up();
    await stack.refresh(["--expect-no-changes"]);
    expect([...old.connectors.rows.values()]).toMatchObject([{ connectorName: "acme", config }]);
  } finally {
    await old.close();
  }
});
