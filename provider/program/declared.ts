/** The resources that a program declares, as far as one must know of another. */
import type * as pulumi from "@pulumi/pulumi";
import type { ResourceToken } from "./tokens";

/** Whether something is a resource of this type, also by another copy of this package; what policies by class ask. */
export function isOfType(object: unknown, { type }: ResourceToken): boolean {
  return (object as { __pulumiType?: unknown } | null | undefined)?.__pulumiType === type;
}

/** A resource that the program declares. */
export interface Declared {
  readonly resource: pulumi.CustomResource;
  readonly name: string;
  /** Name of the resource that it is a child of, if that is not the stack. */
  readonly parent: string | undefined;
}

export function declared(
  resource: pulumi.CustomResource,
  name: string,
  opts: pulumi.CustomResourceOptions | undefined,
): Declared {
  const { __name: parent } = (opts?.parent ?? {}) as { __name?: string };
  return { resource, name, parent };
}

interface DeclaredConnector extends Declared {
  readonly hasConfig: boolean;
}

/** Connectors that the program declares, by their output `id`. */
const connectors = new WeakMap<object, DeclaredConnector>();

export function rememberConnector(connector: Declared, { config }: { config?: unknown }): void {
  connectors.set(connector.resource.id, { ...connector, hasConfig: config !== undefined });
}

/** The connector of the program whose own output `id` this is. */
export function connectorOfId(id: unknown): DeclaredConnector | undefined {
  return typeof id === "object" && id !== null ? connectors.get(id) : undefined;
}

/**
 * What belongs to a connector goes with it in Logto (its code), so it is not deleted by itself when the connector is:
 * that would be refused for a signing key in use. Known where `connectorId` is a connector's own output `id`.
 */
export function withConnector(
  connectorId: unknown,
  opts: pulumi.CustomResourceOptions | undefined,
): pulumi.CustomResourceOptions | undefined {
  const connector = connectorOfId(connectorId);
  if (connector === undefined || opts?.deletedWith !== undefined) return opts;
  return { ...opts, deletedWith: connector.resource };
}
