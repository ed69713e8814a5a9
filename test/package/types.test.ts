/** The types of a program: what is wrong does not compile, with an error that names the mistake. */
import { compileErrors } from "./compile";

const prelude = `
  import * as pulumi from "@pulumi/pulumi";
  import * as logto from "pulumi-logto-sso";
  declare const text: pulumi.Output<string>;
  declare const later: Promise<string>;
  declare const flag: pulumi.Output<boolean>;
  const oidc = { clientId: "client", clientSecret: "s3cr3t", issuer: "https://idp.acme.com" };
`;

/** Programs, and the error: the code at which it is reported, and its message. */
const misuse: [program: string, error: RegExp][] = [
  [
    `new logto.SsoConnector("x", { providerName: "Okta", config: { clientID: "c", clientSecret: "s", issuer: "i" } });`,
    /^clientID: .*'clientID' does not exist in type 'Input<OidcConfigArgs>/,
  ],
  [
    `new logto.SsoConnector("x", { providerName: "okta", config: oidc });`,
    /^providerName: .*Did you mean '"Okta"'\?/,
  ],
  [`new logto.SsoConnector("x", { config: oidc });`, /'providerName' is missing/],
  [
    `new logto.SsoConnector("x", { providerName: "OIDC", config: { clientId: "c", clientSecret: "s" } });`,
    /^config: [\s\S]*'issuer' is missing/,
  ],
  [
    `new logto.SsoConnector("x", { providerName: "SAML", config: { metadataUrl: "u", metadata: "m" } });`,
    /^config: [\s\S]*property 'metadata' are incompatible/,
  ],
  [
    `new logto.SsoConnector("x", { providerName: "SAML", config: { entityId: "e" } });`,
    /^config: [\s\S]*missing the following properties[\s\S]*signInEndpoint, x509Certificate/,
  ],
  [
    `new logto.SsoConnector("x", { providerName: "GoogleWorkspace", config: { ...oidc, issuer: "i" } });`,
    /^issuer: .*does not exist in type 'Input<GoogleWorkspaceConfigArgs>/,
  ],
  [`new logto.SsoConnector("x", { providerName: "SAML", config: oidc });`, /^config: /],
  [`new logto.SsoConnector("x", { providerName: "OIDC", domains: "acme.com" });`, /^domains: .*'string'/],
  [
    `new logto.SsoConnector("x", { providerName: "OIDC", domain: [] });`,
    /^domain: .*Did you mean to write 'domains'\?/,
  ],
  [
    `new logto.SsoConnector("x", { providerName: "OIDC", branding: { displayname: "A" } });`,
    /^displayname: /,
  ],
  [
    `new logto.SsoConnector("x", { providerName: "OIDC", config: { ...oidc, trustUnverifiedEmail: "yes" } });`,
    /^trustUnverifiedEmail: .*'string' is not assignable to type 'Input<boolean/,
  ],
  [
    `new logto.SsoConnector("x", { providerName: "SAML", config: { metadataUrl: "u", signAuthnRequest: text } });`,
    /property 'signAuthnRequest' are incompatible/,
  ],
  [
    `new logto.SsoConnector("x", { providerName: "OIDC" }).assertionConsumerServiceUrl.apply((url: string) => url);`,
    /'undefined' is not assignable to type 'string'/,
  ],
  [
    `new logto.SsoConnector("x", { providerName: "SAML" }).redirectUri.apply((url: string) => url);`,
    /'undefined' is not assignable to type 'string'/,
  ],
  [`new logto.SsoConnectorConfig("x", { providerName: "OIDC", config: oidc });`, /'connectorId' is missing/],
  [
    `new logto.SsoConnectorConfig("x", {
      connectorId: text, providerName: "OIDC", config: { clientID: "c", clientSecret: "s", issuer: "i" },
    });`,
    /^clientID: .*'clientID' does not exist in type 'Input<OidcConfigArgs>'/,
  ],
  [`new logto.SsoConnectorConfig("x", { connectorId: text, providerName: "OIDC" });`, /'config' is missing/],
  [
    `new logto.SsoConnectorConfig("x", { connectorId: text, providerName: "SAML", config: { metadataurl: "u" } });`,
    /^(metadataurl|config): [\s\S]*'metadataurl'/,
  ],
  [`new logto.SamlSigningKey("x", { connectorId: text, active: "true" });`, /^active: .*Input<boolean/],
  [`new logto.OrganizationSsoConnector("x", { connectorId: text });`, /'organizationId' is missing/],
  [`new logto.Provider("x", { endpoint: "e", clientId: "c" });`, /'clientSecret' is missing/],
  [`new logto.SingleSignOn("x", {});`, /'enabled' is missing/],
  [`new logto.SingleSignOn("x", { enabled: "true" });`, /^enabled: .*Input<boolean/],
  [`logto.getSsoConnector({});`, /GetSsoConnectorArgs/],
  [`logto.getSsoConnector({ id: "i", connectorName: "n" });`, /property 'connectorName' are incompatible/],
  [
    `new logto.Organization("x", { color: { primaryColour: "#fff" } });`,
    /^primaryColour: .*'primaryColour' does not exist/,
  ],
  [`new logto.Organization("x", { adopt: true });`, /^adopt: .*not assignable to type .Input<string>/],
  [`new logto.OrganizationJitRoles("x", { organizationId: "o", roles: "admin" });`, /^roles: .*'string'/],
  [`new logto.OrganizationJitEmailDomains("x", { emailDomains: [] });`, /'organizationId' is missing/],
  [`logto.getOrganization({ id: "i", name: "n" });`, /property 'name' are incompatible/],
  [`logto.getSsoConnectors({ provider: "staging" });`, /^provider: /],
];

