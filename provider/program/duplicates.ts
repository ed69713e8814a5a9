/**
 * Duplicates among the resources of one program. They are found in the program, which alone knows both resources: the engine's
 * check knows neither, and is called a second time for a replacement.
 */
import * as pulumi from "@pulumi/pulumi";
import { Claims, type Declaration } from "../connector/duplicates";
import { type Resource, type ResourceKey, resources } from "../connector/resources";
import { quote } from "../untrustedText";
import { providerOf } from "./tenant";

type Inputs = Readonly<Record<string, unknown>>;
type Tenants = Map<pulumi.ProviderResource | undefined, Claims>;

/** The claims of each run of a program (with the Automation API, a process can have several), by tenant. */
const runs = new WeakMap<object, Tenants>();

/** The numbers of outputs: the ID of an object that does not exist yet is known by its output only. */
const numbers = new WeakMap<object, number>();
let last = 0;

function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return undefined;
  const number = numbers.get(value) ?? ++last;
  numbers.set(value, number);
  return `#${number}`;
}

/** What one resource claims. */
export class ObjectClaim {
  #self: Declaration | undefined;
  #claims: Claims | undefined;

  constructor(private readonly key: ResourceKey) {}

  /** Returns the inputs by which Logto knows the object. Each claims it once it is known, before the resource is registered. */
  identifying(values: Inputs): Readonly<Record<string, pulumi.Output<unknown>>> {
    const { identifiedBy = [] }: Resource = resources[this.key];
    const claiming = (input: string) =>
      pulumi.output(values[input] as string).apply((value) => {
        this.#claim({ [input]: value });
        return value;
      });
    return Object.fromEntries(identifiedBy.map((input) => [input, claiming(input)]));
  }

  /**
   * Claims what the other inputs say, once the resource knows its provider, which is after `super`.
   *
   * @throws RunError if another resource of the tenant declares the same
   */
  of(
    resource: pulumi.CustomResource,
    name: string,
    parent: pulumi.Resource | undefined,
    values: Inputs,
  ): void {
    // Names of resources are unique below one parent only.
    const { __name: parentName } = (parent ?? {}) as { __name?: string };
    const label = parentName === undefined ? quote(name) : `${quote(name)} of ${quote(parentName)}`;
    this.#self = { identity: resource, label };
    this.#claims = claimsOf(resource);
    const { identifiedBy }: Resource = resources[this.key];
    if (identifiedBy === undefined) this.#claim(values);
    if (this.key === "ssoConnector" && values.config !== undefined)
      this.#claims?.claimConfig(resource.id, this.#self);
  }

  #claim(inputs: Inputs): void {
    const problem = this.#self && this.#claims?.claim(this.key, inputs, this.#self);
    if (problem !== undefined) throw new pulumi.RunError(problem.message);
  }
}

function claimsOf(resource: pulumi.CustomResource): Claims | undefined {
  const run = pulumi.runtime.getStackResource();
  if (run === undefined) return undefined;
  const tenants: Tenants = runs.get(run) ?? new Map<pulumi.ProviderResource | undefined, Claims>();
  runs.set(run, tenants);
  const provider = providerOf(resource);
  const claims = tenants.get(provider) ?? new Claims(textOf);
  tenants.set(provider, claims);
  return claims;
}
