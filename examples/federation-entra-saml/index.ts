// In a copy of this folder, with access to Logto (docs/installation-configuration.md):
//
//   npm install
//   pulumi stack init dev
//   pulumi config set logto:endpoint https://TENANT.logto.app
//   pulumi config set logto:clientId APPLICATION_ID
//   pulumi config set --secret logto:clientSecret
//   az login
//   pulumi up

import * as azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
import * as logto from "pulumi-logto-sso";

// Logto's side, without a config yet. It provides the entity ID and the assertion consumer service URL.
const connector = new logto.SsoConnector("acme", {
  providerName: "AzureAD",
  connectorName: "Acme",
  domains: ["acme.com"],
});

// Entra ID's side. If the directory restricts identifier URIs to its verified domains, the endpoint of Logto must be in one
// of them.
const application = new azuread.Application("logto", {
  displayName: "Logto",
  signInAudience: "AzureADMyOrg",
  identifierUris: [connector.spEntityId],
  web: { redirectUris: [connector.assertionConsumerServiceUrl] },
});
const principal = new azuread.ServicePrincipal("logto", {
  clientId: application.clientId,
  preferredSingleSignOnMode: "saml",
});
const certificate = new azuread.ServicePrincipalTokenSigningCertificate("logto", {
  servicePrincipalId: principal.id,
  endDate: "2027-12-31T00:00:00Z",
});

// The config completes Logto's side. Logto reads the metadata when it receives the config, so the certificate comes first.
const { tenantId } = azuread.getClientConfigOutput();
const claims = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims";
new logto.SsoConnectorConfig(
  "acme",
  {
    connectorId: connector.id,
    providerName: "AzureAD",
    config: {
      metadataUrl: pulumi.interpolate`https://login.microsoftonline.com/${tenantId}/federationmetadata/2007-06/federationmetadata.xml?appid=${application.clientId}`,
      attributeMapping: { email: `${claims}/emailaddress`, name: `${claims}/name` },
    },
  },
  { dependsOn: certificate },
);
