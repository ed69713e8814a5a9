import { unknown, type Values } from "../values";
import { providerNames } from "./identityProviders";
import { connectorInputs } from "./resources";
import * as validation from "./validate";

const validate = (inputs: Values) =>
  validation.validate(connectorInputs, inputs).filter(({ isWarning }) => isWarning !== true);

const oidc = { clientId: "client", clientSecret: "s3cr3t", issuer: "https://idp.acme.com" };
const declared = (values: Values): Values => ({
  providerName: "OIDC",
  connectorName: "Acme",
  config: oidc,
  ...values,
});
const failuresOf = (values: Values) =>
  validate(declared(values)).map(({ path, message }) => `${path}: ${message}`);

test("a complete declaration of each identity provider is valid", () => {
  const saml = { metadataUrl: "https://idp.acme.com/metadata", attributeMapping: { email: "mail" } };
  const { issuer, ...google } = oidc;
  const configs = {
    OIDC: oidc,
    Okta: oidc,
    AzureAdOidc: oidc,
    GoogleWorkspace: google,
    SAML: saml,
    AzureAD: saml,
  };
  expect(Object.keys(configs).sort()).toEqual([...providerNames].sort());
  for (const [providerName, config] of Object.entries(configs)) {
    expect(
      failuresOf({ providerName, config, domains: ["acme.com"], branding: { logo: "x" }, syncProfile: true }),
    ).toEqual([]);
  }
});

test("unknown values are valid, also nested ones", () => {
  expect(failuresOf({ config: unknown, domains: unknown, connectorName: unknown })).toEqual([]);
  expect(
    failuresOf({ config: { ...oidc, clientSecret: unknown, issuer: unknown }, domains: [unknown, unknown] }),
  ).toEqual([]);
  expect(failuresOf({ providerName: unknown, enableTokenStorage: unknown, extraConfig: unknown })).toEqual(
    [],
  );
  expect(failuresOf({ providerName: "SAML", config: { metadata: unknown } })).toEqual([]);
  const almostTooLarge = { customKey: "x".repeat(1024 * 1024 - 300) };
  expect(failuresOf({ config: unknown, branding: unknown, extraConfig: almostTooLarge })).toEqual([]);
});

