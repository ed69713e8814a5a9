import { join } from "node:path";
import type { Cli } from "./cli";

const PLAIN_ERRORS = join(__dirname, "plain-errors.cjs");

/** The environment in which a CLI, its hosts and the user's program run. What the user has set wins. */
export function cliEnvironment(cli: Cli, inherited: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const nodeOptions = [inherited.NODE_OPTIONS, `--require=${JSON.stringify(PLAIN_ERRORS)}`];
  return { ...cli.env, ...inherited, NODE_OPTIONS: nodeOptions.filter(Boolean).join(" ") };
}

/** The inherited environment without what would make a test's outcome depend on who runs it. */
export function neutralEnvironment(inherited: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(inherited).filter(
      ([name]) => !/^(PULUMI_|LOGTO_|(FORCE_COLOR|NODE_OPTIONS)$)|_PROXY$/i.test(name),
    ),
  );
}
