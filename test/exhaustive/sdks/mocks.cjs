"use strict";
// A unit test of a program with the SDK for Node.js: its inputs and outputs under mocks.
const assert = require("node:assert/strict");
const pulumi = require("@pulumi/pulumi");

const redirectUri = "https://acme.logto.app/callback/acme-id";
const registered = [];
pulumi.runtime.setMocks({
  newResource(args) {
    registered.push(args);
    return { id: `${args.name}-id`, state: { ...args.inputs, redirectUri } };
  },
  call: () => ({}),
});

const logto = require("pulumi-logto");

const connector = new logto.SsoConnector("acme", {
  providerName: "OIDC",
  branding: { displayName: "Acme" },
  config: { clientId: "client", clientSecret: "canary", issuer: "https://acme.com" },
});

pulumi.all([connector.redirectUri, connector.config]).apply(([uri, config]) => {
  assert.deepEqual([uri, config?.clientSecret], [redirectUri, "canary"]);
  const [{ type, inputs }] = registered;
  assert.equal(type, "logto:index:SsoConnector");
  assert.deepEqual(inputs.branding, { displayName: "Acme" });
  assert.equal(inputs.config.clientSecret, "canary");
  console.log("passed");
});
