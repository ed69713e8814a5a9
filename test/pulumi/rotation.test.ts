/** Rotation of the signing key of a SAML connector without an outage: `SamlSigningKey`, with the real CLI. */
import * as logtoSso from "pulumi-logto-sso";
import { signIn } from "../browser";
import type { Stack } from "../engine";
import type { Logto } from "../logto";
import { type SamlApplication, type SamlProvider, startSamlProvider } from "../samlProvider";
import { accessTo, driftOf, eachWithLogto, example, stackOf } from "../tenant";

let saml: SamlProvider;
beforeAll(async () => {
  saml = await startSamlProvider();
});
afterAll(() => saml.close());

let logto: Logto;
/** The requests during which a connector was to sign but had no active key. */
let outages: string[];
/** The requests during which a connector was to sign. */
let observed: string[];
eachWithLogto((started) => {
  logto = started;
  logto.signInExperience.singleSignOnEnabled = true;
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
  const application: SamlApplication = {};
  const metadataUrl = saml.register(application);
  const stack: Stack = await stackOf(logto, example("rotation"), {
    config: { ...accessTo(logto), "logto-sso-rotation:metadataUrl": metadataUrl },
  });
  await set(["2026"], "2026");
  await stack.up();
  const { id } = logto.named("Acme");
  const certificates = async () => (await stack.outputs()).certificates as string[];
  const [old = ""] = await certificates();
  Object.assign(application, {
    entityId: `${logto.url}/enterprise-sso/${id}`,
    assertionConsumerServiceUrl: `${logto.url}/api/authn/single-sign-on/saml/${id}`,
    certificate: old,
  });
  const user = "user@acme.com";
  const signedIn = { connectorId: id, email: user };
  expect(await signIn(logto, user)).toMatchObject(signedIn);

  await set(["2026", "2029"], "2026");
  await stack.up();
  const [, next = ""] = await certificates();
  expect(keysOf(id)).toEqual({ active: [old], all: [old, next] });
  expect(await signIn(logto, user)).toMatchObject(signedIn);

  await set(["2026", "2029"], "2029");
  await stack.up();
  expect(keysOf(id).active).toEqual([next]);
  await expect(signIn(logto, user)).rejects.toThrow("ERR_FAILED_MESSAGE_SIGNATURE_VERIFICATION");
  application.certificate = next;
  expect(await signIn(logto, user)).toMatchObject(signedIn);

  await set(["2029"], "2029");
  await stack.up();
  expect(keysOf(id)).toEqual({ active: [next], all: [next] });
  await stack.up(["--refresh", "--expect-no-changes"]);
  expect(await signIn(logto, user)).toMatchObject(signedIn);
  expect(observed.length).toBeGreaterThan(5);
  expect(outages).toEqual([]);

  await stack.destroy();
  expect(logto.connectors.rows.size).toBe(0);
});

test("a key that was activated in the console is drift at `active` of both keys, and is restored", async () => {
  const stack = await stackOf(logto, () => {
    const { id: connectorId } = new logtoSso.SsoConnector("acme", { providerName: "SAML" });
    const first = new logtoSso.SamlSigningKey("first", { connectorId, active: true });
    const second = new logtoSso.SamlSigningKey("second", { connectorId });
    return { first: first.certificate, second: second.certificate };
  });
  await stack.up();
  const { first, second } = await stack.outputs();
  const { id } = logto.named("acme");
  expect(keysOf(id).active).toEqual([first]);
  const activated = logto.signingKeys.of(id).find(({ certificate }) => certificate === second);
  logto.signingKeys.activate(id, activated?.id ?? "");
  const drift = await driftOf(stack);
  expect(drift.code).toBe(7);
  expect(drift.stdout.match(/~ active:/g)).toHaveLength(2);
  await stack.up(["--refresh"]);
  expect(keysOf(id).active).toEqual([first]);
});
