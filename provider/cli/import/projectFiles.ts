/** Changes to a project's files. Each is made as a whole or not at all, and can be undone. */
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CommandError, systemReason } from "../errors";
import { replaceFile } from "../files";

/** @throws CommandError if an existing file cannot be changed */
export function assertEditable(file: string): void {
  attempt(file, () => {
    closeSync(openSync(file, "r+"));
    writeFileSync(temporaryIn(dirname(file)), "");
  });
  removeTemporaryIn(dirname(file));
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

/** A fixed name, so that the next import finds what a killed one left. Only one import runs in a project at a time. */
const temporaryIn = (folder: string) => join(folder, ".logto-sso-import.tmp");

export function removeTemporaryIn(folder: string): void {
  rmSync(temporaryIn(folder), { force: true });
}

function attempt<Result>(file: string, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    throw new CommandError(`Could not write ${file}: ${systemReason(error)}. Nothing was imported.`);
  }
}
