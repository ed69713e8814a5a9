// `npm run mutants` (test/mutants/main.ts), which adds what is to be mutated.
export default {
  testRunner: "jest",
  // Jest follows imports only to tell which tests concern a file; those that load the provider as the engine does have none.
  jest: { configFile: ".config/jestMutants.cjs", enableFindRelatedTests: false },
  testRunnerNodeArgs: ["--experimental-vm-modules", "--no-warnings=ExperimentalWarning"],
  plugins: ["@stryker-mutator/jest-runner", "./test/mutants/plugin.mjs"],
  coverageAnalysis: "perTest",
  dryRunTimeoutMinutes: 15,
  // Long enough that only what is endless counts as noticed by its time, also where other work slows the tests down.
  timeoutMS: 60_000,
  mutator: {
    excludedMutations: [
      // Tests compare whole messages only where users decide by their words: most of these mutants change such texts.
      "StringLiteral",
    ],
  },
  checkers: ["sample"],
  reporters: ["sample", "json", "html", "progress"],
  jsonReporter: { fileName: "reports/mutants/report.json" },
  htmlReporter: { fileName: "reports/mutants/report.html" },
  ignorePatterns: ["reports"],
  logLevel: "warn",
  warnings: {
    slow: false, // of what is evaluated when a module is loaded, so that all tests run on it: the tables are worth it
    unknownOptions: false, // the sample
  },
};
