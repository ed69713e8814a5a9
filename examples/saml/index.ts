import * as pulumi from "@pulumi/pulumi";
import * as logto from "pulumi-logto-sso";

const config = new pulumi.Config();

// Set once Logto is registered at the identity provider: README.md has the commands. Until then, the connector has no config.
const metadataUrl = config.get("metadataUrl");
const idp = metadataUrl === undefined ? undefined : { metadataUrl };

const connector = new logto.SsoConnector("acme", {
  providerName: "SAML",
  connectorName: "Acme",
  domains: ["acme.com"],
  branding: { displayName: "Acme" },
  config: idp && { ...idp, attributeMapping: { email: "mail", name: "displayName" } },
});

// To register at the identity provider.
export const entityId = connector.spEntityId;
export const assertionConsumerServiceUrl = connector.assertionConsumerServiceUrl;
