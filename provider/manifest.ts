/** This package's own package.json: its version, its repository, and the oldest versions of the programs that it works with. */

interface Manifest {
  readonly version: string;
  readonly repository: { readonly url: string };
  /** By program, such as `>=3.254`. */
  readonly engines: { readonly node: string; readonly pulumi: string };
}

// eslint-disable-next-line @typescript-eslint/no-require-imports -- bundlers inline it, and `import` would widen rootDir
export const { version, repository, engines } = require("../package.json") as Manifest;
