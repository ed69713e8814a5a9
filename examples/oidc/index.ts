import * as pulumi from "@pulumi/pulumi";
import * as logto from "pulumi-logto-sso";

const config = new pulumi.Config();

// Set after the redirect URI is registered at the identity provider. Until then, the connector has no config.
const clientId = config.get("clientId");

const connector = new logto.SsoConnector("acme", {
  providerName: "OIDC",
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
          scope: "groups",
        },
});

// To register at the identity provider.
export const redirectUri = connector.redirectUri;
