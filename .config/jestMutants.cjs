"use strict";
// The tests that Stryker runs on mutants: those that run the provider in their own process, from its source code.
const { join } = require("node:path");
const { jest } = require("../package.json");

/** Files of tests that notice little for the time that they take, with the reason. */
const leftOut = {
  "provider/logto/redactionOfLongTexts.test.ts": "10 s a test, since Stryker counts each step of a loop",
  "test/provider/properties.test.ts": "20 s a mutant, and hardly one that no other test notices",
};

module.exports = {
  ...jest,
  rootDir: join(__dirname, ".."),
  roots: ["<rootDir>/provider", "<rootDir>/test/provider"],
  testPathIgnorePatterns: [
    ...jest.testPathIgnorePatterns,
    ...Object.keys(leftOut).map((path) => `/${path}$`),
  ],
  moduleNameMapper: {
    "^pulumi-logto-sso$": "<rootDir>/provider/index.ts",
    "^pulumi-logto-sso/provider$": "<rootDir>/provider/provider.ts",
    "/dist/(dynamic/host)\\.js$": "<rootDir>/provider/$1.ts",
  },
  runner: "<rootDir>/test/mutants/runner.cjs",
  testEnvironment: join(__dirname, "..", "test", "mutants", "environment.cjs"),
};
