/** Locates a project in its Git repository: code scanning expects paths from the repository's root. */
import { realpathSync } from "node:fs";
import { dirname, relative, sep } from "node:path";
import { findUp } from "../files";

/** Returns the path from the repository's root to a folder, such as `infra/sso`; empty at the root or outside of one. */
export function pathInRepository(folder: string): string {
  const real = realpathSync(folder);
  // In a worktree or a submodule, it is a file.
  const git = findUp(real, [".git"]);
  return git === undefined ? "" : relative(dirname(git), real).split(sep).join("/");
}
