import * as pulumi from "@pulumi/pulumi";
import * as logto from "pulumi-logto-sso";

// Two connectors that are complete at once: set all that is required here before the first `pulumi up`. Where an identity
// provider gives its client ID only for a redirect URI, that is two steps: see examples/okta.
const config = new pulumi.Config();

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

// Another one, with any identity provider that speaks SAML.
const globex = new logto.SsoConnector("globex", {
  providerName: "SAML",
  connectorName: "Globex",
  config: {
    metadataUrl: config.require("samlMetadataUrl"),
    attributeMapping: { email: "mail" },
  },
  domains: ["globex.example"],
});

// What to register at their identity providers.
export const acmeRedirectUri = acme.redirectUri;
export const globexAcsUrl = globex.assertionConsumerServiceUrl;
export const globexEntityId = globex.spEntityId;
