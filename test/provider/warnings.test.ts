/** Warnings of what is declared, and errors of Logto that name the key of the config they are about. */
import {
  startProvider,
  check,
  create,
  loader,
  type Properties,
  type Providers,
} from "../engine/engineDouble";
import { certificate, type Logto, samlMetadata } from "../logto";
import { catchOutput, eachWithLogto, settingsFor } from "./inProcess";
import { expired, pem } from "./inputs/certificates";

let logto: Logto;
let providers: Providers;
const output = catchOutput();
eachWithLogto(
  async (started) => {
    logto = started;
    providers = await startProvider(settingsFor(logto));
  },
  { retryDelayMs: 5 },
);

const oidc = (path: string) => ({
  providerName: "OIDC",
  connectorName: "Acme",
  config: { clientId: "client", clientSecret: "canary-config", issuer: logto.idp + path },
});
const saml = (config: Properties) => ({ providerName: "SAML", connectorName: "Acme", config });
const manual = (entityId: string) =>
  saml({ entityId, signInEndpoint: "https://idp.acme.com/sso", x509Certificate: certificate });
const metadata = (entityId: string, pem?: string) =>
  saml({ metadata: samlMetadata(entityId, "https://idp.acme.com/sso", pem) });

const mapping = (attributeMapping?: Properties) =>
  saml({ metadata: samlMetadata("urn:acme", "https://idp.acme.com/sso"), attributeMapping });

test("what is refused is not warned of as well", async () => {
  const inputs = { ...oidc("/acme"), domains: ["gmail.com"], ...loader };
  expect((await providers.ssoConnector.check({}, inputs)).failures).toHaveLength(1);
  expect(output.text).not.toContain("gmail.com");
});

test("a slash at the end of an issuer is warned of while it is new", async () => {
  const inputs = await check(providers.ssoConnector, oidc("/acme/"));
  expect(output.text).toContain('warning: SSO connector "Acme": config.issuer: ends with a slash');
  output.text = "";
  await providers.ssoConnector.check(inputs, { ...oidc("/acme/"), connectorName: "Acme 2", ...loader });
  expect(output.text).toBe("");
  await providers.ssoConnector.check(inputs, { ...oidc("/other/"), ...loader });
  expect(output.text).toContain("ends with a slash");
});

describe("metadata that asks for signed requests", () => {
  const asking = (attribute = 'WantAuthnRequestsSigned="true"') =>
    samlMetadata("urn:acme", "https://idp.acme.com/sso").replace(
      'WantAuthnRequestsSigned="false"',
      attribute,
    );
  const config = (more: Properties = {}) => saml({ metadata: asking(), ...more });
  const warning = 'warning: SSO connector "Acme": config.metadata: asks for signed requests';
  test.each([
    ["by default", config()],
    ["with false", config({ signAuthnRequest: false })],
    ["as 1", saml({ metadata: asking('WantAuthnRequestsSigned = "1"') })],
    ["of Entra ID", { ...config(), providerName: "AzureAD" }],
  ])("is warned of where Logto does not sign: %s", async (_what, inputs) => {
    await check(providers.ssoConnector, inputs);
    expect(output.text).toContain(warning);
    expect(output.text).toContain("set config.signAuthnRequest: true");
  });

  test.each([
    ["Logto signs", config({ signAuthnRequest: true })],
    ["Logto signs, by extraConfig", { ...config(), extraConfig: { signAuthnRequest: true } }],
    ["it does not ask", saml({ metadata: asking('WantAuthnRequestsSigned="false"') })],
    ["it says nothing", saml({ metadata: asking("") })],
  ])("is not warned of where %s", async (_what, inputs) => {
    await check(providers.ssoConnector, inputs);
    expect(output.text).toBe("");
  });

  test("is not warned of where it is refused", async () => {
    const inputs = saml({ metadata: asking().replace("HTTP-Redirect", "HTTP-POST") });
    expect((await providers.ssoConnector.check({}, { ...inputs, ...loader })).failures).toHaveLength(1);
    expect(output.text).toBe("");
  });

  test("is warned of while it is new, and again where Logto no longer signs", async () => {
    const unsigned = await check(providers.ssoConnector, config());
    const signed = await check(providers.ssoConnector, config({ signAuthnRequest: true }));
    // A run says the same of one connector once, so that each has its own name.
    const recheck = async (connectorName: string, before: Properties, inputs: Properties) => {
      output.text = "";
      await providers.ssoConnector.check(before, { ...inputs, connectorName, ...loader });
      return output.text;
    };
    expect(await recheck("a", unsigned, config())).toBe("");
    expect(await recheck("b", unsigned, config({ signAuthnRequest: false }))).toBe("");
    expect(await recheck("c", signed, config())).toContain("asks for signed requests");
    expect(await recheck("d", signed, config({ signAuthnRequest: false }))).toContain(
      "asks for signed requests",
    );
    const other = saml({ metadata: asking().replace("urn:acme", "urn:other") });
    expect(await recheck("e", unsigned, other)).toContain("asks for signed requests");
  });

  test("is warned of in an SsoConnectorConfig", async () => {
    const inputs = { ...config(), connectorId: "abc" } as Properties;
    const { connectorName: _name, ...rest } = inputs;
    await check(providers.ssoConnectorConfig, rest);
    expect(output.text).toContain("config.metadata: asks for signed requests");
  });
});

