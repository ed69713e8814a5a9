import { type ResourceKey, resources } from "../connector/resources";
import { loaderOf, typeOf } from "../dynamic/tokens";
export interface ResourceToken {
  readonly type: string;
  readonly loader: string;
}
export const tokens = Object.fromEntries(
  Object.entries(resources).map(([key, resource]) => [
    key,
    { type: typeOf(resource), loader: loaderOf(key as ResourceKey) },
  ]),
) as Record<ResourceKey, ResourceToken>;
