/** A language host for programs that are any command: what Pulumi's own hosts do, which no registry serves. */
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type ILanguageRuntimeServer, LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/language_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { serve } from "../../engine/serve";

/** A command that runs a program, with its environment. */
export interface ProgramCommand {
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Starts the host while a CLI command runs.
 *
 * @param commandFor the command for the settings of a run: those of the Go SDK, by the names of its environment variables
 * @param run runs the CLI command with this additional flag
 */
export async function withHostOf<Result>(
  commandFor: (settings: Readonly<Record<string, string>>) => ProgramCommand,
  run: (flag: string) => Promise<Result>,
): Promise<Result> {
  const service: Partial<ILanguageRuntimeServer> = {
    getPluginInfo(_, answer) {
      answer(null, new PluginInfo().setVersion("0.0.0"));
    },
    getRequiredPackages(_, answer) {
      answer(null, new messages.GetRequiredPackagesResponse());
    },
    run({ request }, answer) {
      const { command, cwd, env } = commandFor(settingsOf(request));
      const child = spawn(command[0], command.slice(1), {
        cwd,
        env: { ...process.env, ...env },
        stdio: ["ignore", "ignore", "pipe"],
      });
      let text = "";
      child.stderr.setEncoding("utf8").on("data", (more: string) => (text += more));
      child.once("close", (code) => {
        answer(null, new messages.RunResponse().setError(code === 0 ? "" : `${String(code)}: ${text}`));
      });
    },
  };
  const host = await serve(LanguageRuntimeService, service);
  try {
    return await run(`--client=${host.address}`);
  } finally {
    host.close();
  }
}

/**
 * Starts the host, and makes it the one of a language while commands run that have no flag for another one.
 *
 * @param bin a folder for the language's plugin
 * @param run runs the commands with this environment
 */
export async function withHostOnPath<Result>(
  commandFor: (settings: Readonly<Record<string, string>>) => ProgramCommand,
  language: string,
  bin: string,
  path: string,
  run: (env: NodeJS.ProcessEnv) => Promise<Result>,
): Promise<Result> {
  const plugin = join(bin, `pulumi-language-${language}`);
  // The engine names itself to a plugin in its last argument.
  const engine = () => readFileSync(`${plugin}.engine`, "utf8").trim();
  const withEngine = (settings: Readonly<Record<string, string>>) =>
    commandFor({ ...settings, PULUMI_ENGINE: engine() });
  return withHostOf(withEngine, async (flag) => {
    const lines = [
      "#!/bin/sh",
      "for engine; do :; done",
      'echo "$engine" >"$0.engine"',
      `echo ${String(flag.split(":").at(-1))}`,
      "exec sleep 600",
    ];
    writeFileSync(plugin, `${lines.join("\n")}\n`, { mode: 0o755 });
    return run({ PATH: [bin, path].join(delimiter), PULUMI_IGNORE_AMBIENT_PLUGINS: undefined });
  });
}

function settingsOf(request: messages.RunRequest): Record<string, string> {
  return {
    PULUMI_PROJECT: request.getProject(),
    PULUMI_STACK: request.getStack(),
    PULUMI_ORGANIZATION: request.getOrganization(),
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toArray())),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    PULUMI_DRY_RUN: String(request.getDryrun()),
    PULUMI_PARALLEL: String(request.getParallel()),
    PULUMI_MONITOR: request.getMonitorAddress(),
    PULUMI_ENGINE: request.getArgsList()[0] ?? "",
  };
}
