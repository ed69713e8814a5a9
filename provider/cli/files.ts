/** Files that a command reads and writes. A file is replaced as a whole or not at all. */
import {
  accessSync,
  constants,
  existsSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { CommandError, systemReason } from "./errors";

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
  const found = names.map((name) => join(folder, name)).find((file) => existsSync(file));
  if (found !== undefined) return found;
  return dirname(folder) === folder ? undefined : findUp(dirname(folder), names);
}

/** @throws CommandError if the file cannot be written */
export function assertWritable(file: string): void {
  try {
    if (!existsSync(file)) accessSync(dirname(file), constants.W_OK | constants.X_OK);
    else if (statSync(file).isDirectory()) throw new CommandError(`Could not write ${file}: it is a folder.`);
    else accessSync(file, constants.W_OK);
  } catch (error) {
    throw writeError(file, error);
  }
}

/** @throws CommandError if writing fails; the file keeps its content then */
export function writeOutput(file: string, text: string): void {
  try {
    const target = replaceableFile(file);
    if (target === undefined) writeFileSync(file, text);
    else replaceFile(target, text, join(dirname(target), `.${basename(target)}.${process.pid}.tmp`));
  } catch (error) {
    throw writeError(file, error);
  }
}

/** Writes under a temporary name and renames, so that a process killed in between leaves the file as it was. */
export function replaceFile(file: string, content: string | Buffer, temporary: string): void {
  try {
    const mode = existsSync(file) ? statSync(file).mode : 0o666;
    writeFileSync(temporary, content, { flag: "wx", mode });
    renameSync(temporary, file);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Resolves links. `undefined` if the file must be written in place: a pipe, a device, or a file in a read-only folder. */
function replaceableFile(file: string): string | undefined {
  if (!existsSync(file)) return file;
  if (!statSync(file).isFile()) return undefined;
  const target = realpathSync(file);
  try {
    accessSync(dirname(target), constants.W_OK | constants.X_OK);
    return target;
  } catch {
    return undefined;
  }
}

function writeError(file: string, error: unknown): CommandError {
  if (error instanceof CommandError) return error;
  return new CommandError(`Could not write ${file}: ${systemReason(error)}.`);
}
