/** Rotation of the signing key of a SAML connector without an outage: `SamlSigningKey`, with the real CLI. */
import { signIn } from "../signIn";
import type { Stack } from "../engine";
import type { Logto } from "../logto";
import { type SamlApplication, type SamlProvider, startSamlProvider } from "../samlProvider";
import { accessTo, eachWithLogto, example, stackOf } from "../tenant";

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
      "logto-sso-rotation:keys": keys.join(","),
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
  const certificates = async () => (await stack.outputs()).certificates as Record<string, string>;
  const { 2026: old = "" } = await certificates();
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
  const { 2029: next = "" } = await certificates();
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
