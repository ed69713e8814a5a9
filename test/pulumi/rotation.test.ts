/** Rotation of the signing key of a SAML connector without an outage: `SamlSigningKey`, with the real CLI. */
import type { Stack } from "../engine";
import type { Logto } from "../logto";
import { accessTo, driftOf, eachWithLogto, example, stackOf } from "../tenant";

let logto: Logto;
/** The requests during which a connector was to sign but had no active key. */
let outages: string[];
/** The requests during which a connector was to sign. */
let observed: string[];
eachWithLogto((started) => {
  logto = started;
  [outages, observed] = [[], []];
  logto.beforeAnswer = ({ method, path }) => {
    for (const { id, config } of logto.connectors.rows.values()) {
      if (config.signAuthnRequest !== true) continue;
      observed.push(`${method} ${path}`);
      if (!logto.connectors.hasActiveKey(id)) outages.push(`${method} ${path}`);
    }
  };
});

/** Returns the certificates of the connector's active key, and of all its keys. */
function keysOf(id: string): { active: string[]; all: string[] } {
  const keys = logto.signingKeys.of(id);
  const certificates = (some: typeof keys) => some.map(({ certificate }) => certificate);
  return { active: certificates(keys.filter(({ active }) => active)), all: certificates(keys) };
}

test("a rotation takes three commits, and the connector always has an active key", async () => {
  const set = (keys: string[], activeKey: string) =>
    stack.setConfig({
      "logto-sso-rotation:keys": JSON.stringify(keys),
      "logto-sso-rotation:activeKey": activeKey,
    });
  const stack: Stack = await stackOf(logto, example("rotation"), {
    config: { ...accessTo(logto), "logto-sso-rotation:metadataUrl": `${logto.idp}/saml/metadata` },
  });
  await set(["2026"], "2026");
  await stack.up();
  const { id } = logto.named("Acme");
  const certificates = async () => (await stack.outputs()).certificates as string[];
  const [old = ""] = await certificates();
  const application = {
    id: "application",
    entityId: `${logto.url}/enterprise-sso/${id}`,
    assertionConsumerServiceUrl: `${logto.url}/api/authn/single-sign-on/saml/${id}`,
    certificate: old,
  };
  logto.relyingParties.serviceProviders.set(application.id, application);
  await logto.signIn(id);

  await set(["2026", "2029"], "2026");
  await stack.up();
  const [, next = ""] = await certificates();
  expect(keysOf(id)).toEqual({ active: [old], all: [old, next] });
  await logto.signIn(id);

  await set(["2026", "2029"], "2029");
  await stack.up();
  expect(keysOf(id).active).toEqual([next]);
  await expect(logto.signIn(id)).rejects.toThrow("not signed by the registered certificate");
  application.certificate = next;
  await logto.signIn(id);
  await stack.refresh(["--expect-no-changes"]);

  await set(["2029"], "2029");
  await stack.up();
  expect(keysOf(id)).toEqual({ active: [next], all: [next] });
  await stack.up(["--refresh", "--expect-no-changes"]);
  await logto.signIn(id);
  expect(observed.length).toBeGreaterThan(5);
  expect(outages).toEqual([]);

  await stack.destroy();
  expect(logto.connectors.rows.size).toBe(0);
});

const program = (keys: Record<string, boolean>, more = "") => ({
  js: `const logto = require("pulumi-logto-sso");
    const connector = new logto.SsoConnector("acme", { providerName: "SAML" });
    const keys = Object.entries(${JSON.stringify(keys)}).map(
      ([name, active]) => new logto.SamlSigningKey(name, { connectorId: connector.id, active }),
    );
    new logto.SsoConnectorConfig("acme", {
      connectorId: connector.id,
      providerName: "SAML",
      config: { metadataUrl: "${logto.idp}/saml/metadata", signAuthnRequest: true },
    }, { dependsOn: keys });
    ${more}`,
});

test("a key can be deactivated in the up that activates another one, in any order", async () => {
  const stack = await stackOf(logto, program({ old: true, next: false }));
  await stack.up();
  await stack.writeProgram(program({ old: false, next: true }));
  // The deactivation comes first, and Logto rejects it while there is no other active key.
  const next = logto.signingKeys.of(logto.named("acme").id).find(({ active }) => !active);
  logto.faults.arm("slow", { method: "PATCH", path: new RegExp(`signing-keys/${next?.id}`) });
  await stack.up();
  expect(logto.log.filter(({ method, status }) => method === "PATCH" && status === 400)).toHaveLength(1);
  await stack.up(["--refresh", "--expect-no-changes"]);
  // A key is deleted in the same up in which another one becomes active.
  await stack.writeProgram(program({ third: true }));
  await stack.up();
  const { id } = logto.named("acme");
  expect(keysOf(id).all).toHaveLength(1);
  expect(outages).toEqual([]);
});

test("deleting or deactivating the only active key fails, and the error says what to do", async () => {
  const stack = await stackOf(logto, program({ only: true }));
  await stack.up();
  const { id } = logto.named("acme");
  await stack.writeProgram(program({}));
  const deleted = await stack.up([], { mayFail: true });
  expect(deleted.code).not.toBe(0);
  expect(deleted.stdout).toMatch(
    new RegExp(
      `Could not delete signing key of SSO connector \\(${id}/\\w+\\): .*make another key of the connector active first, or set signAuthnRequest to false\\..*deletedWith: connector`,
    ),
  );
  await stack.writeProgram(program({ only: false }));
  const deactivated = await stack.up([], { mayFail: true });
  expect(deactivated.stdout).toMatch(
    /Could not update signing key .*Logto signs with this key: make another/,
  );
  expect(outages).toEqual([]);
  expect(keysOf(id).active).toHaveLength(1);
});

test("an active key can be deleted if requests are not signed; a key that was activated in the console is drift", async () => {
  const keys = (declarations: string) => ({
    js: `const logto = require("pulumi-logto-sso");
      const connectorId = new logto.SsoConnector("acme", { providerName: "SAML" }).id;
      ${declarations}`,
  });
  const both = keys(`for (const [name, active] of [["a", true], ["b", false]])
        exports[name] = new logto.SamlSigningKey(name, { connectorId, active });`);
  const stack = await stackOf(logto, both);
  await stack.up();
  const outputs = (await stack.outputs()).a as Record<string, unknown>;
  expect(outputs).toMatchObject({
    active: true,
    certificate: expect.stringMatching(/^-----BEGIN CERTIFICATE-----/) as unknown,
    fingerprint: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/) as unknown,
  });
  const years = (Date.parse(String(outputs.expiresAt)) - Date.now()) / (365 * 24 * 3600 * 1000);
  expect(years).toBeGreaterThan(2.9);
  expect(years).toBeLessThan(3.1);

  const { id } = logto.named("acme");
  const exported = stack.export().deployment.resources ?? [];
  const keyId = (name: string) =>
    exported.find(({ urn }) => urn.endsWith(`SamlSigningKey::${name}`))?.id?.split("/")[1] ?? "";
  expect(keyId("a")).not.toBe("");
  logto.signingKeys.activate(id, keyId("b"));
  const drift = await driftOf(stack);
  expect(drift.code).toBe(7);
  expect(drift.stdout.match(/~ active:/g)).toHaveLength(2);
  await stack.up(["--refresh"]);
  expect(keysOf(id).active).toEqual([outputs.certificate]);

  await stack.writeProgram(keys(`exports.found = logto.SamlSigningKey.get("found", "${id}/${keyId("b")}");`));
  await stack.up();
  expect(keysOf(id).all).toEqual([]);
});
