"use strict";
// Preloaded into the Node.js processes that the CLI starts.
const Module = process.getBuiltinModule("node:module");
const util = process.getBuiltinModule("node:util");

// The SDK formats the error of a program with `util.inspect(error, { colors: true })`. Node.js 20 and 22 loop there until memory
// runs out, about 30 s, on a stack frame like `node_modules/@pulumi/resource.ts:1687:22`, which the SDK's source maps produce for
// nearly every program that throws. Without colors the frame is not parsed.
util.inspect = new Proxy(util.inspect, {
  apply: (inspect, self, [value, options, ...others]) =>
    inspect.call(self, value, options?.colors ? { ...options, colors: false } : options, ...others),
});

// The SDK loads these at the start of each process, and needs them only to serialize closures, or for the Automation API. So they are
// loaded when they are first used: a host starts in 0.2 s of CPU time instead of 0.67 s (Node.js 20, @pulumi/pulumi 3.270).
const late = new Set(["typescript", "@npmcli/arborist", "normalize-package-data", "./automation"]);
const sdk = /@pulumi[\\/]pulumi[\\/](index|typescript-shim|runtime[\\/]closure[\\/]codePaths)\.js$/;
const load = Module._load;
Module._load = function (request, parent, ...others) {
  const loaded = () => load.call(this, request, parent, ...others);
  if (!late.has(request) || !sdk.test(parent?.filename)) return loaded();
  // What TypeScript's helpers `__importStar` and `__importDefault` make of an ES module, which they read no property of.
  const property = (name) => (name === "default" ? (loaded().default ?? loaded()) : loaded()[name]);
  return new Proxy({}, { get: (_, name) => name === "__esModule" || property(name) });
};
