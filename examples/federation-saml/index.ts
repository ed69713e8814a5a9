// In a copy of this folder, with access to Logto (docs/installation-configuration.md):
//
//   npm install
//   pulumi stack init dev
//   pulumi config set logto:endpoint https://TENANT.logto.app
//   pulumi config set logto:clientId APPLICATION_ID
//   pulumi config set --secret logto:clientSecret
//   pulumi config set applicationsUrl https://idp.acme.com/applications
//   pulumi up

import * as pulumi from "@pulumi/pulumi";
import * as logto from "pulumi-logto-sso";
import { ServiceProvider } from "./serviceProvider";

const config = new pulumi.Config();

// Logto's side, without a config yet. It provides the entity ID and the assertion consumer service URL,
const connector = new logto.SsoConnector("acme", {
  providerName: "SAML",
  connectorName: "Acme",
  domains: config.getObject<string[]>("domains") ?? ["acme.com"],
});

// and the certificate of the key with which Logto signs its requests.
const key = new logto.SamlSigningKey("acme", { connectorId: connector.id, active: true });

// The identity provider's side. It provides the metadata.
const application = new ServiceProvider("acme", {
  applicationsUrl: config.require("applicationsUrl"),
  entityId: connector.spEntityId,
  assertionConsumerServiceUrl: connector.assertionConsumerServiceUrl,
  certificate: key.certificate,
});

// The config completes Logto's side.
new logto.SsoConnectorConfig("acme", {
  connectorId: connector.id,
  providerName: "SAML",
  config: { metadataUrl: application.metadataUrl, signAuthnRequest: true },
});

export const connectorId = connector.id;
export const assertionConsumerServiceUrl = connector.assertionConsumerServiceUrl;
export const spEntityId = connector.spEntityId;
