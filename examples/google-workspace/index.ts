import * as pulumi from "@pulumi/pulumi";
import * as logto from "pulumi-logto-sso";

const config = new pulumi.Config();

// Set once the redirect URI is registered at Google: README.md has the commands. Until then, the connector has no config.
const clientId = config.get("clientId");
const clientSecret = config.getSecret("clientSecret");
const client = clientId && clientSecret ? { clientId, clientSecret } : undefined;
if (!client && (clientId ?? clientSecret)) {
  throw new pulumi.RunError("Set both clientId and clientSecret: the stack config has only one of them.");
}

const connector = new logto.SsoConnector("acme", {
  providerName: "GoogleWorkspace",
  connectorName: "Acme",
  domains: ["acme.com"],
  branding: { displayName: "Acme" },
  config: client,
});

// To register at Google.
export const redirectUri = connector.redirectUri;
