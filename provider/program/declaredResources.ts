/** The resources that a program declares: what another resource refers to is found by its `id`. */
import type * as pulumi from "@pulumi/pulumi";

/** A resource that the program declares. */
export interface DeclaredResource {
  readonly resource: pulumi.CustomResource;
  readonly name: string;
  /** The name of the parent, unless that is the stack. */
  readonly parent: string | undefined;
}

export function declaredResource(
  resource: pulumi.CustomResource,
  name: string,
  opts: pulumi.CustomResourceOptions | undefined,
): DeclaredResource {
  const { __name: parent } = (opts?.parent ?? {}) as { __name?: string };
  return { resource, name, parent };
}

interface DeclaredConnector extends DeclaredResource {
  readonly hasConfig: boolean;
}

/** Connectors that the program declares, by their output `id`. */
const connectors = new WeakMap<object, DeclaredConnector>();

export function rememberConnector(connector: DeclaredResource, { config }: { config?: unknown }): void {
  connectors.set(connector.resource.id, { ...connector, hasConfig: config !== undefined });
}

/** Organizations that the program declares, by their output `id`. */
const organizations = new WeakMap<object, pulumi.CustomResource>();

export function rememberOrganization(organization: pulumi.CustomResource): void {
  organizations.set(organization.id, organization);
}

/** The organization of the program whose own output `id` this is. */
export function organizationOfId(id: unknown): pulumi.CustomResource | undefined {
  return typeof id === "object" && id !== null ? organizations.get(id) : undefined;
}

/** The connector of the program whose own output `id` this is. */
export function connectorOfId(id: unknown): DeclaredConnector | undefined {
  return typeof id === "object" && id !== null ? connectors.get(id) : undefined;
}
