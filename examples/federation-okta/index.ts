// In a copy of this folder, with access to Logto (docs/installation-configuration.md):
//
//   npm install
//   pulumi stack init dev
//   pulumi config set logto:endpoint https://TENANT.logto.app
//   pulumi config set logto:clientId APPLICATION_ID
//   pulumi config set --secret logto:clientSecret
//   pulumi config set okta:orgName acme
//   pulumi config set okta:baseUrl okta.com
//   pulumi config set --secret okta:apiToken
//   pulumi config set issuer https://acme.okta.com
//   pulumi up

import * as okta from "@pulumi/okta";
import * as pulumi from "@pulumi/pulumi";
import * as logto from "pulumi-logto-sso";

const config = new pulumi.Config();

// Logto's side, without a config yet. It provides the redirect URI.
const connector = new logto.SsoConnector("acme", {
  providerName: "Okta",
  connectorName: "Acme",
  domains: ["acme.com"],
});

// Okta's side.
const application = new okta.app.OAuth("logto", {
  label: "Logto",
  type: "web",
  grantTypes: ["authorization_code"],
  responseTypes: ["code"],
  redirectUris: [connector.redirectUri],
});

// Who can sign in: everyone, with the group that every Okta organization has.
const everyone = okta.group.getGroupOutput({ name: "Everyone", type: "BUILT_IN" });
new okta.app.GroupAssignment("everyone", { appId: application.id, groupId: everyone.id });

// The config completes Logto's side.
new logto.SsoConnectorConfig("acme", {
  connectorId: connector.id,
  providerName: "Okta",
  config: {
    clientId: application.clientId,
    clientSecret: application.clientSecret,
    // Such as https://acme.okta.com.
    issuer: config.require("issuer"),
  },
});
