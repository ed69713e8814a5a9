/**
 * Files that a command reads and writes. A file is replaced as a whole or not at all, and never through a link: a checkout may
 * hold links to any file of its user.
 */
import { randomUUID } from "node:crypto";
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { CommandError, systemReason } from "./commandError";

/**
 * @param what the content for the error message, such as `the state`
 * @throws CommandError if the file cannot be read
 */
export function readText(file: string, what: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new CommandError(`Could not read ${what} from ${file}: ${systemReason(error)}.`);
  }
}

/** Returns the first of some files that exists in a folder, or in the nearest one above it. */
export function findUp(folder: string, names: readonly string[]): string | undefined {
  const nearest = names.map((name) => join(folder, name)).find((file) => existsSync(file));
  if (nearest !== undefined) return nearest;
  return dirname(folder) === folder ? undefined : findUp(dirname(folder), names);
}

/** @throws CommandError if an output cannot be written */
export function assertWritable(file: string): void {
  try {
    wayTo(file);
    if (existsSync(file)) accessSync(file, constants.W_OK);
    else accessSync(dirname(file), constants.W_OK | constants.X_OK);
  } catch (error) {
    throw writeError(file, error);
  }
}

/**
 * Returns the first of some outputs that is the same file as one before it: what is written first would be lost. What is
 * open, such as `/dev/stdout`, takes several.
 */
export function repeatedOutput(files: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return files.find((file) => {
    const identity = identityOf(file);
    if (identity === undefined) return false;
    if (seen.has(identity)) return true;
    seen.add(identity);
    return false;
  });
}

/** Returns what two paths of one file have in common; `undefined` for what is no file, such as a pipe. */
function identityOf(file: string): string | undefined {
  const status = statSync(file, { throwIfNoEntry: false });
  if (isOpenFile(file) || (status !== undefined && !status.isFile())) return undefined;
  if (status !== undefined) return `${status.dev}:${status.ino}`;
  const folder = dirname(resolve(file));
  const path = join(existsSync(folder) ? realpathSync(folder) : folder, basename(file));
  return ["darwin", "win32"].includes(process.platform) ? path.toLowerCase() : path;
}

/** @throws CommandError if writing fails; the file keeps its content then */
export function writeOutput(file: string, text: string): void {
  try {
    const way = wayTo(file);
    if (way === "replace") replaceFile(file, text, join(dirname(file), `.logto-sso-${randomUUID()}.tmp`));
    // What is open may be a file to which others have written, as in `>> log`.
    else
      writeAndClose(openSync(file, way === "append" ? constants.O_WRONLY | constants.O_APPEND : "w"), text);
  } catch (error) {
    throw writeError(file, error);
  }
}

/**
 * Replaces a file, or creates it: writes under a temporary name and renames, so that a process killed in between leaves the
 * file as it was. The mode stays, whatever the umask.
 *
 * @param temporary in the folder of the file; what a killed process has left there is removed
 */
export function replaceFile(file: string, content: string | Buffer, temporary: string): void {
  removeFile(temporary);
  try {
    createFile(temporary, content, lstatSync(file, { throwIfNoEntry: false })?.mode);
    renameSync(temporary, file);
  } finally {
    removeFile(temporary);
  }
}

/**
 * Creates a file where there is nothing, not even a link.
 *
 * @param mode default: what the umask leaves of 0666
 * @throws the system's error, EEXIST if there is anything
 */
export function createFile(file: string, content: string | Buffer, mode?: number): void {
  const descriptor = openSync(file, "wx", mode);
  // Some file systems refuse any change of a mode.
  const isChanged = mode !== undefined && (fstatSync(descriptor).mode & permissions) !== (mode & permissions);
  if (isChanged) fchmodSync(descriptor, mode & permissions);
  writeAndClose(descriptor, content);
}

/** The bits of a mode that are not the type of the file. */
const permissions = 0o7777;

function writeAndClose(descriptor: number, content: string | Buffer): void {
  try {
    writeFileSync(descriptor, content);
  } finally {
    closeSync(descriptor);
  }
}

/** Removes a file, or a link, but not what the link leads to. One that does not exist is not an error. */
export function removeFile(file: string): void {
  try {
    unlinkSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

/** @throws CommandError if a file or folder is a link */
export function assertNoLink(file: string): void {
  if (lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return;
  const begun = `Could not write ${file}: it is a link to`;
  if (!existsSync(file)) {
    const end = resolve(dirname(file), readlinkSync(file));
    throw new CommandError(`${begun} ${end}, which does not exist. Remove the link.`);
  }
  const end = realpathSync(file);
  throw new CommandError(
    `${begun} ${end}, and no file is written through a link. Specify ${end}, or replace the link by a file.`,
  );
}

/**
 * How an output is written: a file is replaced, or overwritten where its folder takes no other file. To anything else, such as a
 * pipe or a terminal, is written as it is, also through a link.
 *
 * @throws CommandError if it is a folder, or a link to a file
 */
function wayTo(file: string): "replace" | "overwrite" | "append" {
  const status = statSync(file, { throwIfNoEntry: false });
  if (status?.isDirectory() === true) throw new CommandError(`Could not write ${file}: it is a folder.`);
  if ((status !== undefined && !status.isFile()) || isOpenFile(file)) return "append";
  assertNoLink(file);
  if (status === undefined) return "replace";
  try {
    accessSync(dirname(file), constants.W_OK | constants.X_OK);
    return "replace";
  } catch {
    return "overwrite";
  }
}

/** Whether a path is one of the system's for what a process has open, such as `/dev/stdout`: a link, also to a file (`> file`). */
function isOpenFile(file: string): boolean {
  const folder = dirname(file);
  return existsSync(folder) && /^\/(dev|dev\/fd|proc\/.*\/fd)$/.test(realpathSync(folder));
}

function writeError(file: string, error: unknown): CommandError {
  if (error instanceof CommandError) return error;
  return new CommandError(`Could not write ${file}: ${systemReason(error)}.`);
}
