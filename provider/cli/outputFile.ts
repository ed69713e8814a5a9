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
    const target = replaceable(file);
    if (target === undefined) writeFileSync(file, text);
    else replace(target, text);
  } catch (error) {
    throw refused(file, error);
  }
}

/** The file behind links; `undefined` where it must be written in place: a pipe, a device, a file in a folder of others. */
function replaceable(file: string): string | undefined {
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

function replace(target: string, text: string): void {
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  try {
    writeFileSync(temporary, text, { flag: "wx", mode: existsSync(target) ? statSync(target).mode : 0o666 });
    renameSync(temporary, target);
  } finally {
    rmSync(temporary, { force: true });
  }
}

function refused(file: string, error: unknown): CommandError {
  if (error instanceof CommandError) return error;
  return new CommandError(`Could not write ${file}: ${systemReason(error)}.`);
}
