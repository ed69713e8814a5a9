import { accessSync, constants, existsSync, realpathSync, statSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { oldest } from "../package/versions";
import { cacheFolder, makeOnce } from "./cache";
import { build, cacheKey, download, OLDEST_GO } from "./obtain";
import type { Obtain } from "./obtain";
import { run } from "./processes";

/** Older CLIs can't import dynamic resources from a file. */
const MINIMUM = oldest.pulumi;

/** A Pulumi CLI that can run Node.js programs. */
export interface Cli {
  path: string;
  /** Environment variables that its processes need. */
  env: NodeJS.ProcessEnv;
}

export interface FindCliOptions {
  env?: NodeJS.ProcessEnv;
  /** Receives progress messages, line by line. Default: standard error. */
  log?: (line: string) => void;
  /** The ways to get a CLI if none is installed; building is tried if the download fails. */
  ways?: { download: Obtain; build: Obtain };
}

/**
 * Returns the user's own CLI if it is recent enough, else the one in the cache. If there is none yet, it is downloaded or,
 * if that fails, built.
 */
export async function findCli(options: FindCliOptions = {}): Promise<Cli> {
  const { env = process.env, log = toStderr, ways = { download, build } } = options;
  const installed = await findInstalled(env);
  if (typeof installed === "object") return installed;

  const folder = join(cacheFolder(env), await cacheKey());
  await makeOnce(
    folder,
    async (temporary) => {
      log(`No Pulumi CLI ${MINIMUM} or newer on PATH: ${installed}.`);
      const downloadFailure = await failureOf(ways.download(temporary, { env, log }));
      if (downloadFailure === undefined) return;
      log(`The download failed: ${downloadFailure}`);
      const buildFailure = await failureOf(ways.build(temporary, { env, log }));
      if (buildFailure === undefined) return;
      throw new Error(
        [
          `Found no Pulumi CLI ${MINIMUM} or newer. Any of these provides one:`,
          `- pulumi ${MINIMUM} or newer on PATH: ${installed}`,
          `- internet access, for the npm package pulumi to download it: ${downloadFailure}`,
          `- Go ${OLDEST_GO} or newer, to build it: ${buildFailure}`,
        ].join("\n"),
      );
    },
    () => {
      log("Waiting for another process that is installing the Pulumi CLI.");
    },
  );
  return {
    path: join(folder, "pulumi"),
    // Language hosts on PATH belong to another CLI, and the engine would warn about them at each start.
    env: { PULUMI_IGNORE_AMBIENT_PLUGINS: "true", PULUMI_SKIP_UPDATE_CHECK: "true" },
  };
}

/** Returns the `pulumi` on PATH, or why it cannot be used. */
async function findInstalled(env: NodeJS.ProcessEnv): Promise<Cli | string> {
  const path = findOnPath("pulumi", env);
  if (path === undefined) return "not found";
  const result = await run(path, ["version"], {
    env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    timeoutSeconds: 20,
  }).catch(() => undefined);
  const [, version] = /^v?(\d+\.\d+\.\d+)(?:[-+].*)?\s*$/.exec(result?.code === 0 ? result.stdout : "") ?? [];
  if (version === undefined) return `${path} does not print its version`;
  if (version.localeCompare(MINIMUM, "en", { numeric: true }) < 0) return `${path} is ${version}`;
  // Some distributions package the language hosts separately.
  const host = "pulumi-language-nodejs";
  if (!existsSync(join(dirname(realpathSync(path)), fileOf(host))) && findOnPath(host, env) === undefined) {
    return `${path} comes without ${host}`;
  }
  return { path, env: {} };
}

function findOnPath(program: string, env: NodeJS.ProcessEnv): string | undefined {
  const folders = (env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, fileOf(program))).find(isProgram);
}

/** Returns the name of the file of a program. */
export function fileOf(program: string): string {
  return process.platform === "win32" ? `${program}.exe` : program;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

async function failureOf(attempt: Promise<void>): Promise<string | undefined> {
  try {
    await attempt;
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function toStderr(line: string): void {
  process.stderr.write(`${line}\n`);
}