test.each([
  [
    "a misspelt identity provider",
    { providerName: "okta" },
    'providerName: Logto has no identity provider "okta"; did you mean "Okta"?',
  ],
  ["a missing identity provider", { providerName: undefined }, "providerName: is missing."],
  [
    "an identity provider with the name of an inherited property",
    { providerName: "toString" },
    'providerName: Logto has no identity provider "toString".',
  ],
  [
    "a misspelt config key",
    { config: { ...oidc, clientld: "x" } },
    'config.clientld: the config of OIDC has no "clientld"; did you mean "clientId"?',
  ],
  [
    "a missing config key",
    { config: { clientId: "x", issuer: oidc.issuer } },
    "config.clientSecret: is missing.",
  ],
  ["an empty config", { config: {} }, "config.clientId: is missing."],
  [
    "the config of another protocol",
    { providerName: "SAML" },
    'config.clientId: "clientId" belongs to the config of OIDC, AzureAdOidc, GoogleWorkspace and Okta, not of SAML',
  ],
  [
    "an issuer for Google",
    { providerName: "GoogleWorkspace" },
    'config.issuer: "issuer" belongs to the config of OIDC, AzureAdOidc and Okta',
  ],
  [
    "a SAML config without an identity provider",
    { providerName: "SAML", config: { signAuthnRequest: true } },
    "config: requires one of: metadataUrl, or metadata, or entityId + signInEndpoint + x509Certificate.",
  ],
  [
    "a SAML config with metadata and an entity ID",
    { providerName: "SAML", config: { metadataUrl: "https://a", entityId: "urn:a" } },
    "config.entityId: metadataUrl and entityId are mutually exclusive",
  ],
  [
    "an incomplete SAML identity provider",
    { providerName: "SAML", config: { entityId: "urn:a", signInEndpoint: "https://a" } },
    "config.x509Certificate: is missing: entityId, signInEndpoint and x509Certificate are required together.",
  ],
  [
    "an invalid certificate",
    { providerName: "SAML", config: { entityId: "a", signInEndpoint: "https://b", x509Certificate: "nope" } },
    "config.x509Certificate: is not a valid X.509 certificate",
  ],
  [
    "invalid SAML metadata",
    { providerName: "SAML", config: { metadata: "<not><closed>" } },
    "config.metadata: is not SAML metadata",
  ],
  [
    "an unknown algorithm",
    { providerName: "SAML", config: { metadataUrl: "https://a", requestSignatureAlgorithm: "rsa-sha1" } },
    "config.requestSignatureAlgorithm: must be http://www.w3.org/2001/04/xmldsig-more#rsa-sha256 or",
  ],
  [
    "an unknown key of the attribute mapping",
    { providerName: "SAML", config: { metadataUrl: "https://a", attributeMapping: { groups: "x" } } },
    "config.attributeMapping.groups: is not a known property.",
  ],
  ["an issuer that is not a URL", { config: { ...oidc, issuer: "acme" } }, "config.issuer: must be a URL"],
  [
    "a number for a string",
    { config: { ...oidc, clientId: 7 } },
    "config.clientId: must be a string (got number).",
  ],
  ["a string for the config", { config: "x" }, "config: must be an object (got string)."],
  ["an empty name", { connectorName: "" }, "connectorName: must not be empty."],
  [
    "a long name",
    { connectorName: "n".repeat(129) },
    "connectorName: is 129 characters long; Logto accepts at most 128.",
  ],
  ["a NUL character", { connectorName: "a\0b" }, "connectorName: must not contain a NUL character"],
  [
    "a duplicate domain",
    { domains: ["a.com", "b.com", "A.com"] },
    'domains[2]: "A.com" duplicates domains[0].',
  ],
  ["a public mail domain", { domains: ["Gmail.com"] }, 'domains[0]: "gmail.com" is a public email domain'],
  [
    "an email address for a domain",
    { domains: ["me@acme.com"] },
    'domains[0]: "me@acme.com" must not contain an @',
  ],
  ["a URL for a domain", { domains: ["https://acme.com"] }, 'domains[0]: "https://acme.com" is a URL'],
  ["a domain with a space", { domains: ["acme .com"] }, 'domains[0]: "acme .com" must not contain a space.'],
  ["a number for a domain", { domains: ["a.com", 7] }, "domains[1]: must be a string (got number)."],
  ["a text for extraConfig", { extraConfig: "x" }, "extraConfig: must be an object (got string)."],
  ["an empty domain", { domains: [""] }, "domains[0]: must not be empty."],
  ["a string for the domains", { domains: "acme.com" }, "domains: must be a list of domains (got string)."],
  ["an unknown branding key", { branding: { color: "#fff" } }, "branding.color: is not a known property."],
  ["a string for a boolean", { syncProfile: "yes" }, "syncProfile: must be a boolean (got string)."],
  [
    "token storage with SAML",
    { providerName: "SAML", config: { metadataUrl: "https://a" }, enableTokenStorage: true },
    "enableTokenStorage: requires an identity provider of the protocol OIDC, and SAML uses SAML.",
  ],
  [
    "a misspelt property",
    { domain: ["acme.com"] },
    'domain: is not a known property; did you mean "domains"?',
  ],
  [
    "a key in config and in extraConfig",
    { config: { ...oidc, scope: "x" }, extraConfig: { scope: "y" } },
    "extraConfig.scope: is also in config",
  ],
  [
    "a known key with a wrong type in extraConfig",
    { extraConfig: { scope: 1 } },
    "extraConfig.scope: must be",
  ],
  [
    "extraConfig without config",
    { config: undefined, extraConfig: { pkce: true } },
    "extraConfig: is merged into config, so it requires config.",
  ],
  [
    "a number that JSON does not have",
    { extraConfig: { claims: { seats: NaN } } },
    "extraConfig.claims.seats: must be a finite number (got NaN)",
  ],
  [
    "a NUL character deep in what nobody knows",
    { extraConfig: { claims: { groups: ["a", "b\0"], empty: null, count: 1 } } },
    "extraConfig.claims.groups.1: must not contain a NUL character",
  ],
  [
    "a key that cannot be stored",
    { extraConfig: { claims: { "a\0": "x" } } },
    'extraConfig.claims: has the key "a\\u0000", which must not contain a NUL character',
  ],
  ["more than 1 MiB", { branding: { logo: "x".repeat(1024 * 1024) } }, "branding: is too large"],
  [
    "more than 1 MiB beside values that are not known yet",
    { config: unknown, domains: [unknown], branding: { logo: "x".repeat(1024 * 1024), darkLogo: unknown } },
    "branding: is too large",
  ],
] satisfies [string, Values, string][])("%s is rejected at its property", (_what, values, message) => {
  const failures = failuresOf(values);
  expect(failures[0]).toContain(message);
});

test("what an identity provider does not have may be declared off", () => {
  const saml = { providerName: "SAML", config: { metadataUrl: "https://idp.acme.com/metadata" } };
  expect(failuresOf({ ...saml, enableTokenStorage: false })).toEqual([]);
});

test("a key that this package knows may still be in extraConfig", () => {
  expect(failuresOf({ extraConfig: { scope: "email", responseMode: "query" } })).toEqual([]);
  const { issuer, ...config } = oidc;
  expect(failuresOf({ config, extraConfig: { issuer } })).toEqual([]);
});

const key = "-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----";
const certificate = "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n";
const manual = { entityId: "urn:idp", signInEndpoint: "https://idp.acme.com/sso" };

