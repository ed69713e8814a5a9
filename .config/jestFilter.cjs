"use strict";
// Jest's filter: see jestReporter.cjs.
const { relative } = require("node:path");
const { isLeftOut } = require("./jestReporter.cjs");

const named = process.argv.slice(2).filter((arg) => !arg.startsWith("-"));
const isNamed = (path) => named.some((arg) => path === arg || relative(process.cwd(), path).includes(arg));

module.exports = (paths) => {
  const left = paths.filter((path) => !isNamed(path) && isLeftOut(path));
  if (left.length > 0) {
    process.stderr.write(
      "The tests of test/engine have passed and are left out. To run them: npm test -- test/engine\n",
    );
  }
  return Promise.resolve({ filtered: paths.filter((path) => !left.includes(path)) });
};
