/** Whether Pulumi's provider process will find this package. */
import { createRequire } from "node:module";
import { isAbsolute, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";

let isLoadable = false;

/**
 * The engine's provider process loads this package by its name from the folder of the program, whoever the program has it
 * from. Where that fails, Node.js's error says neither which folder nor what to do.
 *
 * @throws RunError
 */
export function requireLoadable(): void {
  // Without a folder, the program is part of a test or of another process (Automation API), and the folder not known here.
  if (isLoadable || !isAbsolute(pulumi.getRootDirectory())) return;
  const folder = process.cwd();
  try {
    createRequire(join(folder, "index.js")).resolve("pulumi-logto-sso/provider");
    isLoadable = true;
  } catch {
    throw new pulumi.RunError(
      `Pulumi's provider process loads the package pulumi-logto-sso from ${folder}, and it is not installed there. Add it to ` +
        "the dependencies in the package.json of that folder, also where the program has it through another package of the " +
        "workspace, or bundled.",
    );
  }
}
