/** Connectors of all six identity providers, and a program that declares them. */
import { certificate, type Logto } from "./logto";

/** A program that declares connectors, by resource name. */
export const programOf = (connectors: Record<string, unknown>) => `
  const logto = require("pulumi-logto-sso");
  for (const [name, args] of Object.entries(${JSON.stringify(connectors)})) {
    const connector = new logto.SsoConnector(name, args);
    exports[name] = {
      redirectUri: connector.redirectUri,
      acs: connector.assertionConsumerServiceUrl,
      entityId: connector.spEntityId,
    };
  }`;

/** A connector of each identity provider, by resource name. */
export function allProviders({ idp }: Logto): Record<string, Record<string, unknown>> {
  const client = { clientId: "client", clientSecret: "canary-config" };
  const oidc = { ...client, issuer: `${idp}/acme` };
  const metadataUrl = `${idp}/saml/metadata`;
  return {
    oidc: {
      providerName: "OIDC",
      config: { ...oidc, scope: "groups" },
      domains: ["B.com", "a.com"],
      syncProfile: true,
    },
    okta: {
      providerName: "Okta",
      config: oidc,
      branding: { displayName: "Okta", logo: "https://acme.com/l.png" },
    },
    entra: {
      providerName: "AzureAdOidc",
      config: { ...oidc, trustUnverifiedEmail: true },
      enableTokenStorage: true,
    },
    google: { providerName: "GoogleWorkspace", config: { ...client, offlineAccess: true } },
    saml: {
      providerName: "SAML",
      config: { metadataUrl, attributeMapping: { email: "mail" } },
      domains: ["c.com"],
    },
    manual: {
      providerName: "AzureAD",
      config: {
        entityId: "urn:idp",
        signInEndpoint: "https://idp.acme.com/sso",
        x509Certificate: certificate,
      },
    },
  };
}
