"use strict";
// Loaded into the processes that the CLI starts. The SDK formats the error of a program by
// `util.inspect(error, { colors: true })`. Node.js 20 and 22 loop there until memory runs out, about 30 s, on a stack
// frame like `node_modules/@pulumi/resource.ts:1687:22`, which the SDK's source maps make of nearly every program
// that throws. Without colours the frame is left as it is.
const util = process.getBuiltinModule("node:util");

util.inspect = new Proxy(util.inspect, {
  apply: (inspect, self, [value, options, ...others]) =>
    inspect.call(self, value, options?.colors ? { ...options, colors: false } : options, ...others),
});
