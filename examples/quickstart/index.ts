// In a copy of this folder, with access to Logto (docs/installation-configuration.md):
//
//   npm install
//   pulumi stack init dev
//   pulumi config set logto:endpoint https://TENANT.logto.app
//   pulumi config set logto:clientId APPLICATION_ID
//   pulumi config set --secret logto:clientSecret
//   pulumi config set oktaClientId 0oa1b2c3d4
//   pulumi config set --secret oktaClientSecret
//   pulumi config set oktaIssuer https://acme.okta.com
//   pulumi config set samlMetadataUrl https://idp.globex.example/saml/metadata
//   pulumi up

import * as pulumi from "@pulumi/pulumi";
import * as logto from "pulumi-logto-sso";

// Two connectors that are created in one step: set the required config before the first `pulumi up`. If an identity provider
// needs the redirect URI before it issues a client ID, two steps are needed: see examples/okta.
const config = new pulumi.Config();

// A new self-hosted tenant has enterprise SSO disabled: then nobody is offered a connector.
new logto.SingleSignOn("sso", { enabled: true });

// A customer who signs in with Okta.
const acme = new logto.SsoConnector("acme", {
  providerName: "Okta",
  connectorName: "Acme",
  config: {
    clientId: config.require("oktaClientId"),
    clientSecret: config.requireSecret("oktaClientSecret"),
    issuer: config.require("oktaIssuer"),
  },
  domains: ["acme.com", "acme.org"],
  branding: { displayName: "Acme" },
  syncProfile: true,
});

// A customer who signs in with any SAML identity provider.
const globex = new logto.SsoConnector("globex", {
  providerName: "SAML",
  connectorName: "Globex",
  config: {
    metadataUrl: config.require("samlMetadataUrl"),
    attributeMapping: { email: "mail" },
  },
  domains: ["globex.example"],
});

// To register at the identity providers.
export const acmeRedirectUri = acme.redirectUri;
export const globexAcsUrl = globex.assertionConsumerServiceUrl;
export const globexEntityId = globex.spEntityId;
