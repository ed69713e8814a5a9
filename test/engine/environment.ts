import { join } from "node:path";
import type { Cli } from "./cli";

const PRELOAD = join(__dirname, "preload.cjs");

/** Returns the environment of a CLI, its hosts and the program. Variables that the user has set take precedence. */
export function cliEnvironment(cli: Cli, inherited: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const nodeOptions = [inherited.NODE_OPTIONS, `--require=${JSON.stringify(PRELOAD)}`];
  return { ...cli.env, ...inherited, NODE_OPTIONS: nodeOptions.filter(Boolean).join(" ") };
}

/** Returns the inherited environment without the variables that would make a test depend on who runs it. */
export function neutralEnvironment(inherited: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(inherited).filter(
      ([name]) => !/^(PULUMI_|LOGTO_|(FORCE_COLOR|NODE_OPTIONS)$)|_PROXY$/i.test(name),
    ),
  );
}
