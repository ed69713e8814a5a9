/** How the engine and Pulumi's dynamic host know the resources. All of it is in every user's state: it must never change. */
import { type ResourceKey, resources } from "../connector/resources";

/**
 * The mark among the inputs of the class `Provider`: the dynamic host is not told whose settings it gets, and must know them from
 * the stack's own, which the environment completes. States of 0.1.0 lack it.
 */
export const explicitProviderKey = "logto:explicitProvider";

/**
 * The input by which a class tells the check of an option that the engine does not tell a provider: one that keeps the old object
 * of a replacement. The check takes it out, so that no state has it.
 */
export const keepingOptionKey = "__keepingOption";

/**
 * The input by which a class tells the check which values the program declares as secret, which Pulumi's dynamic host does not. The
 * check takes it out.
 */
export const secretPathsKey = "__secretPaths";

/** The type of a resource in the engine and in the state. */
export function typeTokenOf(key: ResourceKey): string {
  return `pulumi-nodejs:dynamic/logto:${resources[key].name}`;
}

/**
 * The code by which Pulumi's dynamic host loads the implementation of a resource; it is in the state of each. A constant,
 * since a class that the SDK serializes would put several kB of code into each resource's state and freeze it there.
 */
export function loaderOf(key: ResourceKey): string {
  return `exports.handler = () => require("pulumi-logto-sso/provider").${key};`;
}