test("misuse does not compile, and the error says where and why", () => {
  const errors = compileErrors(misuse.map(([program]) => prelude + program));
  const unexpected = misuse.flatMap(([program, expected], index) => {
    const [first = "compiles"] = errors[index] ?? [];
    return expected.test(first) ? [] : [`${program}\n${first}`];
  });
  expect(unexpected).toEqual([]);
});

test("plain values, outputs and promises are accepted by every input", () => {
  const config = (value: string) =>
    `{ clientId: ${value}, clientSecret: ${value}, issuer: ${value}, scope: ${value}, trustUnverifiedEmail: flag }`;
  const programs = [`"text"`, "text", "later"].flatMap((value) => [
    `new logto.SsoConnector("x", {
      providerName: "OIDC", connectorName: ${value}, config: ${config(value)}, extraConfig: { newer: ${value} },
      domains: [${value}], branding: { displayName: ${value}, logo: ${value}, darkLogo: ${value} },
      syncProfile: flag, enableTokenStorage: true, adopt: false,
    });`,
    `new logto.SsoConnector("x", { providerName: "SAML", config: {
      metadataUrl: ${value}, signAuthnRequest: flag, attributeMapping: { email: ${value} },
    } });`,
    `new logto.SsoConnector("x", { providerName: "AzureAD", config: {
      entityId: ${value}, signInEndpoint: ${value}, x509Certificate: ${value},
    } });`,
    `new logto.SsoConnectorConfig("x", { connectorId: ${value}, providerName: "Okta", config: ${config(value)} });`,
    `new logto.SamlSigningKey("x", { connectorId: ${value}, active: flag });`,
    `new logto.OrganizationSsoConnector("x", { connectorId: ${value}, organizationId: ${value} });`,
    `new logto.Organization("x", {
      name: ${value}, description: ${value}, customData: { plan: ${value} }, isMfaRequired: flag, customCss: ${value},
      branding: { logoUrl: ${value}, darkLogoUrl: ${value}, favicon: ${value}, darkFavicon: ${value} },
      color: { primaryColor: ${value}, isDarkModeEnabled: flag, darkPrimaryColor: ${value} }, adopt: "id", allowDuplicate: true,
    });`,
    `new logto.OrganizationJitRoles("x", { organizationId: ${value}, roles: [${value}], adopt: true });`,
    `new logto.OrganizationJitEmailDomains("x", { organizationId: ${value}, emailDomains: [${value}], adopt: true });`,
    `new logto.SingleSignOn("x", { enabled: flag }).enabled.apply((enabled: boolean) => enabled);`,
    `new logto.Provider("x", { endpoint: ${value}, clientId: ${value}, clientSecret: ${value}, maxRequestsPerSecond: 5 });`,
    `export const url: pulumi.Output<string> = new logto.SsoConnector("x", { providerName: "Okta" }).redirectUri;`,
    `export const plan: pulumi.Output<object> = new logto.Organization("x").customData;`,
    `logto.getOrganizationOutput({ name: ${value} }).isMfaRequired.apply((required: boolean) => required);`,
    `logto.getOrganizationRoleOutput({ name: ${value} }).id.apply((id: string) => id);`,
    `logto.getSsoConnectorOutput({ id: ${value} }).domains.apply((all) => all.join());`,
  ]);
  // A complete config as an output, an optional config, and separately declared arguments.
  programs.push(
    `new logto.SsoConnector("x", { providerName: "OIDC", config: pulumi.output(oidc) });`,
    `new logto.SsoConnector("x", { providerName: "OIDC", config: Math.random() > 1 ? oidc : undefined });`,
    `const name: logto.ProviderName = "OIDC"; const args: logto.SsoConnectorArgs = { providerName: name, config: oidc };
     new logto.SsoConnector("x", args);`,
  );
  expect(compileErrors(programs.map((program) => prelude + program)).flat()).toEqual([]);
});
