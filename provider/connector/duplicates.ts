/**
 * Resources of a program that declare the same object. Pure. A resource is given as users know it, in quotes, and two in any order:
 * the engine checks them in another one from run to run, and a message stays the same.
 */
import { quote } from "../untrustedText";
import type { Resource } from "./resources";

/** What each object of one tenant is declared by. */
export class Claims<Owner> {
  readonly #owners = new Map<string, Owner>();

  /** Returns who claimed the object first. */
  claim(resource: Resource, object: string, self: Owner): Owner {
    const key = `${resource.name} ${object}`;
    const owner = this.#owners.get(key) ?? self;
    this.#owners.set(key, owner);
    return owner;
  }
}

/** Returns the inputs that say which object a resource declares. `undefined`: each declares one of its own. */
export function identifyingInputs({ idFrom, onePerTenant }: Resource): readonly string[] | undefined {
  return onePerTenant === true ? [] : idFrom;
}

export function sameNameError(first: string, second: string, connectorName: string): string {
  return (
    `The SSO connectors ${sorted(first, second)} have the same connectorName ${quote(connectorName)}, ` +
    "which must be unique in a tenant. Choose another connectorName for one of them."
  );
}

export function duplicateError({ name, duplicate = "" }: Resource, first: string, second: string): string {
  return `The ${name} ${sorted(first, second)} ${duplicate}`;
}

/** Of a connector that declares its config itself. */
export function declaredConfigError(config: string, connector: string): string {
  return (
    `The SsoConnectorConfig ${config} declares the config of a connector, and so does the SsoConnector ${connector}. ` +
    "Remove one of the two."
  );
}

function sorted(...resources: readonly string[]): string {
  return [...resources].sort().join(" and ");
}
