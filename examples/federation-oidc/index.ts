// In a copy of this folder, with access to Logto (docs/installation-configuration.md):
//
//   npm install
//   pulumi stack init dev
//   pulumi config set logto:endpoint https://TENANT.logto.app
//   pulumi config set logto:clientId APPLICATION_ID
//   pulumi config set --secret logto:clientSecret
//   pulumi config set issuer https://idp.acme.com
//   pulumi up

import * as pulumi from "@pulumi/pulumi";
import * as logto from "pulumi-logto-sso";
import { ClientRegistration } from "./clientRegistration";

const config = new pulumi.Config();
const issuer = config.require("issuer");

// Logto's side, without a config yet. It provides the redirect URI.
const connector = new logto.SsoConnector("acme", {
  providerName: "OIDC",
  connectorName: "Acme",
  domains: config.getObject<string[]>("domains") ?? ["acme.com"],
});

// The identity provider's side. It provides the client ID and secret.
const client = new ClientRegistration("acme", {
  issuer,
  redirectUris: [connector.redirectUri],
  secretVersion: config.get("secretVersion") ?? "1",
});

// The config completes Logto's side.
new logto.SsoConnectorConfig("acme", {
  connectorId: connector.id,
  providerName: "OIDC",
  config: { clientId: client.clientId, clientSecret: client.clientSecret, issuer },
});

export const connectorId = connector.id;
export const redirectUri = connector.redirectUri;
