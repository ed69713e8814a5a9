import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./processes";

/** The CLI that is had where none is installed: this version both from npm and from its Go module. */
export const PINNED = "3.259.0";

/** A way to fill a folder with a CLI and its language hosts; rejects with why it can't. */
export type Obtain = (folder: string, context: ObtainContext) => Promise<void>;

export interface ObtainContext {
  env: NodeJS.ProcessEnv;
  /** Told, line by line, what takes long. */
  say: (line: string) => void;
}

const MODULE_FOLDER = join(__dirname, "cli");
const HOST_FOLDER = join(__dirname, "host");
const LAUNCHER_SECONDS = 300;
const NEWS_SECONDS = 20;

/** Names all that a CLI is made of, so that another pin, machine or host script gets another place in the cache. */
export async function cacheKey(folders: readonly string[] = [MODULE_FOLDER, HOST_FOLDER]): Promise<string> {
  const hash = createHash("sha256");
  for (const folder of folders) {
    for (const name of (await readdir(folder)).sort()) {
      hash.update(`${name}\0`).update(await readLines(join(folder, name)));
    }
  }
  return `pulumi-${PINNED}-${process.platform}-${process.arch}-${hash.digest("hex").slice(0, 12)}`;
}

/** A checkout may have CRLF, which is the same text, but no line that a script can begin with. */
async function readLines(file: string): Promise<string> {
  return (await readFile(file, "utf8")).replaceAll("\r\n", "\n");
}

/** The hosts of Node.js programs, as the CLI starts them. */
export async function copyHosts(folder: string, from = HOST_FOLDER): Promise<void> {
  for (const name of await readdir(from)) {
    await writeFile(join(folder, name), await readLines(join(from, name)), { mode: 0o755 });
  }
}

/** The oldest Go that builds the CLI. */
export async function requiredGo(): Promise<string> {
  const text = await readFile(join(MODULE_FOLDER, "go.mod"), "utf8");
  return /^go (\S+)$/m.exec(text)?.[1] ?? "";
}

/** Gets the official CLI by the npm package `pulumi`: a launcher that downloads it at its first use. */
export const download: Obtain = async (folder, { env, say }) => {
  const launcher = `pulumi@${PINNED}`;
  say(`Asking the npm package ${launcher} to download it, which may take some minutes, once.`);
  // The launcher keeps each version it has downloaded in a folder below PULUMI_HOME.
  const home = join(folder, "launcher");
  await mkdir(home);
  const { code, stderr } = await run("npx", ["--yes", launcher, "version"], {
    cwd: folder, // npx prefers what the project it stands in has installed
    env: { ...env, PULUMI_HOME: home, PULUMI_VERSION: PINNED, PULUMI_SKIP_UPDATE_CHECK: "true" },
    timeoutSeconds: LAUNCHER_SECONDS,
  });
  if (code === 0) {
    const bin = join(home, "versions", PINNED, "bin");
    for (const name of await readdir(bin)) await rename(join(bin, name), join(folder, name));
  }
  await rm(home, { recursive: true });
  if (code !== 0) throw new Error(lastWords(stderr) ?? `npx ended with code ${code}`);
};

/** Builds the CLI from its Go module; the hosts of Node.js programs are this project's own. */
export const build: Obtain = async (folder, { env, say }) => {
  say(`Building the Pulumi CLI ${PINNED} from its Go module. This takes some minutes, once.`);
  const began = performance.now();
  const news = setInterval(() => {
    say(`… still building, ${Math.round((performance.now() - began) / 1000)} s so far`);
  }, NEWS_SECONDS * 1000);
  try {
    const flags = `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${PINNED}`;
    const output = ["-o", join(folder, "pulumi"), "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"];
    const { code, stderr } = await run(
      "go",
      ["build", "-mod=readonly", "-trimpath", "-buildvcs=false", "-ldflags", flags, ...output],
      { cwd: MODULE_FOLDER, env: { ...env, GOWORK: "off", CGO_ENABLED: "0" } },
    );
    if (code !== 0) throw new Error(lastWords(stderr) ?? `go build ended with code ${code}`);
    await copyHosts(folder);
    say(`Built in ${Math.round((performance.now() - began) / 1000)} s.`);
  } finally {
    clearInterval(news);
  }
};

/** Where tools say why they failed; npm goes on to say where it logged it. */
function lastWords(text: string): string | undefined {
  const lines = text
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.includes("complete log of this run"));
  return lines.at(-1)?.trim();
}
