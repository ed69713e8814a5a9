/**
 * How the engine knows the resources and functions of the plugin; the dynamic front end has them as aliases, so that a stack can
 * move between the two. All of it is in users' states and programs: it must never change.
 */
import { type ResourceKey, resources } from "../connector/resources";

/** The name of the package, and so of the plugin. */
export const packageName = "logto";

export { resourceKeys } from "../connector/resources";

export function pluginTypeOf(key: ResourceKey): string {
  return `${packageName}:index:${resources[key].name}`;
}

export function functionTokenOf(name: string): string {
  return `${packageName}:index:${name}`;
}
