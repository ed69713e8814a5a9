import * as azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
import * as logto from "pulumi-logto-sso";

// Logto's side, without a config yet: it gives the redirect URI.
const connector = new logto.SsoConnector("acme", {
  providerName: "AzureAdOidc",
  connectorName: "Acme",
  domains: ["acme.com"],
});

// Entra ID's side.
const application = new azuread.Application("logto", {
  displayName: "Logto",
  signInAudience: "AzureADMyOrg",
  web: { redirectUris: [connector.redirectUri] },
});
new azuread.ServicePrincipal("logto", { clientId: application.clientId });
// Entra ID's secrets expire: another date makes a new one, which comes to Logto in the same update.
const password = new azuread.ApplicationPassword("logto", {
  applicationId: application.id,
  endDate: "2027-12-31T00:00:00Z",
});

// And Logto's side is complete.
const { tenantId } = azuread.getClientConfigOutput();
new logto.SsoConnectorConfig("acme", {
  connectorId: connector.id,
  providerName: "AzureAdOidc",
  config: {
    clientId: application.clientId,
    clientSecret: password.value,
    issuer: pulumi.interpolate`https://login.microsoftonline.com/${tenantId}/v2.0`,
    // Entra ID does not say of an email that it is verified. The directory is the customer's own.
    trustUnverifiedEmail: true,
  },
});
