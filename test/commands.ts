/** `logto-sso` as users run it, in the project of a stack. */
import { join } from "node:path";
import type { Result, Stack } from "./engine";
import { run } from "./engine/processes";

const command = join(__dirname, "..", "dist", "cli", "main.js");

/** An error where it ends with another exit code than success, if it must not; and where it shows a secret. */
export async function logtoSso(
  stack: Stack,
  args: readonly string[],
  {
    mayFail = false,
    env = {},
    cwd = stack.folder,
  }: { mayFail?: boolean; env?: NodeJS.ProcessEnv; cwd?: string } = {},
): Promise<Result> {
  const result = await run(process.execPath, [command, ...args], {
    cwd,
    env: { ...stack.env, PULUMI_STACK: stack.name, ...env },
    timeoutSeconds: 120,
  });
  const said = result.stdout + result.stderr;
  if (said.includes("canary")) throw new Error(`logto-sso ${args.join(" ")} shows a secret:\n${said}`);
  if (result.code !== 0 && !mayFail)
    throw new Error(`logto-sso ${args.join(" ")} ended with ${result.code}:\n${said}`);
  return result;
}
