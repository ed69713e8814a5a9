/** Files that a command writes: refused before the work where they can't be written, and whole or not at all. */
import {
  accessSync,
  constants,
  existsSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { CommandError, systemReason } from "./errors";

/** @throws CommandError where the file can't be written */
export function assertWritable(file: string): void {
  try {
    if (!existsSync(file)) accessSync(dirname(file), constants.W_OK | constants.X_OK);
    else if (statSync(file).isDirectory()) throw new CommandError(`Could not write ${file}: it is a folder.`);
    else accessSync(file, constants.W_OK);
  } catch (error) {
    throw refused(file, error);
  }
}

/** @throws CommandError where it fails; what was in the file is still there then */
export function writeOutput(file: string, text: string): void {
  try {
    const target = existsSync(file) ? realpathSync(file) : file;
    const temporary = temporaryFor(target);
    if (temporary === undefined) {
      writeFileSync(target, text);
      return;
    }
    try {
      const mode = existsSync(target) ? statSync(target).mode : 0o666;
      writeFileSync(temporary, text, { flag: "wx", mode });
      renameSync(temporary, target);
    } finally {
      rmSync(temporary, { force: true });
    }
  } catch (error) {
    throw refused(file, error);
  }
}

/** A name beside the file; `undefined` where it must be written in place: a pipe or device, or in a folder of others. */
function temporaryFor(target: string): string | undefined {
  if (existsSync(target) && !statSync(target).isFile()) return undefined;
  try {
    accessSync(dirname(target), constants.W_OK | constants.X_OK);
  } catch {
    return undefined;
  }
  return join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
}

function refused(file: string, error: unknown): CommandError {
  if (error instanceof CommandError) return error;
  return new CommandError(`Could not write ${file}: ${systemReason(error)}.`);
}
