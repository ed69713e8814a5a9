"use strict";
// The tests of the test tooling (test/engine) take a minute. Jest leaves them out if they have passed with the same tooling,
// unless the command line names them: this reporter records that they have passed, and jestFilter.cjs looks it up. The record is
// in node_modules, which `npm ci` empties, so that they always run in CI.
const { createHash } = require("node:crypto");
const { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } = require("node:fs");
const { dirname, join, sep } = require("node:path");

const repository = join(__dirname, "..");
const tooling = join(repository, "test", "engine") + sep;
/** What the tests also depend on: the packages, the oldest CLI that is allowed, the settings of Jest and Git. */
const settings = ["package.json", "package-lock.json", "test/package/versions.ts", ".gitattributes"];

/** The file whose existence says that the tests have passed: its name is a hash of what they depend on. */
function recordFile() {
  const files = readdirSync(tooling, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const hash = createHash("sha256").update(process.version);
  for (const file of [...files.sort(), ...settings.map((path) => join(repository, path))]) {
    hash.update(`\0${file}\0`).update(readFileSync(file));
  }
  return join(repository, "node_modules", ".cache", `tooling-${hash.digest("hex").slice(0, 16)}`);
}
/** That of the tooling with which this run began. */
const record = recordFile();

const isTooling = (path) => path.startsWith(tooling);

module.exports = class {
  onRunComplete(_contexts, { testResults, wasInterrupted }) {
    const files = readdirSync(tooling).filter((name) => name.endsWith(".test.ts"));
    const expected = files.map((name) => join(tooling, name)).filter(isTooling);
    const passed = testResults
      .filter(
        ({ numPassingTests, numFailingTests, numPendingTests, testExecError }) =>
          numPassingTests > 0 && numFailingTests + numPendingTests === 0 && !testExecError,
      )
      .map(({ testFilePath }) => testFilePath);
    if (wasInterrupted || !expected.every((path) => passed.includes(path))) return;
    if (recordFile() !== record) return; // the tooling was changed meanwhile
    mkdirSync(dirname(record), { recursive: true });
    writeFileSync(record, "");
  }
};

module.exports.isLeftOut = (path) => existsSync(record) && isTooling(path);
