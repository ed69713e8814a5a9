/** The resources that a program declares: what another resource refers to is found by its `id`. */
import type * as pulumi from "@pulumi/pulumi";

const byId = new WeakMap<object, pulumi.CustomResource>();

export function rememberDeclared(resource: pulumi.CustomResource): void {
  byId.set(resource.id, resource);
}

/** The resource of the program whose own output `id` this is. */
export function declaredOfId(id: unknown): pulumi.CustomResource | undefined {
  return typeof id === "object" && id !== null ? byId.get(id) : undefined;
}
