/** Whether Pulumi's provider process finds this package. */
import { createRequire } from "node:module";
import { isAbsolute, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { hasMocks } from "./tenant";

let isChecked = false;

/**
 * The engine's provider process loads this package by its name from the folder of the program, wherever the program loads it
 * from. Where that fails, Node.js's error names neither that folder nor what to do.
 *
 * @throws RunError where the package is not installed in the folder of the program
 */
export function requireLoadable(): void {
  if (isChecked || hasMocks()) return;
  const folder = process.cwd();
  const message =
    `Pulumi's provider process loads the package pulumi-logto-sso from ${folder}, where it is not installed. Add it to ` +
    "the dependencies in the package.json of that folder, even if the program has it through another package of the " +
    "workspace or in its bundle.";
  if (!isInstalledIn(folder)) {
    // The program of a project: a project has a root directory, an inline program of the Automation API has none.
    if (isAbsolute(pulumi.getRootDirectory())) throw new pulumi.RunError(message);
    void pulumi.log.warn(
      `${message} Or run this process in a folder where it is installed. (A project whose \`main\` names such a folder ` +
        "works, and can ignore this warning.)",
    );
  }
  isChecked = true;
}

function isInstalledIn(folder: string): boolean {
  try {
    createRequire(join(folder, "index.js")).resolve("pulumi-logto-sso/provider");
    return true;
  } catch {
    return false;
  }
}