test.each<[string, Values]>([
  [
    "config.x509Certificate",
    { providerName: "SAML", config: { ...manual, x509Certificate: certificate + key } },
  ],
  [
    "config.x509Certificate",
    {
      providerName: "SAML",
      config: { ...manual, x509Certificate: key.replace("PRIVATE", "RSA PRIVATE") + certificate },
    },
  ],
  [
    "config.metadata",
    { providerName: "SAML", config: { metadata: `<EntityDescriptor>${key}</EntityDescriptor>` } },
  ],
  ["config.clientId", { config: { ...oidc, clientId: key.replace("PRIVATE", "ENCRYPTED PRIVATE") } }],
  ["config.issuer", { config: { ...oidc, issuer: "https://user:canary@idp.acme.com" } }],
  ["config.issuer", { config: { ...oidc, issuer: "https://canary@idp.acme.com" } }],
  [
    "config.metadataUrl",
    { providerName: "SAML", config: { metadataUrl: "https://u:canary@idp.acme.com/m" } },
  ],
  ["branding.logo", { branding: { logo: "https://u:canary@cdn.acme.com/l.png" } }],
  ["branding.displayName", { branding: { displayName: key } }],
  ["connectorName", { connectorName: key.slice(0, 60) }],
  ["domains[1]", { domains: ["acme.com", "https://u:canary@acme.com"] }],
  ["domains[0]", { domains: [{ name: "https://u:canary@acme.com" }] }],
  ["domains", { domains: { first: ["https://u:canary@acme.com"] } }],
  ["connectorName", { connectorName: { text: [key] } }],
  ["syncProfile", { syncProfile: ["https://u:canary@acme.com"] }],
  ["branding", { branding: [{ logo: "https://u:canary@cdn.acme.com/l.png" }] }],
  ["branding", { branding: { "https://u:canary@cdn.acme.com": "" } }],
  ["config", { config: { ...oidc, "https://u:canary@acme.com": "" } }],
  ["config", { config: JSON.stringify({ ...oidc, issuer: "https://u:canary@idp.acme.com" }) }],
  ["extraConfig", { extraConfig: { "https://u:canary@acme.com": "" } }],
  ["extraConfig.scope", { extraConfig: { scope: "https://u:canary@acme.com" } }],
  [
    "config.attributeMapping.email",
    {
      providerName: "SAML",
      config: { metadataUrl: "https://a.com", attributeMapping: { email: ["https://u:canary@acme.com"] } },
    },
  ],
  ["providerName", { providerName: key }],
])("a secret in %s, which is not a secret field, is rejected without being shown", (property, values) => {
  const failures = validate(declared(values));
  expect(failures.map(({ path }) => path)).toContain(property);
  expect(failures.filter(({ path }) => path === property)).toMatchObject([{ sensitive: true }]);
  expect(JSON.stringify(failures)).not.toContain("canary");
});

test.each<Values>([
  { config: { ...oidc, clientSecret: key } },
  { extraConfig: { privateKey: key } },
  { extraConfig: { proxies: [{ url: "https://u:canary@proxy.acme.com" }] } },
  { domains: ["acme.com", "user.acme.com"] },
  { connectorName: "Acme: private key @ https://acme.com" },
  { config: { ...oidc, issuer: "https://idp.acme.com:8443/realms/a@b" } },
  { branding: { logo: "https://cdn.acme.com/logo@2x.png" } },
  { config: { ...oidc, scope: "https://graph.microsoft.com/.default" } },
])("a value that resembles a secret in a wrong place is valid: %j", (values) => {
  expect(failuresOf(values)).toEqual([]);
});

test("every failure of a declaration is reported, without the values of secrets", () => {
  const failures = failuresOf({
    config: { clientSecret: ["s3cr3t"], issuer: "s3cr3t" },
    syncProfile: 1,
    domains: ["gmail.com"],
  });
  expect(failures.map((failure) => failure.split(":")[0])).toEqual([
    "config.clientId",
    "config.clientSecret",
    "config.issuer",
    "syncProfile",
    "domains[0]",
  ]);
  expect(failures.join()).not.toContain("s3cr3t");
});

test("what is refused is no warning as well", () => {
  expect(
    validation.validate(connectorInputs, declared({ domains: ["gmail.com", "bücher.example"] })),
  ).toEqual([
    { path: "domains[0]", message: expect.stringContaining("gmail.com") as string },
    { path: "domains[1]", message: expect.stringContaining("ASCII") as string, isWarning: true },
  ]);
});

test("a text that is repeated in a message is cut after 80 characters", () => {
  const messages = [80, 81].map((length) => {
    const [problem] = validation.validate(connectorInputs, declared({ providerName: "x".repeat(length) }));
    return problem?.message;
  });
  expect(messages[0]).toContain(`"${"x".repeat(80)}"`);
  expect(messages[1]).toContain(`"${"x".repeat(80)}…"`);
});
