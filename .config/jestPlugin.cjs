"use strict";
// `npm run test:plugin`: the end-to-end tests on the provider plugin.
const { join } = require("node:path");
const { jest } = require("../package.json");

/** Files that concern one front end, or that choose it themselves, with the reason. */
const leftOut = {
  "advice.test.ts":
    "messages of the core, which both front ends show; replacement.test.ts has where they differ",
  "drift.test.ts": "a program of the classes, whose lines the report names",
  "frontEnds.test.ts": "moves stacks from one front end to the other",
  "import.test.ts": "programs of the classes, which `logto-sso import` writes",
  "importCustomers.test.ts": "a program of the classes, which reads the files",
  "importOrganizations.test.ts": "as importCustomers.test.ts",
  "importTerminal.test.ts": "as import.test.ts",
  "importYaml.test.ts": "uses the plugin in any case",
  "multiTenant.test.ts": "an example, whose program declares the classes",
  "yaml.test.ts": "uses the plugin in any case",
};

for (const [file, reason] of Object.entries(leftOut)) {
  process.stderr.write(`Not run on both front ends: test/pulumi/${file}: ${reason}\n`);
}

module.exports = {
  ...jest,
  rootDir: join(__dirname, ".."),
  roots: ["<rootDir>/test/pulumi"],
  setupFiles: ["<rootDir>/test/engine/usePlugin.cjs"],
  testPathIgnorePatterns: [
    ...jest.testPathIgnorePatterns,
    ...Object.keys(leftOut).map((file) => `/test/pulumi/${file}$`),
  ],
};
