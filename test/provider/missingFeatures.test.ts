/** What users see where a Logto lacks a feature, as docs/installation-configuration.md quotes it. */
import { create, type Provider, startProvider, unwrapSecrets } from "../engine/engineDouble";
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

/** The error in the entry of a feature, without the part that depends on the connector. */
function quoted(name: string): string {
  const entry = read("docs/installation-configuration.md")
    .split("\n")
    .find((line) => line.includes("**Error without it:**") && line.split("**")[1]?.includes(`\`${name}\``));
  const [, error = `no error for ${name}`] = /\*\*Error without it:\*\* `([^`]+)`/.exec(entry ?? "") ?? [];
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

describe("where a Logto has lost a feature", () => {
  const optional: [keyof Features, "ssoConnectorIdpInitiatedAuth" | "samlSigningKey"][] = [
    ["idpInitiatedAuth", "ssoConnectorIdpInitiatedAuth"],
    ["signingKeys", "samlSigningKey"],
  ];
  const made = async (name: (typeof optional)[number][1]) => {
    const use = uses.find((entry) => entry[1].toLowerCase() === name.toLowerCase());
    const all = await startProvider(settingsFor(logto));
    if (use === undefined) throw new Error(`Nothing uses ${name}.`);
    const [provider, inputs] = use[2](all);
    const created = await create(provider, { ...(await inputs) });
    // What a run has made, it does not delete.
    return { provider: (await startProvider(settingsFor(logto)))[name], ...created };
  };

  test.each(optional)(
    "without %s, a %s is read as it was, and its deletion is no error",
    async (feature, name) => {
      const { provider, id, outputs } = await made(name);
      logto.features[feature] = false;
      const { __provider: _loader, ...known } = outputs;
      expect(unwrapSecrets((await provider.read(id, outputs)).props)).toMatchObject(known);
      await provider.delete(id, outputs);
    },
  );

  test("a connector is read although Logto does not sign its requests any more, which is said", async () => {
    const { ssoConnector } = await startProvider(settingsFor(logto));
    const { id, outputs } = await create(ssoConnector, saml({ signAuthnRequest: true }));
    logto.features.signingKeys = false;
    logto.named("Acme").domains = ["acme.com"];
    expect((await ssoConnector.read(id, outputs)).props).toMatchObject({
      domains: ["acme.com"],
      signingCertificate: outputs.signingCertificate as string,
    });
  });

  test.each(optional)(
    "without %s, a %s that the stack does not have cannot be read",
    async (feature, name) => {
      const { provider, id } = await made(name);
      logto.features[feature] = false;
      expect(await messageOf(provider.read(id, {}))).toContain("this Logto has no");
    },
  );

  test.each(optional)(
    "%s: a proxy that knows no path is an error, since %s may exist",
    async (feature, name) => {
      const { provider, id, outputs } = await made(name);
      logto.features[feature] = false;
      logto.faults.arm("404 as text", { method: "GET", path: /sso-connectors/ }, Infinity);
      expect(await messageOf(provider.delete(id, outputs))).toMatch(/^Could not delete /);
    },
  );
});
