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

// Logto's side, without a config yet. It provides the redirect URI.
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
// Secrets of Entra ID expire. A new end date creates a new one, which Logto receives in the same update.
const password = new azuread.ApplicationPassword("logto", {
  applicationId: application.id,
  endDate: "2027-12-31T00:00:00Z",
});

// The config completes Logto's side.
const { tenantId } = azuread.getClientConfigOutput();
new logto.SsoConnectorConfig("acme", {
  connectorId: connector.id,
  providerName: "AzureAdOidc",
  config: {
    clientId: application.clientId,
    clientSecret: password.value,
    issuer: pulumi.interpolate`https://login.microsoftonline.com/${tenantId}/v2.0`,
    // Entra ID does not declare email addresses as verified. The directory is the customer's own, so they can be trusted.
    trustUnverifiedEmail: true,
  },
});
