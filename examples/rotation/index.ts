// In a copy of this folder, with access to Logto (docs/installation-configuration.md):
//
//   npm install
//   pulumi stack init dev
//   pulumi config set logto:endpoint https://TENANT.logto.app
//   pulumi config set logto:clientId APPLICATION_ID
//   pulumi config set --secret logto:clientSecret
//   pulumi config set metadataUrl https://idp.acme.com/saml/metadata
//   pulumi config set keys 2026
//   pulumi config set activeKey 2026
//   pulumi up

import * as pulumi from "@pulumi/pulumi";
import * as logto from "pulumi-logto-sso";

const config = new pulumi.Config();

// The stack config, changed in three commits:
//   keys: "2026"       activeKey: "2026"   the initial key
//   keys: "2026,2029"  activeKey: "2026"   then register the new certificate at the identity provider, besides the old one
//   keys: "2026,2029"  activeKey: "2029"   Logto signs with the new key
//   keys: "2029"       activeKey: "2029"   the old key is deleted
const keys = config.require("keys").split(",");
const activeKey = config.require("activeKey");
if (!keys.includes(activeKey)) throw new pulumi.RunError(`activeKey ${activeKey} is not one of keys.`);

const connector = new logto.SsoConnector("acme", {
  providerName: "SAML",
  connectorName: "Acme",
  domains: ["acme.com"],
});

const active = new logto.SamlSigningKey(activeKey, { connectorId: connector.id, active: true });

// To register at the identity provider, with the certificate of each key.
export const entityId = connector.spEntityId;
export const assertionConsumerServiceUrl = connector.assertionConsumerServiceUrl;
export const certificates = { [activeKey]: active.certificate };
export const { expiresAt } = active;

// Updated after the active key, because Logto deactivates a key in use only by activating another one.
for (const name of keys.filter((key) => key !== activeKey)) {
  const key = new logto.SamlSigningKey(name, { connectorId: connector.id }, { dependsOn: active });
  certificates[name] = key.certificate;
}

new logto.SsoConnectorConfig(
  "acme",
  {
    connectorId: connector.id,
    providerName: "SAML",
    config: { metadataUrl: config.require("metadataUrl"), signAuthnRequest: true },
  },
  { dependsOn: active },
);
