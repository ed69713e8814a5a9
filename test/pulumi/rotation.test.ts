/** Signing keys that were changed in the console, with the real CLI. test/exhaustive/rotation.test.ts follows a rotation. */
import * as logtoSso from "pulumi-logto-sso";
import type { Logto } from "../logto";
import { driftOf, eachWithLogto, stackOf } from "../tenant";

let logto: Logto;
eachWithLogto((started) => {
  logto = started;
});

const activeKeysOf = (id: string) =>
  logto.signingKeys
    .of(id)
    .filter(({ active }) => active)
    .map(({ certificate }) => certificate);

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
  expect(activeKeysOf(id)).toEqual([first]);
  const activated = logto.signingKeys.of(id).find(({ certificate }) => certificate === second);
  logto.signingKeys.activate(id, activated?.id ?? "");
  const drift = await driftOf(stack);
  expect(drift.code).toBe(7);
  expect(drift.stdout.match(/~ active:/g)).toHaveLength(2);
  await stack.up(["--refresh"]);
  expect(activeKeysOf(id)).toEqual([first]);
});
