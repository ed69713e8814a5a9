import * as azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
import * as logto from "pulumi-logto-sso";

// Logto's side, without a config yet: it gives the entity ID and the assertion consumer service URL.
const connector = new logto.SsoConnector("acme", {
  providerName: "AzureAD",
  connectorName: "Acme",
  domains: ["acme.com"],
});

// Entra ID's side. Where the directory restricts identifier URIs to its verified domains, for SAML as well, Logto's
// address must be in one of them.
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

// And Logto's side is complete. It reads the metadata when the config is made, so the certificate comes first.
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
