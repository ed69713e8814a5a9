/** The Pulumi project around the working directory, its stack, and the tenant that the stack or the environment names. */
import { dirname } from "node:path";
import { missingSettings, secretsIn, type SettingsSource, stackSettings } from "../../logto/settings";
import { CommandError, noteSecrets } from "../io/commandError";
import { findUp } from "../io/files";
import { Pulumi } from "./pulumiCli";

export interface Workspace {
  readonly pulumi: Pulumi;
  /** The stack config by `namespace:key`, secrets in plain text. */
  readonly config: ReadonlyMap<string, string>;
}

/**
 * @param stack the stack's name, `undefined` for the selected stack
 * @throws CommandError outside of a project, or if the stack cannot be read
 */
export async function openWorkspace(stack: string | undefined): Promise<Workspace> {
  const pulumi = new Pulumi(requireProjectFolder(), stack);
  const workspace = { pulumi, config: await pulumi.config() };
  // They may be stored in clear.
  noteSecrets(secretsIn(settingsSourceOf(workspace)));
  return workspace;
}

/** @throws CommandError outside of a project */
export function requireProjectFolder(): string {
  return dirname(requireProjectFile());
}

/** @throws CommandError outside of a project */
export function requireProjectFile(): string {
  const file = projectFile();
  if (file !== undefined) return file;
  throw new CommandError(
    "There is no Pulumi.yaml in this folder or above. Run this in a Pulumi project, or create one with `pulumi new typescript`.",
  );
}

/**
 * Opens the workspace if there is one or a stack is named. A stack that cannot be read is ignored only if the
 * environment holds all settings: otherwise its error would be hidden.
 */
export async function findWorkspace(stack: string | undefined): Promise<Workspace | undefined> {
  if (stack === undefined && projectFile() === undefined) return undefined;
  return openWorkspace(stack).catch((error: unknown) => {
    const isConfigured = missingSettings(settingsSourceOf(undefined)).length === 0;
    if (stack === undefined && isConfigured && error instanceof CommandError) return undefined;
    throw error;
  });
}

/** Returns the source of the stack's own settings; outside of a project, that is the environment alone. */
export function settingsSourceOf(workspace: Workspace | undefined): SettingsSource {
  return stackSettings((key) => workspace?.config.get(key));
}

/** Returns the file of the project around the working directory, such as its Pulumi.yaml. */
export function projectFile(): string | undefined {
  return findUp(process.cwd(), ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"]);
}