test("an expired certificate is warned of in every run, once", async () => {
  const args = metadata("urn:acme", pem(expired));
  const inputs = await check(providers.ssoConnector, args);
  await providers.ssoConnector.check(inputs, { ...args, ...loader });
  expect(output.text.match(/expired on/g)).toHaveLength(1);
});

test("the warning of a config names its connector", async () => {
  const { connectorName, ...args } = oidc("/acme/");
  await check(providers.ssoConnectorConfig, { ...args, connectorId: "id-of-acme" });
  expect(output.text).toContain("warning: config of SSO connector (id-of-acme): config.issuer:");
});

test.each([
  ["issuer", "config.issuer", () => [oidc("/acme"), oidc("/other")]],
  ["issuer, but for a slash", "config.issuer", () => [oidc("/acme/"), oidc("/acme")]],
  ["entity ID", "config.entityId", () => [manual("urn:acme"), manual("urn:other")]],
  ["entity ID of metadata", "config.metadata", () => [metadata("urn:acme"), metadata("urn:other")]],
  ["entity ID from metadata", "config.entityId", () => [metadata("urn:acme"), manual("urn:other")]],
  ["attribute of the ID", "config.attributeMapping", () => [mapping(), mapping({ id: "uid" })]],
  [
    "attribute of the ID, to the default",
    "config.attributeMapping",
    () => [mapping({ id: "uid" }), mapping()],
  ],
] as [string, string, () => [Properties, Properties]][])(
  "a changed %s is warned of",
  async (_what, property, argsOf) => {
    const [before, after] = argsOf();
    const { id, outputs } = await create(providers.ssoConnector, before);
    const inputs = await check(providers.ssoConnector, after);
    output.text = "";
    expect(await providers.ssoConnector.diff(id, outputs, inputs)).toEqual({ deleteBeforeReplace: true });
    const begin = `warning: SSO connector "Acme" (${id}): ${property}: the `;
    expect(output.text).toContain(begin);
    expect(output.text).toContain("Logto recognizes the users of a connector by it");
    expect(output.text).not.toContain("canary");
  },
);

test.each([
  ["the same entity ID in another form", () => [metadata("urn:acme"), manual("urn:acme")]],
  [
    "another address of metadata",
    () => [
      saml({ metadataUrl: `${logto.idp}/saml/metadata` }),
      saml({ metadataUrl: `${logto.idp}/saml/metadata?v=2` }),
    ],
  ],
  ["the default for the ID", () => [mapping(), mapping({ id: "nameID" })]],
  ["another attribute for the name", () => [mapping({ name: "cn" }), mapping({ name: "displayName" })]],
  [
    "another secret",
    () => [
      oidc("/acme"),
      { ...oidc("/acme"), config: { ...oidc("/acme").config, clientSecret: "canary-2" } },
    ],
  ],
  [
    "another kind of identity provider, which replaces the connector",
    () => [oidc("/acme"), { ...oidc("/other"), providerName: "Okta" }],
  ],
] as [string, () => [Properties, Properties]][])("%s is not warned of", async (_what, argsOf) => {
  const [before, after] = argsOf();
  const { id, outputs } = await create(providers.ssoConnector, before);
  const inputs = await check(providers.ssoConnector, after);
  await providers.ssoConnector.diff(id, outputs, inputs);
  expect(output.text).toBe("");
});

