/** The language in which messages write what a program declares. */
import { resourceKeys } from "../../connector/resources";
import { typeTokenOf } from "../../dynamic/tokens";
import { languageOf, type ProgramLanguage } from "../../engine/programLanguage";
import { pluginTypeOf } from "../../engine/pluginTokens";
import { CommandError } from "../io/commandError";
import type { StateResource } from "./stateResource";
import { projectFile } from "./workspace";

const [dynamicTypes, pluginTypes] = [typeTokenOf, pluginTypeOf].map(
  (typeOf) => new Set<string>(resourceKeys.map(typeOf)),
);

/**
 * Returns the language of the project around the working directory. A Node.js program, and one whose project is elsewhere, is one
 * with the npm package unless all resources of the stack are those of the plugin.
 */
export async function languageOfStack(resources: readonly StateResource[]): Promise<ProgramLanguage> {
  const language = languageOf((await runtimeOfProject()) ?? "nodejs");
  if (language !== "nodejs") return language;
  const has = (types: ReadonlySet<string> | undefined) => resources.some(({ type }) => types?.has(type));
  return has(pluginTypes) && !has(dynamicTypes) ? "nodejs" : "typescript";
}

/** A project that cannot be read is one that the command may not need: where it does, its error says so. */
async function runtimeOfProject(): Promise<string | undefined> {
  if (projectFile() === undefined) return undefined;
  // Loads YAML.
  const { readProject } = await import("./project.js");
  try {
    return readProject().runtime;
  } catch (error) {
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}
