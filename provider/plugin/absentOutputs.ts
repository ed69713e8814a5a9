/** Outputs that Logto does not set, which the engine is told to be null. */
import type { ResourceKey } from "../connector/resources";
import { pluginTypeOf } from "../engine/pluginTokens";
import { pick, type Values } from "../values";
import schema from "./schema.json";

interface ResourceSchema {
  readonly properties: object;
  readonly required?: readonly string[];
}

const resources: Readonly<Record<string, ResourceSchema>> = schema.resources;

/**
 * Completes the outputs of an object that exists. YAML programs take an output that is missing, and not null, for unknown in each
 * preview, and show updates that `pulumi up` does not make (pulumi-yaml: pkg/pulumiyaml/run.go).
 */
export function withAbsent(key: ResourceKey, outputs: Values): Values {
  const { properties = {}, required = [] } = resources[pluginTypeOf(key)] ?? {};
  const optional = Object.keys(properties).filter((name) => !required.includes(name));
  return { ...Object.fromEntries(optional.map((name) => [name, null])), ...outputs };
}

/** Completes the preview of an update: what is absent stays so, unless the outputs have it. */
export function stillAbsent(state: Values, outputs: Values): Values {
  const absent = Object.keys(state).filter((name) => state[name] === null);
  return { ...pick(state, absent), ...outputs };
}
