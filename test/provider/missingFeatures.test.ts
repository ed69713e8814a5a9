/** What users see where a Logto lacks a feature, as docs/installation-configuration.md quotes it. */
import { create, type Provider, startProvider } from "../engine/engineDouble";
import type { Logto } from "../logto";
import type { Features } from "../logto/features";
import { read } from "../schemas";
import { eachWithLogto, messageOf, settingsFor } from "./inProcess";

let logto: Logto;
eachWithLogto((started) => {
  logto = started;
});

type Providers = Awaited<ReturnType<typeof startProvider>>;

const saml = (more: object = {}) => ({
  providerName: "SAML",
  connectorName: "Acme",
  config: { metadataUrl: `${logto.idp}/saml/metadata`, ...more },
});
const oidc = (more: object = {}) => ({
  providerName: "OIDC",
  connectorName: "Acme",
  config: { clientId: "id", clientSecret: "canary-config", issuer: `${logto.idp}/acme` },
  ...more,
});
const ofConnector = async (providers: Providers, more: object = {}) => {
  const { id } = await create(providers.ssoConnector, saml());
  return { connectorId: id, ...more };
};

/** Each way to use a feature, by the name in the docs. */
const uses: [keyof Features, string, (providers: Providers) => [Provider, object | Promise<object>]][] = [
  ["signingKeys", "signAuthnRequest", ({ ssoConnector }) => [ssoConnector, saml({ signAuthnRequest: true })]],
  ["signingKeys", "SamlSigningKey", (all) => [all.samlSigningKey, ofConnector(all)]],
  [
    "tokenStorage",
    "enableTokenStorage",
    ({ ssoConnector }) => [ssoConnector, oidc({ enableTokenStorage: true })],
  ],
  [
    "idpInitiatedAuth",
    "SsoConnectorIdpInitiatedAuth",
    (all) => {
      const { id } = logto.applications.insert({ type: "Traditional" });
      return [
        all.ssoConnectorIdpInitiatedAuth,
        ofConnector(all, { autoSendAuthorizationRequest: true, defaultApplicationId: id }),
      ];
    },
  ],
];

/** The error in the row of a feature, without the part that depends on the connector. */
function quoted(name: string): string {
  const row = read("docs/installation-configuration.md")
    .split("\n")
    .find((line) => line.startsWith("|") && line.split("|")[1]?.includes(`\`${name}\``));
  const [, error = `no error for ${name}`] = /`([^`]+)` *\|$/.exec(row ?? "") ?? [];
  return error.split("… ").at(-1) ?? "";
}

test.each(uses)("without %s, %s fails with the error that the docs quote", async (feature, name, use) => {
  logto.features[feature] = false;
  const [provider, inputs] = use(await startProvider(settingsFor(logto)));
  const message = await messageOf(create(provider, { ...(await inputs) }));
  expect(message).toMatch(/^Could not create /);
  expect(message).toContain(quoted(name));
});

test.each(uses)("with %s, %s works", async (_feature, _name, use) => {
  const [provider, inputs] = use(await startProvider(settingsFor(logto)));
  expect(await create(provider, { ...(await inputs) })).toHaveProperty("id");
});
