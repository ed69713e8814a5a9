/** The location of the project that is checked, in its Git repository. */
import { realpathSync } from "node:fs";
import { basename, dirname, relative, resolve, sep } from "node:path";
import { isUrl } from "../../connector/url";
import { findUp } from "../io/files";
import { projectFile } from "../stack/workspace";
import type { Finding } from "./finding";

export interface ProjectLocation {
  /** Path from the root of its repository, such as `infra/sso`; empty at the root or outside of one. */
  readonly path: string;
  /** Name of the project file, such as `Pulumi.yaml`. */
  readonly file: string;
  /** URL of the files of the repository at the commit that is checked; `undefined` if it is not known. */
  readonly url?: string | undefined;
}

/** Returns the project around the working directory, or, if there is none, that which would be in it. */
export function currentLocation(): ProjectLocation {
  const file = projectFile() ?? resolve("Pulumi.yaml");
  const folder = realpathSync(dirname(file));
  // In a worktree or a submodule, it is a file.
  const git = findUp(folder, [".git"]);
  const path = git === undefined ? "" : relative(dirname(git), folder).split(sep).join("/");
  return { path, file: basename(file), url: repositoryUrl(process.env) };
}

/** Returns the line at which code scanning and annotations show a finding: they show only what is in a file. */
export function lineOf({ file }: ProjectLocation, { source }: Pick<Finding, "source">): Source {
  return source ?? { file, line: 1 };
}

/** Returns the path of a project's file from the root of the repository. */
export function repositoryPath(project: ProjectLocation, file: string): string {
  return [...project.path.split("/"), ...file.split("/")].filter((segment) => segment !== "").join("/");
}

type Source = NonNullable<Finding["source"]>;

/** Returns a place such as `infra/sso/index.ts:12`. */
export function sourcePlace(project: ProjectLocation, { file, line }: Source): string {
  return `${repositoryPath(project, file)}:${line}`;
}

/** Returns the path of a project's file from the root of the repository, as a part of a URL. */
export function encodedPath(project: ProjectLocation, file: string): string {
  return repositoryPath(project, file).split("/").map(encodeURIComponent).join("/");
}

/** Returns the URL of a line in the repository, if that of the repository is known. */
export function sourceUrl(project: ProjectLocation, { file, line }: Source): string | undefined {
  if (project.url === undefined) return undefined;
  return `${project.url}/${encodedPath(project, file)}#L${line}`;
}

/**
 * Returns the URL of the files of the commit that a pipeline runs on, as its variables have it. Gitea and Forgejo have GitHub's
 * variables, but other paths.
 */
export function repositoryUrl(env: NodeJS.ProcessEnv): string | undefined {
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_SHA, CI_PROJECT_URL, CI_COMMIT_SHA } = env;
  const folder = (env.GITEA_ACTIONS ?? env.FORGEJO_ACTIONS) ? "src/commit" : "blob";
  const candidates = [
    [
      GITHUB_SERVER_URL && GITHUB_REPOSITORY && `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}`,
      folder,
      GITHUB_SHA,
    ],
    [CI_PROJECT_URL, "-/blob", CI_COMMIT_SHA],
  ] as const;
  for (const [base = "", path, commit = ""] of candidates) {
    if (isUrl(base) && /^https?:\/\/[^\s?#]+$/.test(base) && /^[0-9a-f]{7,64}$/.test(commit)) {
      return `${base}/${path}/${commit}`;
    }
  }
  return undefined;
}
