import { spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { cacheFolder, makeOnce } from "./cache";
import { run } from "./processes";

let cache: string;
let entry: string;

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), "cache-"));
  entry = join(cache, "entry");
});
afterEach(async () => {
  await rm(cache, { recursive: true });
});

test("concurrent callers wait for one build", async () => {
  // The build is a process that reports its start, and ends when its standard input is closed.
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

test("a failed build leaves nothing behind, and the next call tries again", async () => {
  const failing = async (folder: string) => {
    const { code } = await run("sh", ["-c", 'echo half > "$0/made"; exit 3', folder]);
    throw new Error(`exit code ${code}`);
  };
  await expect(makeOnce(entry, failing)).rejects.toThrow("exit code 3");
  expect(await readdir(cache)).toEqual([]);

  await makeOnce(entry, (folder) => writeFile(join(folder, "made"), "whole"));
  expect(await readFile(join(entry, "made"), "utf8")).toBe("whole");
});

test("the lock of a killed process is taken over, and its temporary folder is removed", async () => {
  await mkdir(`${entry}.lock`);
  await mkdir(`${entry}.1.tmp`);
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(`${entry}.lock`, longAgo, longAgo);
  await makeOnce(entry, () => Promise.resolve());
  expect(await readdir(cache)).toEqual(["entry"]);
});

test("if the cache is not writable, the error names its folder and the variable to set", async () => {
  await writeFile(join(cache, "file"), "");
  const folder = join(cache, "file", "pulumi-logto-sso");
  await expect(makeOnce(join(folder, "entry"), () => Promise.resolve())).rejects.toThrow(
    `Cannot write to the cache folder ${folder} (ENOTDIR). Set XDG_CACHE_HOME to a writable folder.`,
  );
});

test("the cache is in XDG_CACHE_HOME if that is an absolute path", () => {
  expect(cacheFolder({ XDG_CACHE_HOME: "/var/cache/me" })).toBe("/var/cache/me/pulumi-logto-sso");
  expect(cacheFolder({ XDG_CACHE_HOME: "" })).toBe(cacheFolder({}));
});
