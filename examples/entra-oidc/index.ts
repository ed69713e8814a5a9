import * as pulumi from "@pulumi/pulumi";
import * as logto from "pulumi-logto-sso";

const config = new pulumi.Config();

// Set once Entra ID has the redirect URI. Until then the connector is there, without a config.
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
          // Entra ID does not say of an email that it is verified. The directory is the customer's own.
          trustUnverifiedEmail: true,
        },
});

// To register at Entra ID.
export const redirectUri = connector.redirectUri;
