import * as pulumi from "@pulumi/pulumi";
import * as logto from "pulumi-logto-sso";

const config = new pulumi.Config();

// Set once the redirect URI is registered at Okta: README.md has the commands. Until then, the connector has no config.
const clientId = config.get("clientId");
const clientSecret = config.getSecret("clientSecret");
const issuer = config.get("issuer");
const client = clientId && clientSecret && issuer ? { clientId, clientSecret, issuer } : undefined;
if (!client && (clientId ?? clientSecret ?? issuer)) {
  throw new pulumi.RunError(
    "Set all of clientId, clientSecret and issuer: the stack config has only some of them.",
  );
}

const connector = new logto.SsoConnector("acme", {
  providerName: "Okta",
  connectorName: "Acme",
  domains: ["acme.com"],
  branding: { displayName: "Acme" },
  config: client,
});

// To register at Okta.
export const redirectUri = connector.redirectUri;
