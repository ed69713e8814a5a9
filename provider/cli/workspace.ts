/** Where a command works: the Pulumi project around it, its stack, and the tenant that these, or the environment, name. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { LogtoClient } from "../logto/client";
import { missingSettings, readSettings } from "../logto/settings";
import type { ProgramSettings } from "./codegen/programEntry";
import { CommandError } from "./errors";
import { Pulumi } from "./pulumi";

export interface Workspace {
  /** The folder of Pulumi.yaml. */
  readonly folder: string;
  readonly pulumi: Pulumi;
  /** The stack's config by `namespace:key`, secrets in clear. */
  readonly config: ReadonlyMap<string, string>;
}

/**
 * The stack around the working directory.
 *
 * @param stack the one that is asked for; the selected one where it is `undefined`
 */
export async function openWorkspace(stack: string | undefined): Promise<Workspace> {
  const folder = requireProjectFolder();
  const pulumi = new Pulumi(folder, stack);
  return { folder, pulumi, config: await pulumi.config() };
}

/** @throws CommandError where there is no project around the working directory */
export function requireProjectFolder(): string {
  const folder = projectFolder(process.cwd());
  if (folder !== undefined) return folder;
  throw new CommandError(
    "There is no Pulumi.yaml here or above: run this in a Pulumi project, or make one by `pulumi new typescript`.",
  );
}

/**
 * The same; `undefined` where there is none, and none was asked for. A stack that can't be read is passed by only where
 * the environment says all there is to know: what is wrong with it would be hidden otherwise.
 */
export async function findWorkspace(stack: string | undefined): Promise<Workspace | undefined> {
  if (stack === undefined && projectFolder(process.cwd()) === undefined) return undefined;
  return openWorkspace(stack).catch((error: unknown) => {
    const enough = missingSettings(() => undefined, process.env).length === 0;
    if (stack === undefined && enough && error instanceof CommandError) return undefined;
    throw error;
  });
}

/** The tenant of the stack's config, then of the environment. */
export function clientOf(workspace: Workspace | undefined): LogtoClient {
  return new LogtoClient(readSettings((name) => workspace?.config.get(name), process.env));
}

export interface Project extends ProgramSettings {
  readonly name: string;
}

/** @throws CommandError where the program is not one of Node.js or Bun, which alone can have these resources */
export async function readProject(folder: string): Promise<Project> {
  const { LocalWorkspace } = await import("@pulumi/pulumi/automation/index.js");
  const settings = await (await LocalWorkspace.create({ workDir: folder })).projectSettings();
  const runtime: unknown = typeof settings.runtime === "object" ? settings.runtime.name : settings.runtime;
  if (runtime === "nodejs" || runtime === "bun") return { name: settings.name, main: settings.main, runtime };
  throw new CommandError(
    `The project's runtime is ${String(runtime)}; connectors need a program in TypeScript or JavaScript (nodejs or bun).`,
  );
}

function projectFolder(folder: string): string | undefined {
  const file = projectFile(folder);
  return file === undefined ? undefined : dirname(file);
}

/** The file of the project that a folder belongs to, such as its Pulumi.yaml. */
export function projectFile(folder: string): string | undefined {
  const found = ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"]
    .map((name) => join(folder, name))
    .find((file) => existsSync(file));
  if (found !== undefined) return found;
  return dirname(folder) === folder ? undefined : projectFile(dirname(folder));
}
