import { createHash } from "node:crypto";
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
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

/** The oldest version of Go that builds the CLI, by the go.mod of its module. */
export const OLDEST_GO = "1.25.11";
const HOST_FOLDER = join(__dirname, "host");
const LAUNCHER_SECONDS = 300;
const PROGRESS_SECONDS = 20;

/** Returns a name for all that the CLI is made of: another version, platform or host script has its own cache entry. */
export async function cacheKey(): Promise<string> {
  const hash = createHash("sha256");
  for (const name of (await readdir(HOST_FOLDER)).sort()) {
    hash.update(`${name}\0`).update(await readFile(join(HOST_FOLDER, name)));
  }
  return `pulumi-${PINNED}-${process.platform}-${process.arch}-${hash.digest("hex").slice(0, 12)}`;
}

/**
 * Returns the go.mod of a module that uses the code of the CLI. With `-mod=mod`, Go adds all that this is made of, in versions that
 * follow from the pinned one, and holds it against its checksum database.
 */
export function goModule(name: string): string {
  return `module ${name}\n\ngo ${OLDEST_GO}\n\nrequire github.com/pulumi/pulumi/pkg/v3 v${PINNED}\n`;
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
    const module = join(folder, "module");
    await mkdir(module);
    await writeFile(join(module, "go.mod"), goModule("cli"));
    const version = `github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${PINNED}`;
    const args = [...GO_FLAGS, "-mod=mod", "-ldflags", `-s -w -X ${version}`, "-o", join(folder, "pulumi")];
    await runGo(["build", ...args, "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"], module, env);
    await rm(module, { recursive: true });
    // The scripts with which the CLI starts programs and dynamic providers in Node.js.
    await cp(HOST_FOLDER, folder, { recursive: true });
    log(`Built in ${Math.round((performance.now() - start) / 1000)} s.`);
  } finally {
    clearInterval(progress);
  }
};

/** The same for all programs, so that what several are made of is compiled once. */
export const GO_FLAGS = ["-trimpath", "-buildvcs=false"];

/** @throws Error with the reason that Go gives */
export async function runGo(args: readonly string[], cwd: string, env = process.env): Promise<void> {
  const { code, stderr } = await run("go", args, { cwd, env: { ...env, GOWORK: "off", CGO_ENABLED: "0" } });
  if (code !== 0) throw new Error(lastLine(stderr) ?? `go ${args[0] ?? ""} ended with code ${code}`);
}

/** Returns the line in which a tool says why it failed: the last one, before that of npm about its log. */
function lastLine(text: string): string | undefined {
  const lines = text
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.includes("complete log of this run"));
  return lines.at(-1)?.trim();
}
