/** Allows one import at a time in a project. */
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { CommandError, systemReason } from "../errors";

/**
 * Takes the lock of a project, and returns the function that releases it. The lock is also released when the process
 * exits. After `kill -9`, the next import removes it.
 *
 * @throws CommandError if another import is running
 */
export function lockProject(folder: string): () => void {
  const file = join(folder, ".logto-sso-import.lock");
  const owner = `${process.pid} ${hostname()}\n`;
  while (!create(file, owner)) {
    const other = read(file);
    if (other !== undefined && isAlive(other)) {
      throw new CommandError(
        `Another import is running in this project: process ${other.trim()}. Wait until it has finished and try again. ` +
          `If there is no such process, delete ${file}.`,
      );
    }
    removeStale(file, other);
  }
  const release = () => {
    if (read(file) === owner) rmSync(file, { force: true });
  };
  process.once("exit", release);
  return () => {
    process.off("exit", release);
    release();
  };
}

function create(file: string, owner: string): boolean {
  try {
    writeFileSync(file, owner, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw new CommandError(`Could not write ${file}: ${systemReason(error)}. Nothing was imported.`);
  }
}

/** Removes a stale lock. If two processes find it stale, the slower one may take a new lock away, and restores it. */
function removeStale(file: string, stale: string | undefined): void {
  const taken = `${file}.${process.pid}`;
  try {
    renameSync(file, taken);
    const owner = read(taken);
    if (owner !== undefined && owner !== stale) create(file, owner);
  } catch {
    // Another process has removed it.
  } finally {
    rmSync(taken, { force: true });
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function isAlive(owner: string): boolean {
  const [, pid, host] = /^(\d+) (.*)\n$/.exec(owner) ?? [];
  // Not fully written yet, or of another machine that shares the folder.
  if (pid === undefined || host !== hostname()) return true;
  if (Number(pid) === process.pid) return false;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
