/** Resources of a program that declare the same object of a tenant, as both front ends find them. Pure. */
import type { Problem } from "./problem";
import { type Resource, type ResourceKey, resources } from "./resources";

/** A resource that declares an object. */
export interface Declaration {
  /** What tells it from other resources: its URN, or the resource itself. */
  readonly identity: unknown;
  /** The resource as users know it: its name in quotes. */
  readonly label: string;
}

export class Claims {
  readonly #owners = new Map<string, Declaration>();

  /** @param textOf returns a text for a value of an input, the same for the same value; `undefined` if it is not known yet */
  constructor(private readonly textOf: (value: unknown) => string | undefined) {}

  /**
   * Claims the object that a resource declares, unless each declares one of its own.
   *
   * @returns the problem if another resource has claimed it before
   */
  claim(key: ResourceKey, inputs: Readonly<Record<string, unknown>>, self: Declaration): Problem | undefined {
    const resource: Resource = resources[key];
    const identifying = identifyingInputs(resource);
    const texts = identifying?.map((input) => this.textOf(inputs[input]));
    if (identifying === undefined || texts === undefined || texts.includes(undefined)) return undefined;
    const object = [key, ...texts].join(" ");
    const owner = this.#owners.get(object) ?? self;
    this.#owners.set(object, owner);
    if (owner.identity === self.identity) return undefined;
    const [path = ""] = [...identifying.slice(-1), ...Object.keys(resource.inputs)];
    return { path, message: messageOf(resource, owner.label, self.label) };
  }

  /** Claims the config of a connector that declares it itself. */
  claimConfig(connectorId: unknown, connector: Declaration): void {
    const label = `the ${resources.ssoConnector.name} ${connector.label}`;
    this.claim("ssoConnectorConfig", { connectorId }, { ...connector, label });
  }
}

/** Returns the inputs that say which object a resource declares. `undefined`: each declares one of its own. */
function identifyingInputs({ idFrom, onePerTenant, identifiedBy }: Resource): readonly string[] | undefined {
  return onePerTenant === true ? [] : (identifiedBy ?? idFrom);
}

/** The engine checks the two in another order from run to run, and the message stays the same. */
function messageOf({ name, duplicate = "" }: Resource, ...labels: readonly string[]): string {
  return `The ${name} ${[...labels].sort().join(" and ")} ${duplicate}`;
}
