/** Resources of a Pulumi state. Pure. */
import { isObject, isTooDeep } from "../../values";
import type { ResourceKey } from "../../connector/resources";
import { typeTokenOf } from "../../dynamic/tokens";
import { pluginTypeOf } from "../../engine/pluginTokens";
import { printable } from "../../untrustedText";
import { parseJson } from "../../logto/response";
import { CommandError } from "../io/commandError";

export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  /** URN of the parent. Everything that a program creates has one, the stack at least. */
  readonly parent?: string;
  /** URN and ID of its provider, joined by `::`. */
  readonly provider?: string;
  /** Whether it is read only, by `get`. */
  readonly external?: boolean;
  /** Whether it has been replaced and is deleted by the next update. */
  readonly delete?: boolean;
  /** Where the program declares it, such as `project:///index.ts#5,14`. */
  readonly sourcePosition?: string;
}

/**
 * Reads what `pulumi stack export` prints.
 *
 * @param where where the text is from
 * @throws CommandError if it is anything else, which must never pass for an empty stack
 */
export function parseState(text: string, where: string, advice: string): readonly StateResource[] {
  const invalid = (problem: string) => new CommandError(`${where} is not a state: ${problem}. ${advice}`);
  if (text.trim() === "") throw invalid("it is empty");
  const content = parseJson(text.replace(/^\ufeff/, ""));
  if (content === undefined) throw invalid("it is not valid JSON");
  if (!isObject(content)) throw invalid("it is not a JSON object");
  const { version, deployment } = content;
  if (version === undefined) throw invalid("it has no version");
  if (!versions.includes(version)) {
    throw invalid(
      `its version is ${JSON.stringify(version).slice(0, 40)}, but only ${versions.join(" and ")} are supported by this version of logto-sso`,
    );
  }
  if (!isObject(deployment)) throw invalid("it has no deployment");
  const { resources } = deployment;
  // The state of an empty stack has no resources, but it has the manifest of every state.
  if (resources === undefined && isObject(deployment.manifest)) return [];
  if (!Array.isArray(resources)) throw invalid("its deployment has no list of resources");
  if (!resources.every(isResource)) throw invalid("one of its resources has no URN or type");
  for (const resource of resources) {
    const problem = problemOf(resource);
    if (problem !== undefined) throw invalid(problem);
  }
  return resources;
}

/** Returns the resources of one kind that a stack manages. A config that is a resource of its own has the ID of its connector. */
export function managedOf(resources: readonly StateResource[], key: ResourceKey): StateResource[] {
  return resources.filter(
    ({ type, external, delete: replaced }) => isOf(type, key) && external !== true && replaced !== true,
  );
}

/** Returns the IDs of the connectors that were replaced, and that the next update deletes, whatever else has them by then. */
export function replacedConnectorIds(resources: readonly StateResource[]): ReadonlySet<string> {
  const replaced = resources.filter((resource) => isOf(resource.type, "ssoConnector") && resource.delete);
  return new Set(replaced.flatMap(({ id = [] }) => id));
}

/** Whether a type is that of a resource, in a program in TypeScript or in another language. */
export function isOf(type: string | undefined, key: ResourceKey): boolean {
  return type === typeTokenOf(key) || type === pluginTypeOf(key);
}

/** A stack, as the URNs of its resources name it. */
export interface StackName {
  readonly project: string;
  readonly name: string;
}

/** Returns `undefined` for an empty state, which names no stack. */
export function stackOf([first]: readonly StateResource[]): StackName | undefined {
  const [, name, project] = /^urn:pulumi:(.+?)::(.+?)::/.exec(first?.urn ?? "") ?? [];
  return name === undefined || project === undefined ? undefined : { project, name };
}

/** Version 4 is version 3 for a stack that uses newer features, such as `pulumi state taint`. */
const versions: readonly unknown[] = [3, 4];

/** What a state that somebody has edited can have in place of what Pulumi writes. */
function problemOf({ urn, inputs, outputs, ...resource }: StateResource): string | undefined {
  const { id, parent, provider, sourcePosition } = resource;
  const isAbsentOr = (isRight: (value: unknown) => boolean) => (value: unknown) =>
    value === undefined || isRight(value);
  if (![id, parent, provider, sourcePosition].every(isAbsentOr((value) => typeof value === "string")))
    return `the ID, the parent, the provider or the source position of ${printable(urn)} is not a string`;
  return [inputs, outputs].every(isAbsentOr((value) => isObject(value) && !isTooDeep(value)))
    ? undefined
    : `the inputs or the outputs of ${printable(urn)} are no object, or nested too deeply`;
}

function isResource(resource: unknown): resource is StateResource {
  return isObject(resource) && typeof resource.urn === "string" && typeof resource.type === "string";
}
