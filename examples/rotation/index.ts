import * as pulumi from "@pulumi/pulumi";
import * as logto from "pulumi-logto-sso";

const config = new pulumi.Config();

// Of the stack's config, and so of three commits:
//   keys: ["2026"]          activeKey: "2026"   as it is
//   keys: ["2026", "2029"]  activeKey: "2026"   register the new certificate at the identity provider, beside the old one
//   keys: ["2026", "2029"]  activeKey: "2029"   Logto signs with the new key
//   keys: ["2029"]          activeKey: "2029"   the old one is gone
const keys = config.requireObject<string[]>("keys");
const activeKey = config.require("activeKey");
if (!keys.includes(activeKey)) throw new pulumi.RunError(`activeKey ${activeKey} is not one of keys.`);

const connector = new logto.SsoConnector("acme", {
  providerName: "SAML",
  connectorName: "Acme",
  domains: ["acme.com"],
});

const active = new logto.SamlSigningKey(activeKey, { connectorId: connector.id, active: true });

// After the active one: in Logto, a key in use gives way only to another one.
const others = keys
  .filter((name) => name !== activeKey)
  .map((name) => new logto.SamlSigningKey(name, { connectorId: connector.id }, { dependsOn: active }));

new logto.SsoConnectorConfig(
  "acme",
  {
    connectorId: connector.id,
    providerName: "SAML",
    config: { metadataUrl: config.require("metadataUrl"), signAuthnRequest: true },
  },
  { dependsOn: active },
);

// What the identity provider is to trust.
export const certificates = [active, ...others].map((key) => key.certificate);
export const expiresAt = active.expiresAt.apply((ms) => new Date(ms).toISOString());
