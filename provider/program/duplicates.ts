/**
 * Duplicates among the resources of one program. They are found in the program, which alone knows both resources: the engine's
 * check knows neither, and is called a second time for a replacement.
 */
import * as pulumi from "@pulumi/pulumi";
import {
  Claims,
  declaredConfigError,
  duplicateError,
  identifyingInputs,
  sameNameError,
} from "../connector/duplicates";
import { type ResourceKey, resources } from "../connector/resources";
import { quote } from "../untrustedText";
import { connectorOfId, type DeclaredResource } from "./declaredResources";
import { providerOf } from "./tenant";

type Tenants = Map<pulumi.ProviderResource | undefined, Claims<DeclaredResource>>;

/** The claims of each run of a program (with the Automation API, a process can have several), by tenant. */
const runs = new WeakMap<object, Tenants>();

/**
 * Claims the name of a connector, which is unique in Logto, and returns it.
 *
 * @param isSecret whether the program declares the name as secret
 * @throws RunError if another connector of the tenant has the name
 */
export async function claimName(
  connectorName: string,
  self: DeclaredResource | undefined,
  isSecret: () => Promise<boolean>,
): Promise<string> {
  const other = self && claim("ssoConnector", connectorName, self);
  if (self === undefined || other === undefined) return connectorName;
  const shown = (await isSecret()) ? "[secret]" : connectorName;
  throw new pulumi.RunError(sameNameError(labelOf(other), labelOf(self), shown));
}

/**
 * Claims the object of a resource that does not have one of its own.
 *
 * @throws RunError if another resource declares it
 */
export function claimObject(key: ResourceKey, args: object | undefined, self: DeclaredResource): void {
  const resource = resources[key];
  const inputs = identifyingInputs(resource)?.map(
    (input) => ((args ?? {}) as Record<string, unknown>)[input],
  );
  if (inputs === undefined || inputs.includes(undefined)) return;
  const connector = key === "ssoConnectorConfig" ? connectorOfId(inputs[0]) : undefined;
  if (connector?.hasConfig === true)
    throw new pulumi.RunError(declaredConfigError(labelOf(self), labelOf(connector)));
  const other = claim(key, inputs.map(textOf).join(" "), self);
  if (other !== undefined) throw new pulumi.RunError(duplicateError(resource, labelOf(other), labelOf(self)));
}

/** Returns the other resource that has claimed the object before. */
function claim(key: ResourceKey, object: string, self: DeclaredResource): DeclaredResource | undefined {
  const owner = claimsOf(self)?.claim(resources[key], object, self);
  return owner?.resource === self.resource ? undefined : owner;
}

/** The numbers of outputs: the ID of a resource that does not exist yet is known by its output only. */
const numbers = new WeakMap<object, number>();
let last = 0;

function textOf(input: unknown): string {
  if (typeof input !== "object" || input === null) return String(input);
  const number = numbers.get(input) ?? ++last;
  numbers.set(input, number);
  return `#${number}`;
}

/** Names the parent as well, since names of resources are unique below one parent only. */
function labelOf({ name, parent }: DeclaredResource): string {
  return parent === undefined ? quote(name) : `${quote(name)} of ${quote(parent)}`;
}

function claimsOf(self: DeclaredResource): Claims<DeclaredResource> | undefined {
  const run = pulumi.runtime.getStackResource();
  if (run === undefined) return undefined;
  const tenants: Tenants =
    runs.get(run) ?? new Map<pulumi.ProviderResource | undefined, Claims<DeclaredResource>>();
  runs.set(run, tenants);
  const provider = providerOf(self.resource);
  const claims = tenants.get(provider) ?? new Claims<DeclaredResource>();
  tenants.set(provider, claims);
  return claims;
}
