/** This package's own package.json: its version, and the oldest versions of the programs that it works with. */

interface Manifest {
  readonly version: string;
  /** By program, such as `>=3.254`. */
  readonly engines: { readonly node: string; readonly pulumi: string };
}

// eslint-disable-next-line @typescript-eslint/no-require-imports -- bundlers inline it, and `import` would widen rootDir
export const { version, engines } = require("../package.json") as Manifest;
