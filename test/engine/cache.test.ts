import { spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { cacheFolder, makeOnce } from "./cache";
import { run, start } from "./processes";

let cache: string;
let entry: string;

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), "cache-"));
  entry = join(cache, "entry");
});
afterEach(async () => {
  await rm(cache, { recursive: true });
});

test("two that ask at once wait for one build", async () => {
  // A builder that is a process, tells when it begins, and ends when its input does.
  const script = 'echo built >> "$0/log"; echo made > "$1/made"; echo began; exec cat';
  const build = new EventEmitter();
  const make = async (folder: string) => {
    const child = spawn("sh", ["-c", script, cache, folder], { stdio: ["pipe", "pipe", "inherit"] });
    child.stdout.once("data", () => build.emit("began", child.stdin));
    await once(child, "close");
  };
  const began = once(build, "began");
  const waits = once(build, "waits");

  const first = makeOnce(entry, make);
  const [input] = (await began) as [Writable];
  const second = makeOnce(entry, make, () => build.emit("waits"));
  await waits;
  expect(existsSync(entry)).toBe(false);
  input.end();
  await Promise.all([first, second]);

  expect(await readFile(join(cache, "log"), "utf8")).toBe("built\n");
  expect(await readFile(join(entry, "made"), "utf8")).toBe("made\n");
  expect((await readdir(cache)).sort()).toEqual(["entry", "log"]);
});

test("a build that fails leaves nothing, and the next one tries again", async () => {
  const failing = async (folder: string) => {
    const { code } = await run("sh", ["-c", 'echo half > "$0/made"; exit 3', folder]);
    throw new Error(`exit code ${code}`);
  };
  await expect(makeOnce(entry, failing)).rejects.toThrow("exit code 3");
  expect(await readdir(cache)).toEqual([]);

  await makeOnce(entry, (folder) => writeFile(join(folder, "made"), "whole"));
  expect(await readFile(join(entry, "made"), "utf8")).toBe("whole");
});

test("takes over from a holder that was killed, and clears away what it left", async () => {
  const holder = start("sh", ["-c", 'echo $$ > "$0"; echo holds; exec sleep 60', `${entry}.lock`]);
  await once(holder.process.stdout ?? process.stdin, "data");
  await mkdir(`${entry}.${holder.pid}.tmp`);
  let waited = false;
  const made = makeOnce(
    entry,
    (folder) => writeFile(join(folder, "made"), ""),
    () => {
      waited = true;
      holder.process.kill("SIGKILL");
    },
  );
  await made;
  expect(waited).toBe(true);
  expect(await readdir(cache)).toEqual(["entry"]);
});

test("takes over a lock that nobody has renewed, though its pid is another's by now", async () => {
  await writeFile(`${entry}.lock`, String(process.pid));
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(`${entry}.lock`, longAgo, longAgo);
  await makeOnce(entry, () => Promise.resolve());
  expect(await readdir(cache)).toEqual(["entry"]);
});

test("where the cache can't be written, the error names its folder and what to set", async () => {
  await writeFile(join(cache, "file"), "");
  const folder = join(cache, "file", "pulumi-logto-sso");
  await expect(makeOnce(join(folder, "entry"), () => Promise.resolve())).rejects.toThrow(
    `Cannot write to the cache folder ${folder} (ENOTDIR). Set XDG_CACHE_HOME to a folder that can be written to.`,
  );
});

test("keeps to XDG_CACHE_HOME where it is an absolute path", () => {
  expect(cacheFolder({ XDG_CACHE_HOME: "/var/cache/me" })).toBe("/var/cache/me/pulumi-logto-sso");
  expect(cacheFolder({ XDG_CACHE_HOME: "" })).toBe(cacheFolder({}));
});
