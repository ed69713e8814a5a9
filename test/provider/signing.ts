// What the tests of signed SAML requests share.
import type { Declaration, EngineDouble, Properties } from "../engine/engineDouble";
import type { Logto } from "../logto";
import { succeed } from "./inProcess";

/** A connector whose requests are signed. If `split`, the config is a resource of its own. */
export function program(
  logto: Logto,
  split: boolean,
  more: Properties = {},
): Record<string, Properties | Declaration> {
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
/** The same without the signatures. */
export const unsigned = (logto: Logto) => ({
  acme: { providerName: "SAML", config: { metadataUrl: `${logto.idp}/saml/metadata` } },
});

/** Expects one connector that signs with one key, whose certificate is in the state. */
export async function expectFinished(logto: Logto, engine: EngineDouble, split: boolean): Promise<void> {
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
