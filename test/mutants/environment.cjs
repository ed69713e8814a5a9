"use strict";
// The environment of tests while there is a mutant: nothing runs after a failure, and no test hangs for a minute.
const Environment = require("../engine/jestEnvironment.cjs");

const maxMilliseconds = 15_000;

module.exports = class extends Environment {
  #failed = false;

  handleTestEvent({ name, test }, state) {
    if (process.env.__STRYKER_ACTIVE_MUTANT__ === undefined) return;
    if (name === "test_fn_failure" || name === "hook_failure") this.#failed = true;
    if (name !== "test_start") return;
    state.testTimeout = Math.min(state.testTimeout, maxMilliseconds);
    if (this.#failed) test.mode = "skip";
  }
};
