import { accessSync, constants, existsSync, realpathSync, statSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { oldest } from "../versions";
import { cacheFolder, makeOnce } from "./cache";
import { build, cacheKey, download, requiredGo } from "./obtain";
import type { Obtain } from "./obtain";
import { run } from "./processes";
import { compareVersions, parseVersion } from "./version";
import type { Version } from "./version";

/** Older CLIs can't import dynamic resources from a file. */
const MINIMUM: Version = parseVersion(oldest.pulumi) ?? [0, 0, 0];

/** A Pulumi CLI that can run Node.js programs. */
export interface Cli {
  path: string;
  /** What its processes need in their environment. */
  env: NodeJS.ProcessEnv;
}

export interface FindCliOptions {
  env?: NodeJS.ProcessEnv;
  /** Told, line by line, what takes long. */
  say?: (line: string) => void;
  /** The ways to get a CLI, of which each is tried when those before it failed. */
  ways?: { download: Obtain; build: Obtain };
}

/**
 * The CLI to work with: the user's own where it is new enough, else the one kept in the cache; when there is none,
 * downloads it, and where that fails builds it.
 */
export async function findCli(options: FindCliOptions = {}): Promise<Cli> {
  const { env = process.env, say = toStderr, ways = { download, build } } = options;
  const installed = await findInstalled(env);
  if (typeof installed === "object") return installed;

  const folder = join(cacheFolder(env), await cacheKey());
  await makeOnce(
    folder,
    async (temporary) => {
      say(`No Pulumi CLI of ${MINIMUM.join(".")} or newer on PATH: ${installed}.`);
      const notDownloaded = await reasonOfFailure(ways.download(temporary, { env, say }));
      if (notDownloaded === undefined) return;
      say(`It can't be downloaded: ${notDownloaded}`);
      const notBuilt = await reasonOfFailure(ways.build(temporary, { env, say }));
      if (notBuilt === undefined) return;
      throw new Error(
        [
          `There is no Pulumi CLI of ${MINIMUM.join(".")} or newer to run. Any of these gives one:`,
          `- install pulumi, at least ${MINIMUM.join(".")}, on PATH: ${installed}`,
          `- internet access, for the npm package pulumi to download it: ${notDownloaded}`,
          `- install Go, at least ${await requiredGo()}, to build it: ${notBuilt}`,
        ].join("\n"),
      );
    },
    () => {
      say("Another process is getting the Pulumi CLI: waiting for it.");
    },
  );
  return {
    path: join(folder, "pulumi"),
    // Language hosts on PATH belong to another CLI, and the engine would say so at each start.
    env: { PULUMI_IGNORE_AMBIENT_PLUGINS: "true", PULUMI_SKIP_UPDATE_CHECK: "true" },
  };
}

/** The `pulumi` on PATH, or why it won't do. */
async function findInstalled(env: NodeJS.ProcessEnv): Promise<Cli | string> {
  const path = findOnPath("pulumi", env);
  if (path === undefined) return "there is none";
  const answer = await run(path, ["version"], {
    env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    timeoutSeconds: 20,
  }).catch(() => undefined);
  const version = answer?.code === 0 ? parseVersion(answer.stdout) : undefined;
  if (version === undefined) return `${path} does not tell its version`;
  if (compareVersions(version, MINIMUM) < 0) return `${path} is ${version.join(".")}`;
  // Some distributions pack the language hosts apart.
  const host = "pulumi-language-nodejs";
  if (!existsSync(join(dirname(realpathSync(path)), host)) && findOnPath(host, env) === undefined) {
    return `${path} comes without ${host}`;
  }
  return { path, env: {} };
}

function findOnPath(program: string, env: NodeJS.ProcessEnv): string | undefined {
  const folders = (env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, program)).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

async function reasonOfFailure(attempt: Promise<void>): Promise<string | undefined> {
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
