/** Locates a project in its Git repository: code scanning expects paths from the repository's root. */
import { existsSync, realpathSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";

/** Returns the path from the repository's root to a folder, such as `infra/sso`; empty at the root or outside of one. */
export function pathInRepository(folder: string): string {
  const real = realpathSync(folder);
  const root = repositoryRoot(real);
  return root === undefined ? "" : relative(root, real).split(sep).join("/");
}

/** In a worktree or a submodule, `.git` is a file. */
function repositoryRoot(folder: string): string | undefined {
  if (existsSync(join(folder, ".git"))) return folder;
  return dirname(folder) === folder ? undefined : repositoryRoot(dirname(folder));
}
