/** Lets one import at a time work on a project. */
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { CommandError } from "../errors";

/**
 * Takes the lock of a project; gives the function that hands it back. The end of the process hands it back as well, but
 * for `kill -9`: then the next import does.
 *
 * @throws CommandError where another import is under way
 */
export function lockProject(folder: string): () => void {
  const file = join(folder, ".logto-sso-import.lock");
  const owner = `${process.pid} ${hostname()}\n`;
  while (!create(file, owner)) {
    const other = read(file);
    if (other !== undefined && isAlive(other)) {
      throw new CommandError(
        `Another import is under way in this project: process ${other.trim()}. Wait for its end and run this again; ` +
          `if there is no such process, delete ${file}.`,
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
    throw new CommandError(`Could not write ${file}: ${(error as Error).message}. Nothing was imported.`);
  }
}

/** Of two that find it stale, one takes it away; the other may get hold of a new one, and puts it back. */
function removeStale(file: string, stale: string | undefined): void {
  const taken = `${file}.${process.pid}`;
  try {
    renameSync(file, taken);
    const owner = read(taken);
    if (owner !== undefined && owner !== stale) create(file, owner);
  } catch {
    // Gone in the meantime.
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
  // Just being written; or of another machine that shares the folder, which can't be asked.
  if (pid === undefined || host !== hostname()) return true;
  if (Number(pid) === process.pid) return false;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
