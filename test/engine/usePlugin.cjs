"use strict";
// Makes inline programs, which use the classes of the package, declare the resources of the plugin, as programs with an SDK that
// Pulumi generated do. So the same tests run on both front ends.
process.env.TESTED_FRONT_END = "plugin";

/** Replaces exports of a module of the package. */
function replace(path, replacements) {
  const module = require(`../../dist/${path}.js`);
  for (const name of Object.keys(replacements)) {
    if (!(name in module)) throw new Error(`provider/${path}.ts exports no ${name}`);
  }
  Object.assign(module, replacements);
}

const { functionTokenOf, packageName, pluginTypeOf } = require("../../dist/engine/pluginTokens.js");
replace("dynamic/tokens", { typeTokenOf: pluginTypeOf });

// An explicit provider is one of the plugin, whose settings have no prefix.
const resource = require("@pulumi/pulumi/resource");
const { ProviderResource } = resource;
resource.ProviderResource = class extends ProviderResource {
  constructor(name, provider, settings, options) {
    const bare = Object.entries(settings).map(([key, value]) => [key.replace(/^logto:/, ""), value]);
    super(name === "pulumi-nodejs" ? packageName : name, provider, Object.fromEntries(bare), options);
  }
};

// The classes find duplicates, and settings that are wrong, missing or misspelt, in the program. Generated ones do not: the plugin does.
class NoClaim {
  identifying = () => ({});
  of = () => undefined;
}
replace("program/duplicates", { ObjectClaim: NoClaim });
replace("program/tenant", { checkSettings: () => undefined });

// What is secret, the engine tells the plugin.
replace("program/secretPaths", { secretPathsInput: () => ({}) });

// That a resource is deleted before its replacement is created, the plugin says.
for (const table of Object.values(require("../../dist/connector/resources.js").resources)) {
  delete table.deleteBeforeReplace;
}

// Look-ups are calls of the plugin.
const { invoke, invokeOutput } = require("@pulumi/pulumi/runtime");
for (const name of ["getSsoConnector", "getSsoConnectors", "getSsoConnectorProviders"]) {
  const call = (send) =>
    name === "getSsoConnector"
      ? (args, options = {}) => send(functionTokenOf(name), args, options)
      : (options = {}) => send(functionTokenOf(name), {}, options);
  replace("program/lookups", { [name]: call(invoke), [`${name}Output`]: call(invokeOutput) });
}
