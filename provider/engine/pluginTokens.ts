/**
 * The names of the plugin's resources and functions for the engine; the dynamic front end has them as aliases, so that a stack
 * can move between the two. All of it is in users' states and programs: it must never change.
 */
import { type ResourceKey, resources } from "../connector/resources";

/** The name of the package, and so of the plugin. */
export const packageName = "logto";

/**
 * Whether a name is one that the engine gives its default provider: `default` with the version and the download address, if there
 * are any, such as `default_0_1_0` (Pulumi: pkg/resource/deploy/providers/provider.go). A program can hardly name its own like
 * that.
 */
export function isDefaultProviderName(name: string): boolean {
  return /^default(?:_\d+_\d+_\d+(?:_.*)?|_(?:https?|github|gitlab)_.*)?$/.test(name);
}

export { resourceKeys } from "../connector/resources";

export function pluginTypeOf(key: ResourceKey): string {
  return `${packageName}:index:${resources[key].name}`;
}

export function functionTokenOf(name: string): string {
  return `${packageName}:index:${name}`;
}
