"use strict";
// Inline programs run in the process of their test. The SDK reports the errors of a program by the events `uncaughtException` and
// `unhandledRejection` of the process; the `process` that Jest gives to tests has none, and the real one would end.
const { TestEnvironment } = require("jest-environment-node");

module.exports = class extends TestEnvironment {
  async setup() {
    await super.setup();
    for (const method of ["on", "off", "listeners", "removeAllListeners"]) {
      this.global.process[method] = process[method].bind(process);
    }
    // What the user has set for Pulumi and Logto must not reach a program.
    for (const name of Object.keys(this.global.process.env)) {
      if (/^(PULUMI|LOGTO)_/.test(name)) Reflect.deleteProperty(this.global.process.env, name);
    }
  }
};
