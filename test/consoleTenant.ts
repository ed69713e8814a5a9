/** Connectors as people create them in Logto's console. */
import { certificate, type Logto, samlMetadata } from "./logto";

export type ConsoleConnector = Parameters<Logto["connectors"]["insert"]>[0];

/** Connectors of all identity providers, with every field, and with unusual names and secrets. */
export function consoleConnectors(logto: Logto): ConsoleConnector[] {
  const secrets = [
    "canary",
    "-canary",
    'canary "quoted" \\ $HOME `x` ${y}',
    "canary\nsecond line\n",
    " canary ",
    "🔑canary",
  ];
  const names = [
    "Acme",
    "acme",
    "ACME",
    "Acme ",
    'The "Best" Co.',
    "it's `x` ${y}",
    "Österreich & Söhne",
    "🎉",
    "🎉🎉",
  ];
  names.push("class", "config", "42 Ltd", "a/b", "</script>", "$&", "日本株式会社", "x".repeat(128));
  const domains = (index: number) => [`b${index}.com`, `a${index}.com`];
  const client = (index: number) => ({
    clientId: `client-${index}`,
    clientSecret: secrets[index % secrets.length],
    trustUnverifiedEmail: index % 2 === 0,
  });
  const saml = { attributeMapping: { id: "uid", email: "mail", name: "cn" }, signAuthnRequest: true };
  const algorithm = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512";
  const manual = {
    entityId: "urn:idp",
    signInEndpoint: "https://idp.acme.com/sso",
    x509Certificate: certificate,
  };
  const kinds: Omit<ConsoleConnector, "connectorName">[] = [
    {
      providerName: "OIDC",
      config: { ...client(0), issuer: `${logto.idp}/a`, scope: "groups offline_access" },
    },
    { providerName: "Okta", config: { ...client(1), issuer: `${logto.idp}/b` }, enableTokenStorage: true },
    { providerName: "AzureAdOidc", config: { ...client(2), issuer: `${logto.idp}/c` } },
    { providerName: "GoogleWorkspace", config: { ...client(3), offlineAccess: true, scope: "" } },
    { providerName: "SAML", config: { metadataUrl: `${logto.idp}/saml/metadata`, ...saml } },
    { providerName: "SAML", config: { metadata: samlMetadata("urn:a", "https://idp.acme.com/sso") } },
    { providerName: "AzureAD", config: { ...manual, requestSignatureAlgorithm: algorithm } },
    // A key of a newer Logto; and a connector without a config.
    {
      providerName: "OIDC",
      config: { ...client(4), issuer: `${logto.idp}/d`, pkce: "canary-new", nested: { a: [1] } },
    },
    { providerName: "Okta", config: {} },
    {
      providerName: "AzureAdOidc",
      config: { ...client(5), issuer: `${logto.idp}/e` },
      domains: Array.from({ length: 20 }, (_, index) => `customer-${index}.com`),
      branding: {
        displayName: "A \"B\" 'C'",
        logo: "https://acme.com/l.png",
        darkLogo: "https://acme.com/d.png",
      },
      syncProfile: true,
    },
  ];
  return Array.from({ length: 25 }, (_, index) => ({
    domains: domains(index),
    branding: { displayName: `Customer ${index}` },
    providerName: "OIDC",
    ...kinds[index % kinds.length],
    connectorName: names[index] ?? `Customer ${index}`,
  }));
}
