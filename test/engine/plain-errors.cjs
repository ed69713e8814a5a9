"use strict";
// Preloaded into the processes that the CLI starts. The SDK formats the error of a program with
// `util.inspect(error, { colors: true })`. Node.js 20 and 22 loop there until memory runs out, about 30 s, on a stack
// frame like `node_modules/@pulumi/resource.ts:1687:22`, which the SDK's source maps produce for nearly every
// program that throws. Without colors the frame is not parsed.
const util = process.getBuiltinModule("node:util");

util.inspect = new Proxy(util.inspect, {
  apply: (inspect, self, [value, options, ...others]) =>
    inspect.call(self, value, options?.colors ? { ...options, colors: false } : options, ...others),
});
