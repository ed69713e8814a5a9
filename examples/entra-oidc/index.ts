import * as pulumi from "@pulumi/pulumi";
import * as logto from "pulumi-logto-sso";

const config = new pulumi.Config();

// Set after the redirect URI is registered at Entra ID. Until then, the connector has no config.
const clientId = config.get("clientId");

const connector = new logto.SsoConnector("acme", {
  providerName: "AzureAdOidc",
  connectorName: "Acme",
  domains: ["acme.com"],
  branding: { displayName: "Acme" },
  config:
    clientId === undefined
      ? undefined
      : {
          clientId,
          clientSecret: config.requireSecret("clientSecret"),
          issuer: config.require("issuer"),
          // Entra ID does not declare email addresses as verified. The directory is the customer's own, so they can be trusted.
          trustUnverifiedEmail: true,
        },
});

// To register at Entra ID.
export const redirectUri = connector.redirectUri;
