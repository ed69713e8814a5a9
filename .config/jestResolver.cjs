"use strict";
// Jest's resolver. The SDK loads two large packages that only the serialization of functions needs, which no test does in its own
// process, and every test file would load them again: 0.6 s of CPU time each. They are replaced by nothing.
const { join, sep } = require("node:path");

const sdk = join("@pulumi", "pulumi") + sep;
const unused = new Set(["@npmcli/arborist", "typescript"]);

module.exports = (path, options) =>
  unused.has(path) && `${options.basedir}${sep}`.includes(sdk)
    ? join(__dirname, "unusedPackage.cjs")
    : options.defaultResolver(path, options);
