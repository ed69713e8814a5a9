import * as pulumi from "@pulumi/pulumi";
import * as logto from "pulumi-logto-sso";

const config = new pulumi.Config();

// Set once Logto is registered at Entra ID: README.md has the commands. Until then, the connector has no config.
const metadataUrl = config.get("metadataUrl");

const connector = new logto.SsoConnector("acme", {
  providerName: "AzureAD",
  connectorName: "Acme",
  domains: ["acme.com"],
  branding: { displayName: "Acme" },
  config:
    metadataUrl === undefined
      ? undefined
      : {
          metadataUrl,
          attributeMapping: {
            email: "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
            name: "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name",
          },
        },
});

// To register at Entra ID.
export const entityId = connector.spEntityId;
export const assertionConsumerServiceUrl = connector.assertionConsumerServiceUrl;
