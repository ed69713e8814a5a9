/** The resources of a run, and duplicates among them: the engine tells a plugin which resource a call is about. */
import type { Values } from "../values";
import {
  Claims,
  declaredConfigError,
  duplicateError,
  identifyingInputs,
  sameNameError,
} from "../connector/duplicates";
import { type Resource, type ResourceKey, resources } from "../connector/resources";
import type { Problem } from "../connector/problem";
import { unknownValue } from "../engine/engineValues";
import { quote } from "../untrustedText";

interface Declaration {
  readonly urn: string;
  readonly name: string;
}

export class Declarations {
  readonly #claims = new Claims<Declaration>();
  /** The name in messages of each connector that declares a config itself, by its ID. */
  readonly #configured = new Map<string, string>();

  /** The resource that the program declares for an object, by its kind and ID. */
  readonly #owners = new Map<string, string>();

  /** Takes note of the resource that has an object, also one that it has been imported into. */
  own(key: ResourceKey, id: string, urn: string): void {
    this.#owners.set(`${key} ${id}`, urn);
  }

  /** Whether the program declares another resource for an object. */
  isOfAnother(key: ResourceKey, id: string, urn: string): boolean {
    return (this.#owners.get(`${key} ${id}`) ?? urn) !== urn;
  }

  /** Takes note of a connector once its ID is known: the engine passes it before the resources that refer to it. */
  note(key: ResourceKey, id: string, name: string, { config }: Values): void {
    if (key !== "ssoConnector") return;
    if (config === undefined) this.#configured.delete(id);
    else this.#configured.set(id, quote(name));
  }

  /**
   * Returns the problems of a resource with those that were checked before.
   *
   * @param inputs checked inputs; values that are not known yet are compared in the deployment
   */
  conflicts(key: ResourceKey, self: Declaration, inputs: Values): Problem[] {
    const resource: Resource = resources[key];
    const identifying = key === "ssoConnector" ? ["connectorName"] : identifyingInputs(resource);
    const values = identifying?.map((input) => inputs[input]);
    if (values?.every(isKnown) !== true) return [];
    const path = identifying?.at(-1) ?? Object.keys(resource.inputs)[0] ?? "";
    const [value = ""] = values;
    const name = quote(self.name);
    const connector = key === "ssoConnectorConfig" ? this.#configured.get(value) : undefined;
    if (connector !== undefined) return [{ path, message: declaredConfigError(name, connector) }];
    const first = this.#claims.claim(resource, values.join(" "), self);
    if (first.urn === self.urn) return [];
    const other = quote(first.name);
    const message =
      key === "ssoConnector" ? sameNameError(other, name, value) : duplicateError(resource, other, name);
    return [{ path, message }];
  }
}

function isKnown(value: unknown): value is string {
  return typeof value === "string" && value !== unknownValue;
}
