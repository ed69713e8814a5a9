/** Changes of a project's files that are made whole or not at all, and that can be taken back. */
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { CommandError } from "../errors";

/** Takes a change back. */
export type Undo = () => void;

/** @throws CommandError where a file that is there can't be changed */
export function checkWritable(file: string): void {
  attempt(file, () => {
    closeSync(openSync(file, "r+"));
    writeFileSync(temporaryIn(dirname(file)), "");
  });
  removeTemporaryIn(dirname(file));
}

/** @throws CommandError where it can't be written; nothing is changed then */
export function writeFile(file: string, content: Buffer): Undo {
  const before = existsSync(file) ? readFileSync(file) : undefined;
  if (before?.equals(content)) return () => undefined;
  // The first of the folders that are not there yet.
  const made = attempt(file, () => mkdirSync(dirname(file), { recursive: true }));
  const undo = () => {
    if (before !== undefined) replaceFile(file, before);
    else rmSync(made ?? file, { recursive: true, force: true });
  };
  try {
    attempt(file, () => {
      replaceFile(file, content);
    });
  } catch (error) {
    if (made !== undefined) rmSync(made, { recursive: true, force: true });
    throw error;
  }
  return undo;
}

/** By another name first: a process that is killed while it writes would leave half of the file. */
function replaceFile(file: string, content: Buffer): void {
  const temporary = temporaryIn(dirname(file));
  try {
    writeFileSync(temporary, content, existsSync(file) ? { mode: statSync(file).mode } : {});
    renameSync(temporary, file);
  } finally {
    removeTemporaryIn(dirname(file));
  }
}

/** One name in a folder, so that what a killed process left is found: only one import at a time works on a project. */
const temporaryIn = (folder: string) => join(folder, ".logto-sso-import.tmp");

export function removeTemporaryIn(folder: string): void {
  rmSync(temporaryIn(folder), { force: true });
}

function attempt<Result>(file: string, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    throw new CommandError(`Could not write ${file}: ${(error as Error).message}. Nothing was imported.`);
  }
}
