/** The project that is checked, and where it is in its Git repository. */
import { realpathSync } from "node:fs";
import { basename, dirname, relative, resolve, sep } from "node:path";
import { findUp } from "../files";
import { projectFile } from "../workspace";
import type { Finding } from "./finding";

export interface Project {
  /** Path from the root of its repository, such as `infra/sso`; empty at the root or outside of one. */
  readonly path: string;
  /** Name of the project file, such as `Pulumi.yaml`. */
  readonly file: string;
}

/** Returns the project around the working directory, or, if there is none, that which would be in it. */
export function currentProject(): Project {
  const file = projectFile() ?? resolve("Pulumi.yaml");
  const folder = realpathSync(dirname(file));
  // In a worktree or a submodule, it is a file.
  const git = findUp(folder, [".git"]);
  const path = git === undefined ? "" : relative(dirname(git), folder).split(sep).join("/");
  return { path, file: basename(file) };
}

/** Returns the path of a project's file from the root of the repository, as code scanning and links expect. */
export function pathOf(project: Project, file: string): string {
  return [...project.path.split("/"), ...file.split("/")].filter((segment) => segment !== "").join("/");
}

/** Such as `infra/sso/index.ts:12`. */
export function placeOf(project: Project, { file, line }: NonNullable<Finding["source"]>): string {
  return `${pathOf(project, file)}:${line}`;
}
