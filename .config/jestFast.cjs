"use strict";
// `npm run test:fast`: the tests that start neither Pulumi nor `logto-sso`.
const { join } = require("node:path");
const { jest } = require("../package.json");

module.exports = {
  ...jest,
  rootDir: join(__dirname, ".."),
  roots: ["<rootDir>/provider", "<rootDir>/test/provider", "<rootDir>/test/logto"],
};
