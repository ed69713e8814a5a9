/** Changes to a project's files. Each is made as a whole or not at all, and can be undone. */
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { CommandError, systemReason } from "../io/commandError";
import { assertNoLink, createFile, removeFile, replaceFile } from "../io/files";

/** The file and the folder that an import changes. */
export interface WriteTarget {
  /** A file that exists, and is changed; `undefined` for none. */
  readonly file?: string | undefined;
  /** Where files are created; a folder that does not exist yet is made. */
  readonly folder: string;
}

/**
 * Checks that files can be written, and removes what a killed import has left there. A folder may be a link, as the program's
 * modules are read through it; a file that is changed may not.
 *
 * @throws CommandError where they cannot; nothing is changed then
 */
export function assertEditable({ file, folder }: WriteTarget): void {
  if (file !== undefined) {
    attempt(file, () => {
      assertNoLink(file);
      closeSync(openSync(file, "r+"));
      tryToCreateIn(dirname(file));
    });
  }
  attempt(folder, () => {
    tryToCreateIn(nearestExisting(folder));
  });
}

/** @throws CommandError if the file cannot be written; nothing is changed then */
export function writeFile(file: string, content: Buffer): () => void {
  const before = existsSync(file) ? readFileSync(file) : undefined;
  if (before?.equals(content)) return () => undefined;
  // The topmost folder that did not exist.
  const createdFolder = attempt(file, () => mkdirSync(dirname(file), { recursive: true }));
  const replace = (content: Buffer) => {
    replaceFile(file, content, temporaryIn(dirname(file)));
  };
  try {
    attempt(file, () => {
      replace(content);
    });
  } catch (error) {
    if (createdFolder !== undefined) rmSync(createdFolder, { recursive: true, force: true });
    throw error;
  }
  return () => {
    if (before !== undefined) replace(before);
    else rmSync(createdFolder ?? file, { recursive: true, force: true });
  };
}

/** Returns a fixed name, so that the next import finds what a killed one left. Only one import runs in a project at a time. */
const temporaryIn = (folder: string) => join(folder, ".logto-sso-import.tmp");

function tryToCreateIn(folder: string): void {
  const temporary = temporaryIn(folder);
  removeFile(temporary);
  createFile(temporary, "");
  removeFile(temporary);
}

function nearestExisting(folder: string): string {
  if (existsSync(folder)) return folder;
  assertNoLink(folder);
  return nearestExisting(dirname(folder));
}

function attempt<Result>(file: string, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    const message =
      error instanceof CommandError ? error.message : `Could not write ${file}: ${systemReason(error)}.`;
    throw new CommandError(`${message} Nothing was imported.`);
  }
}
