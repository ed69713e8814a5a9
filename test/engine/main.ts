// npm run --silent pulumi -- ARGUMENTS: runs the Pulumi CLI in the user's working directory.
import { spawn } from "node:child_process";
import { findCli } from "./cli";
import { cliEnvironment } from "./environment";
import { exitCode } from "./processes";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

async function main(): Promise<number> {
  // Until the CLI runs, a signal ends this process, whose `exit` event ends the processes that get the CLI.
  for (const signal of SIGNALS) process.on(signal, end);
  const cli = await findCli();

  const child = spawn(cli.path, process.argv.slice(2), {
    cwd: process.env.INIT_CWD, // npm changes to the folder of package.json
    env: cliEnvironment(cli, process.env),
    stdio: "inherit",
  });
  for (const signal of SIGNALS) {
    process.off(signal, end);
    process.on(signal, () => {
      // A terminal sends Ctrl-C to the CLI as well, and a second one would make it abort.
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    });
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      resolve(exitCode(code, signal));
    });
  });
}

function end(signal: NodeJS.Signals): void {
  process.exit(exitCode(null, signal));
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
