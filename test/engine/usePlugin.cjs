"use strict";
// Makes inline programs, which use the classes of the package, declare the resources of the plugin, as programs with an SDK that
// Pulumi generated do. So the same tests run on both front ends.
process.env.TESTED_FRONT_END = "plugin";

const tokens = require("../../dist/dynamic/tokens.js");
const { packageName, pluginTypeOf } = require("../../dist/engine/pluginTokens.js");
tokens.typeTokenOf = pluginTypeOf;

// An explicit provider is one of the plugin, whose settings have no prefix.
const resource = require("@pulumi/pulumi/resource");
const { ProviderResource } = resource;
resource.ProviderResource = class extends ProviderResource {
  constructor(name, provider, settings, options) {
    const bare = Object.entries(settings).map(([key, value]) => [key.replace(/^logto:/, ""), value]);
    super(name === "pulumi-nodejs" ? packageName : name, provider, Object.fromEntries(bare), options);
  }
};

// The classes find duplicates, and settings that are missing or misspelt, in the program. Generated ones do not: the plugin does.
const nothing = () => undefined;
Object.assign(require("../../dist/program/duplicates.js"), {
  claimName: (name) => name,
  claimDomains: nothing,
  claimConfig: nothing,
  claimTenant: nothing,
});
require("../../dist/program/tenant.js").warnOfSettings = nothing;

// What is secret, the engine tells the plugin.
require("../../dist/program/secretPaths.js").secretPathsInput = () => ({});

// That a resource is deleted before its replacement is created, the plugin says.
for (const table of Object.values(require("../../dist/connector/resources.js").resources)) {
  delete table.deleteBeforeReplace;
}

// Look-ups are calls of the plugin.
const { functionTokenOf } = require("../../dist/engine/pluginTokens.js");
const { invoke, invokeOutput } = require("@pulumi/pulumi/runtime");
const inProgram = require("../../dist/program/lookups.js");
for (const name of ["getSsoConnector", "getSsoConnectors", "getSsoConnectorProviders"]) {
  const call = (send) =>
    name === "getSsoConnector"
      ? (args, options = {}) => send(functionTokenOf(name), args, options)
      : (options = {}) => send(functionTokenOf(name), {}, options);
  Object.assign(inProgram, { [name]: call(invoke), [`${name}Output`]: call(invokeOutput) });
}
