import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, isAbsolute, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** How often a process renews a lock that it holds. */
const RENEWAL_MS = 5_000;
/** The age at which a lock counts as abandoned. */
const ABANDONED_MS = 30_000;
const POLL_MS = 200;

/** Returns the folder for what takes long to make: one per user, shared by all clones of this project. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const users =
    process.platform === "darwin" ? join(homedir(), "Library", "Caches") : join(homedir(), ".cache");
  const { XDG_CACHE_HOME = "" } = env;
  return join(isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : users, "pulumi-logto-sso");
}

/**
 * Creates a folder of the cache unless it exists: completely or not at all, and only once, however many processes need it.
 * `make` fills a temporary folder next to it. If `make` fails, the call fails too, and the next call tries again.
 */
export async function makeOnce(
  folder: string,
  make: (temporary: string) => Promise<void>,
  onWait: () => void = () => undefined,
): Promise<void> {
  if (existsSync(folder)) return;
  const release = await lockFolder(folder, onWait).catch((error: unknown) => {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    throw new Error(
      `Cannot write to the cache folder ${dirname(folder)} (${code}). Set XDG_CACHE_HOME to a writable folder.`,
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

async function lockFolder(folder: string, onWait: () => void): Promise<() => Promise<void>> {
  await mkdir(dirname(folder), { recursive: true });
  return acquireLock(`${folder}.lock`, onWait);
}

/** Removes the temporary folders that killed processes left behind. */
async function removeTemporaries(folder: string): Promise<void> {
  for (const name of await readdir(dirname(folder))) {
    if (name.startsWith(`${basename(folder)}.`) && name.endsWith(".tmp")) {
      await rm(join(dirname(folder), name), { recursive: true, force: true });
    }
  }
}

/**
 * Acquires a lock, which is a folder, waiting for the process that holds it. Two processes could take over an abandoned lock at
 * the same moment; both would then make the folder, which only costs time.
 */
async function acquireLock(lock: string, onWait: () => void): Promise<() => Promise<void>> {
  const remove = () => rm(lock, { recursive: true, force: true });
  for (let isWaiting = false; !(await isCreated(lock));) {
    const renewed = await stat(lock).catch(() => undefined); // released in the meantime
    if (renewed !== undefined && Date.now() - renewed.mtimeMs > ABANDONED_MS) await remove();
    if (!isWaiting) onWait();
    isWaiting = true;
    await sleep(POLL_MS);
  }
  const renewal = setInterval(() => {
    const now = new Date();
    utimes(lock, now, now).catch(() => undefined);
  }, RENEWAL_MS);
  return async () => {
    clearInterval(renewal);
    await remove();
  };
}

async function isCreated(folder: string): Promise<boolean> {
  try {
    await mkdir(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}
