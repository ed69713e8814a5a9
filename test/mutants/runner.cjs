"use strict";
// Runs the test files that cover a mutant until one fails, first those that cost little for what they have noticed so far. Jest would
// load all files for every mutant.
const { mkdirSync, readFileSync, writeFileSync } = require("node:fs");
const { dirname, join } = require("node:path");
const { default: TestRunner } = require("jest-runner");

/** How many mutants each file has noticed. */
const noticed = new Map();

module.exports = class extends TestRunner {
  async runTests(tests, watcher, options) {
    const results = [];
    this.on("test-file-success", ([, result]) => results.push(result));
    const timesFile = join(this._globalConfig.rootDir, "reports", "testTimes.json");
    // In the first run there is no mutant: Stryker learns which test covers what, and this runner what each costs.
    if (process.env.__STRYKER_ACTIVE_MUTANT__ === undefined) {
      await super.runTests(tests, watcher, options);
      const times = Object.fromEntries(results.map((result) => [result.testFilePath, timesOf(result)]));
      mkdirSync(dirname(timesFile), { recursive: true });
      writeFileSync(timesFile, JSON.stringify(times));
      return;
    }
    const times = JSON.parse(readFileSync(timesFile, "utf8"));
    for (const test of inOrder(tests, times, namesIn(this._globalConfig.testNamePattern))) {
      await super.runTests([test], watcher, options);
      const result = results.at(-1);
      // A file that cannot be loaded has no result.
      if (result?.testFilePath === test.path && result.numFailingTests === 0) continue;
      noticed.set(test.path, (noticed.get(test.path) ?? 0) + 1);
      return;
    }
  }
};

/** Returns the milliseconds of each test, and of what the file costs besides. */
function timesOf({ perfStats, testResults }) {
  const tests = testResults.map(({ fullName, duration }) => [fullName, duration ?? 0]);
  const inTests = tests.reduce((sum, [, duration]) => sum + duration, 0);
  return { tests, besides: perfStats.end - perfStats.start - inTests };
}

/** Stryker passes the names of the tests that cover a mutant in a regular expression, and none if the mutant is in all. */
function namesIn(pattern) {
  if (!pattern) return undefined;
  return new Set(
    pattern
      .slice(1, -1)
      .split(")|(")
      .map((name) => name.replaceAll(/\\(.)/gs, "$1")),
  );
}

function inOrder(tests, times, covering) {
  const costOf = ({ path }) => {
    const named = times[path].tests.filter(([name]) => covering?.has(name) ?? true);
    if (named.length === 0) return Infinity;
    const cost = named.reduce((sum, [, duration]) => sum + duration, times[path].besides);
    return cost / (0.1 + (noticed.get(path) ?? 0));
  };
  return tests
    .map((test) => ({ test, cost: costOf(test) }))
    .filter(({ cost }) => cost < Infinity)
    .sort((one, other) => one.cost - other.cost)
    .map(({ test }) => test);
}
