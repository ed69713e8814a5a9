import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, isAbsolute, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A holder renews its lock this often … */
const RENEWAL_MS = 5_000;
/** … and has died when the lock is this old, whatever process has got its pid since. */
const ABANDONED_MS = 30_000;
const POLL_MS = 200;

/** Where this project keeps what takes long to make: one folder a user, shared by all clones of the project. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const users =
    process.platform === "darwin" ? join(homedir(), "Library", "Caches") : join(homedir(), ".cache");
  const { XDG_CACHE_HOME = "" } = env;
  return join(isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : users, "pulumi-logto-sso");
}

/**
 * Makes a folder of the cache, unless it is there: whole or not at all, and once, however many processes ask for it.
 * `make` fills a temporary folder beside it. When `make` fails, so does the call, and the next one tries again.
 */
export async function makeOnce(
  folder: string,
  make: (temporary: string) => Promise<void>,
  onWait: () => void = () => undefined,
): Promise<void> {
  if (existsSync(folder)) return;
  const release = await open(folder, onWait).catch((error: unknown) => {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    throw new Error(
      `Cannot write to the cache folder ${dirname(folder)} (${code}). Set XDG_CACHE_HOME to a folder that can be written to.`,
      { cause: error },
    );
  });
  try {
    if (existsSync(folder)) return;
    await removeTemporaries(folder);
    const temporary = `${folder}.${process.pid}.tmp`;
    await mkdir(temporary);
    try {
      await make(temporary);
      await rename(temporary, folder);
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  } finally {
    await release();
  }
}

async function open(folder: string, onWait: () => void): Promise<() => Promise<void>> {
  await mkdir(dirname(folder), { recursive: true });
  return lock(`${folder}.lock`, onWait);
}

/** What holders that were killed have left. */
async function removeTemporaries(folder: string): Promise<void> {
  for (const name of await readdir(dirname(folder))) {
    if (name.startsWith(`${basename(folder)}.`) && name.endsWith(".tmp")) {
      await rm(join(dirname(folder), name), { recursive: true, force: true });
    }
  }
}

/**
 * Takes a lock file, waiting for whoever holds it. Two that wait for a dead holder could, in the same moment, both
 * take over: then both make the folder, which costs time and nothing else.
 */
async function lock(file: string, onWait: () => void): Promise<() => Promise<void>> {
  for (let waits = false; !(await create(file));) {
    if (await isAbandoned(file)) {
      await rm(file, { force: true });
      continue;
    }
    if (!waits) onWait();
    waits = true;
    await sleep(POLL_MS);
  }
  const renewal = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => undefined);
  }, RENEWAL_MS);
  return async () => {
    clearInterval(renewal);
    await rm(file, { force: true });
  };
}

async function create(file: string): Promise<boolean> {
  try {
    await writeFile(file, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

async function isAbandoned(file: string): Promise<boolean> {
  try {
    if (Date.now() - (await stat(file)).mtimeMs > ABANDONED_MS) return true;
    const pid = Number(await readFile(file, "utf8"));
    return pid > 0 && !isAlive(pid); // 0: just created, not yet written
  } catch {
    return false; // released in the meantime
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