test("a config of its own warns of another attribute of the ID as well", async () => {
  const { connectorName, config, ...args } = mapping();
  const connectorId = logto.connectors.insert({ providerName: "SAML", connectorName }).id;
  const argsOf = (attributeMapping: Properties) => ({
    ...args,
    connectorId,
    config: { ...config, attributeMapping },
  });
  const { id, outputs } = await create(providers.ssoConnectorConfig, argsOf({}));
  const inputs = await check(providers.ssoConnectorConfig, argsOf({ id: "uid" }));
  await providers.ssoConnectorConfig.diff(id, outputs, inputs);
  expect(output.text).toContain('the attribute of the users\' ID changes from "nameID" to "uid"');
});

test("a mapping with which nobody signs in is refused while it is new, and warned of where it is in use", async () => {
  const args = mapping({ email: "nameID" });
  const property = "config.attributeMapping";
  const failuresOf = async (
    before: Properties,
    key: "ssoConnector" | "ssoConnectorConfig" = "ssoConnector",
  ) => {
    const { connectorName, ...rest } = args;
    const given = key === "ssoConnector" ? args : { ...rest, connectorId: "id-of-acme" };
    const { failures = [] } = await providers[key].check(before, { ...given, ...loader });
    return failures;
  };
  expect(await failuresOf({})).toMatchObject([{ property }]);
  expect(await failuresOf(mapping())).toMatchObject([{ property }]);
  expect(await failuresOf({}, "ssoConnectorConfig")).toMatchObject([{ property }]);
  expect(output.text).toBe("");
  expect(await failuresOf(args)).toEqual([]);
  expect(output.text).toContain(
    `warning: SSO connector "Acme": ${property}: copies the attribute "nameID" to both id`,
  );
});

const notIdp = (xml: string) => xml.replaceAll("IDPSSODescriptor", "SPSSODescriptor");
const xml = () => samlMetadata("urn:acme", "https://idp.acme.com/sso");

/** The preview refuses most of these where it knows the values, and cannot know what is behind a URL. */
test.each([
  [
    "an issuer that fails",
    () => oidc("/fails"),
    "config.issuer: Logto must be able to read IDP/fails/.well-known/openid-configuration, and the response must be a discovery document.",
  ],
  [
    "a URL of metadata that fails",
    () => saml({ metadataUrl: `${logto.idp}/fails/x` }),
    "config.metadataUrl: Logto must be able to read IDP/fails/x, and the response must be the metadata of an identity provider",
  ],
  [
    "a URL at which there is no metadata",
    () => saml({ metadataUrl: `${logto.idp}/notjson/x` }),
    "config.metadataUrl: Logto must be able to read IDP/notjson/x, and the response must be the metadata of an identity provider, with a readable signing certificate.",
  ],
  [
    "a URL at which there is no XML",
    () => saml({ metadataUrl: `${logto.idp}/saml/broken` }),
    "config.metadataUrl: Logto 1.42 also fails like this when SAML metadata is not XML: check IDP/saml/broken.",
  ],
  [
    "metadata without HTTP-Redirect",
    () => saml({ metadata: xml().replace("HTTP-Redirect", "HTTP-POST") }),
    "config.metadata: it must be the metadata of an identity provider, with an entityID and exactly one SingleSignOnService with the binding HTTP-Redirect.",
  ],
  [
    "metadata without a certificate",
    () => saml({ metadata: notIdp(xml()).replaceAll("X509Certificate", "X509SKI") }),
    "config.metadata: it must be the metadata of an identity provider, with a readable signing certificate.",
  ],
  [
    "a certificate that is none",
    () => saml({ entityId: "urn:a", signInEndpoint: "https://a.test", x509Certificate: "nope" }),
    "config.x509Certificate: it must be one certificate, as PEM or bare base64.",
  ],
] as const)("the error of %s names the key of the config", async (_what, argsOf, expected) => {
  const args = { domains: [], branding: {}, syncProfile: false, enableTokenStorage: false, ...argsOf() };
  const error = await providers.ssoConnector.create({ ...args, ...loader }).then(
    () => "no error",
    (reason: unknown) => (reason as Error).message,
  );
  expect(error).toContain('Could not create SSO connector "Acme": POST /api/sso-connectors failed: ');
  expect(error).toContain(expected.replaceAll("IDP", logto.idp));
  expect(error).not.toContain("canary");
});
