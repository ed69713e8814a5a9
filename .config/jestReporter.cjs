"use strict";
// The tests of the test tooling (test/engine) take a minute. Jest leaves them out if they have passed with the same tooling,
// unless the command line names them: this reporter records that they have passed, and jestFilter.cjs looks it up. The record is
// in node_modules, which `npm ci` empties, so that they always run in CI.
const { createHash } = require("node:crypto");
const { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } = require("node:fs");
const { dirname, join, sep } = require("node:path");

const repository = join(__dirname, "..");
const tooling = join(repository, "test", "engine") + sep;

/** The file whose existence says that the tests have passed: its name is a hash of what they depend on. */
function recordFile() {
  const files = readdirSync(tooling, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const hash = createHash("sha256").update(process.version);
  for (const file of [...files.sort(), join(repository, "package-lock.json")]) {
    hash.update(`\0${file}\0`).update(readFileSync(file));
  }
  return join(repository, "node_modules", ".cache", `tooling-${hash.digest("hex").slice(0, 16)}`);
}

const isTooling = (path) => path.startsWith(tooling);

module.exports = class {
  onRunComplete(_contexts, { testResults, wasInterrupted }) {
    const expected = readdirSync(tooling).filter((name) => name.endsWith(".test.ts")).length;
    const passed = testResults.filter(
      ({ testFilePath, numPassingTests, numFailingTests, numPendingTests, testExecError }) =>
        isTooling(testFilePath) &&
        numPassingTests > 0 &&
        numFailingTests + numPendingTests === 0 &&
        !testExecError,
    );
    if (wasInterrupted || passed.length < expected) return;
    mkdirSync(dirname(recordFile()), { recursive: true });
    writeFileSync(recordFile(), "");
  }
};

module.exports.isLeftOut = (path) => isTooling(path) && existsSync(recordFile());
