// npm run --silent pulumi -- ARGUMENTS: runs the Pulumi CLI in the user's working directory.
import { spawnSync } from "node:child_process";
import { findCli } from "./cli";
import { cliEnvironment } from "./environment";

async function main(): Promise<number> {
  const cli = await findCli();
  // A terminal sends Ctrl-C to the CLI as well, which takes its time to exit.
  process.on("SIGINT", () => undefined);
  const { status, error } = spawnSync(cli.path, process.argv.slice(2), {
    cwd: process.env.INIT_CWD, // npm changes to the folder of package.json
    env: cliEnvironment(cli, process.env),
    stdio: "inherit",
  });
  if (error) throw error;
  return status ?? 1;
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
