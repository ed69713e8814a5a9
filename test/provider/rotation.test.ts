/** Rotation of the signing key of a SAML connector without an outage: `SamlSigningKey`. */
import { startProvider, type Declaration, type EngineDouble, type Properties } from "../engine/engineDouble";
import type { Logto } from "../logto";
import { inVirtualTime } from "../virtualTime";
import { eachWithLogto, newStack, settingsFor, succeed } from "./inProcess";

let logto: Logto;
let engine: EngineDouble;
/** The requests during which a connector was to sign but had no active key. */
let outages: string[];
eachWithLogto((started) => {
  logto = started;
  engine = newStack(logto);
  outages = [];
  logto.beforeAnswer = ({ method, path }) => {
    for (const { id, config } of logto.connectors.rows.values())
      if (config.signAuthnRequest === true && !logto.connectors.hasActiveKey(id))
        outages.push(`${method} ${path}`);
  };
});

type Program = Record<string, Properties | Declaration>;

/** A connector with keys, each active or not. */
function withKeys(keys: Record<string, boolean>): Program {
  const declarations = Object.entries(keys).map(([name, active]): [string, Declaration] => [
    name,
    { resource: "samlSigningKey", argsFrom: (idOf) => ({ connectorId: idOf("acme"), active }) },
  ]);
  return { acme: { providerName: "SAML" }, ...Object.fromEntries(declarations) };
}

/** The same with the config by which Logto signs. */
const signing = (keys: Record<string, boolean>): Program => ({
  ...withKeys(keys),
  config: {
    resource: "ssoConnectorConfig",
    argsFrom: (idOf) => ({
      connectorId: idOf("acme"),
      providerName: "SAML",
      config: { metadataUrl: `${logto.idp}/saml/metadata`, signAuthnRequest: true },
    }),
  },
});

const keys = () => logto.signingKeys.of(logto.named("acme").id);
const activeKeys = () => keys().filter(({ active }) => active);
/** The ID of a key in Logto. */
const keyId = (name: string) => engine.state.get(name)?.id.split("/")[1] ?? "";

test("a key can be deactivated in the run that activates another one, in any order", async () => {
  await succeed(engine.up(withKeys({ old: true, next: false })));
  await succeed(engine.up(signing({ old: true, next: false })));
  // The deactivation comes first, and Logto rejects it while there is no other active key.
  logto.faults.arm("slow", { method: "PATCH", path: new RegExp(`signing-keys/${keyId("next")}`) });
  await succeed(engine.up(signing({ old: false, next: true })));
  expect(logto.log.filter(({ method, status }) => method === "PATCH" && status === 400)).toHaveLength(1);
  expect(activeKeys()).toMatchObject([{ id: keyId("next") }]);
  expect(await engine.drift()).toEqual([]);
  // Keys are deleted in the same run in which another one becomes active.
  await succeed(engine.up(signing({ third: true })));
  expect(keys()).toMatchObject([{ id: keyId("third"), active: true }]);
  expect(outages).toEqual([]);
});

test("deleting or deactivating the only active key fails, and the error says what to do", async () => {
  await succeed(engine.up(withKeys({ only: true })));
  await succeed(engine.up(signing({ only: true })));
  const { id } = logto.named("acme");
  const deleted = await inVirtualTime(() => engine.up(signing({})));
  expect([...deleted.keys()]).toEqual(["only"]);
  expect(deleted.get("only")?.message).toMatch(
    new RegExp(
      `Could not delete signing key of SSO connector \\(${id}/\\w+\\): .*make another key of the connector active first, or set signAuthnRequest to false\\..*deletedWith: connector\` to the key, run \`pulumi up\`, and then remove or destroy both\\.`,
    ),
  );
  // Nor does a key help that is not active.
  const deactivated = await inVirtualTime(() => engine.up(signing({ only: false, idle: false })));
  expect([...deactivated.keys()]).toEqual(["only"]);
  expect(deactivated.get("only")?.message).toMatch(
    /Could not update signing key .*Logto signs with this key: make another/,
  );
  expect(activeKeys()).toHaveLength(1);
  expect(outages).toEqual([]);
});

test("a key that was activated in the console is drift of both keys, and is restored", async () => {
  await succeed(engine.up(withKeys({ a: true, b: false })));
  expect(engine.state.get("a")?.outputs).toMatchObject({
    active: true,
    certificate: expect.stringMatching(/^-----BEGIN CERTIFICATE-----/) as unknown,
    fingerprint: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/) as unknown,
    expiresAt: new Date(keys()[0]?.expiresAt ?? 0).toISOString(),
  });
  logto.signingKeys.activate(logto.named("acme").id, keyId("b"));
  expect(await engine.drift()).toEqual(["a", "b"]);
  await succeed(engine.up(withKeys({ a: true, b: false })));
  expect(activeKeys()).toMatchObject([{ id: keyId("a") }]);
});

test("a key is read by its ID alone, and an active key can be deleted if requests are not signed", async () => {
  await succeed(engine.up(withKeys({ a: true, b: false })));
  const providers = await startProvider(settingsFor(logto));
  const { id = "", outputs } = engine.state.get("a") ?? {};
  const { __provider, ...known } = outputs ?? {};
  expect((await providers.samlSigningKey.read(id, {})).props).toMatchObject(known);
  await succeed(engine.up(withKeys({})));
  expect(keys()).toEqual([]);
});

test("a key of which it is not known whether Logto created it is an error that says to look for it", async () => {
  await succeed(engine.up(withKeys({})));
  engine.config = settingsFor(logto, { "logto:timeoutSeconds": "3" });
  logto.faults.arm("hang", { method: "POST", path: /signing-keys/ }, Infinity);
  const errors = await inVirtualTime(() => engine.up(withKeys({ one: false })));
  expect(errors.get("one")?.message).toContain(
    "If Logto created a key that the stack does not have, `logto-sso drift` reports it, with how to delete it.",
  );
});
