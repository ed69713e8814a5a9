/** Resources of a Pulumi state. Pure. */
import type { ResourceKey } from "../connector/resources";
import { typeTokenOf } from "../dynamic/tokens";
import { pluginTypeOf } from "../engine/tokens";

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

/** The resources of one kind that a stack manages. The ID of a config that is one of its own is the connector's. */
export function managedOf(resources: readonly StateResource[], key: ResourceKey): StateResource[] {
  return resources.filter(
    ({ type, external, delete: replaced }) => isOf(type, key) && external !== true && replaced !== true,
  );
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

export function typeOf(urn: string): string | undefined {
  return urn.split("::")[2];
}

export function resourceNameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
