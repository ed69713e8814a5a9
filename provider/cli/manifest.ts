/** This package's own package.json: its version, and the oldest versions of what it works with. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

interface Manifest {
  readonly version: string;
  /** By program, such as `>=3.254`. */
  readonly engines: { readonly node: string; readonly pulumi: string };
}

export const { version, engines } = JSON.parse(
  readFileSync(join(__dirname, "../../package.json"), "utf8"),
) as Manifest;
