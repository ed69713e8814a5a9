import { createHash } from "node:crypto";
import { cp, mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./processes";

/** The version of the CLI that is downloaded or built if none is installed. */
export const PINNED = "3.259.0";

/** Fills a folder with a CLI and its language hosts, or rejects with the reason why it cannot. */
export type Obtain = (folder: string, context: ObtainContext) => Promise<void>;

interface ObtainContext {
  env: NodeJS.ProcessEnv;
  /** Receives progress messages, line by line. */
  log: (line: string) => void;
}

const MODULE_FOLDER = join(__dirname, "cli");
const HOST_FOLDER = join(__dirname, "host");
const LAUNCHER_SECONDS = 300;
const PROGRESS_SECONDS = 20;

/** Returns a name for all that the CLI is made of: another version, platform or host script has its own cache entry. */
export async function cacheKey(folders: readonly string[] = [MODULE_FOLDER, HOST_FOLDER]): Promise<string> {
  const hash = createHash("sha256");
  for (const folder of folders) {
    for (const name of (await readdir(folder)).sort()) {
      hash.update(`${name}\0`).update(await readFile(join(folder, name)));
    }
  }
  return `pulumi-${PINNED}-${process.platform}-${process.arch}-${hash.digest("hex").slice(0, 12)}`;
}

/** Returns the oldest version of Go that builds the CLI. */
export async function requiredGo(): Promise<string> {
  const text = await readFile(join(MODULE_FOLDER, "go.mod"), "utf8");
  return /^go (\S+)$/m.exec(text)?.[1] ?? "";
}

/** Gets the official CLI with the npm package `pulumi`, a launcher that downloads it on first use. */
export const download: Obtain = async (folder, { env, log }) => {
  const launcher = `pulumi@${PINNED}`;
  log(`Downloading it with the npm package ${launcher}. This may take some minutes, once.`);
  // The launcher stores each version in a folder below PULUMI_HOME.
  const home = join(folder, "launcher");
  await mkdir(home);
  const { code, stderr } = await run("npx", ["--yes", launcher, "version"], {
    cwd: folder, // npx prefers a package that the project in its working directory has installed
    env: { ...env, PULUMI_HOME: home, PULUMI_VERSION: PINNED, PULUMI_SKIP_UPDATE_CHECK: "true" },
    timeoutSeconds: LAUNCHER_SECONDS,
  });
  if (code === 0) {
    const bin = join(home, "versions", PINNED, "bin");
    for (const name of await readdir(bin)) await rename(join(bin, name), join(folder, name));
  }
  await rm(home, { recursive: true });
  if (code !== 0) throw new Error(lastLine(stderr) ?? `npx ended with code ${code}`);
};

/** Builds the CLI from its Go module, and adds this project's own hosts of Node.js programs. */
export const build: Obtain = async (folder, { env, log }) => {
  log(`Building the Pulumi CLI ${PINNED} from its Go module. This takes some minutes, once.`);
  const start = performance.now();
  const progress = setInterval(() => {
    log(`… still building, ${Math.round((performance.now() - start) / 1000)} s so far`);
  }, PROGRESS_SECONDS * 1000);
  try {
    await goBuild({
      module: MODULE_FOLDER,
      main: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
      output: join(folder, "pulumi"),
      flags: `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${PINNED}`,
      env,
    });
    // The scripts with which the CLI starts programs and dynamic providers in Node.js.
    await cp(HOST_FOLDER, folder, { recursive: true });
    log(`Built in ${Math.round((performance.now() - start) / 1000)} s.`);
  } finally {
    clearInterval(progress);
  }
};

interface GoBuild {
  /** The folder of a Go module, whose go.mod and go.sum pin all that the program is made of. */
  module: string;
  /** The package of the program. */
  main: string;
  output: string;
  /** Flags of the linker. */
  flags?: string;
  env?: NodeJS.ProcessEnv;
}

export async function goBuild({ module, main, output, flags = "", env = process.env }: GoBuild) {
  const args = ["-mod=readonly", "-trimpath", "-buildvcs=false", "-ldflags", `-s -w ${flags}`];
  const { code, stderr } = await run("go", ["build", ...args, "-o", output, main], {
    cwd: module,
    env: { ...env, GOWORK: "off", CGO_ENABLED: "0" },
  });
  if (code !== 0) throw new Error(lastLine(stderr) ?? `go build ended with code ${code}`);
}

/** Returns the line in which a tool says why it failed: the last one, before that of npm about its log. */
function lastLine(text: string): string | undefined {
  const lines = text
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.includes("complete log of this run"));
  return lines.at(-1)?.trim();
}
