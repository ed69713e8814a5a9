/** Allows one import at a time in a project. */
import { lstatSync, readFileSync, renameSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { isAlive } from "../../engine/processes";
import { CommandError, systemReason } from "../io/commandError";
import { createFile, removeFile } from "../io/files";

/**
 * Takes the lock of a project, and returns the function that releases it. The lock is also released when the process
 * exits. After `kill -9`, the next import removes it. A link in its place is no lock, and is removed as well.
 *
 * @throws CommandError if another import is running
 */
export function lockProject(folder: string): () => void {
  const file = join(folder, ".logto-sso-import.lock");
  const owner = `${process.pid} ${hostname()}\n`;
  try {
    while (!create(file, owner)) {
      const other = read(file);
      if (other !== undefined) assertStale(other, file);
      removeStale(file, other);
    }
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(`Could not write ${file}: ${systemReason(error)}. Nothing was imported.`);
  }
  const release = () => {
    if (read(file) === owner) removeFile(file);
  };
  process.once("exit", release);
  return () => {
    process.off("exit", release);
    release();
  };
}

function create(file: string, owner: string): boolean {
  try {
    createFile(file, owner);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Removes a stale lock. If two processes find it stale, the slower one may take a new lock away, and restores it. */
function removeStale(file: string, stale: string | undefined): void {
  if (lstatSync(file, { throwIfNoEntry: false })?.isDirectory() === true) {
    throw new CommandError(`Could not write ${file}: it is a folder. Nothing was imported.`);
  }
  const taken = `${file}.${process.pid}`;
  try {
    renameSync(file, taken);
  } catch {
    // Another process has removed it.
    return;
  }
  const owner = read(taken);
  removeFile(taken);
  if (owner !== undefined && owner !== stale) create(file, owner);
}

/** Returns `undefined` for what is no file. */
function read(file: string): string | undefined {
  try {
    return lstatSync(file).isFile() ? readFileSync(file, "utf8") : undefined;
  } catch {
    return undefined;
  }
}

/** @throws CommandError if the import that took a lock may still run */
function assertStale(owner: string, file: string): void {
  const [, pid, host] = /^(\d+) (.*)\n$/.exec(owner) ?? [];
  if (pid !== undefined && host === hostname()) {
    if (Number(pid) === process.pid || !isAlive(Number(pid))) return;
  }
  // Not fully written yet, or of another machine that shares the folder.
  const other = pid === undefined ? "" : `: process ${owner.trim()}`;
  throw new CommandError(
    `Another import is running in this project${other}. Wait until it has finished and try again. ` +
      `If there is no such process, delete ${file}.`,
  );
}
