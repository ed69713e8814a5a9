"use strict";
// `npm run test:exhaustive`: the long tests, which `npm test` leaves out.
const { join } = require("node:path");
const { jest } = require("../package.json");

module.exports = {
  ...jest,
  rootDir: join(__dirname, ".."),
  roots: ["<rootDir>/test/exhaustive"],
  testPathIgnorePatterns: ["/node_modules/"],
};
