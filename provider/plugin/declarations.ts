/** The resources of a run, and duplicates among them: the engine tells a plugin which resource a call is about. */
import type { Values } from "../values";
import { Claims } from "../connector/duplicates";
import type { Problem } from "../connector/problem";
import type { ResourceKey } from "../connector/resources";
import { unknownValue } from "../engine/engineValues";
import { resourceNameOf } from "../engine/urn";
import { quote } from "../untrustedText";

export class Declarations {
  readonly #claims = new Claims((value) =>
    typeof value === "string" && value !== unknownValue ? value : undefined,
  );

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
  note(key: ResourceKey, id: string, urn: string, { config }: Values): void {
    if (key === "ssoConnector" && config !== undefined) this.#claims.claimConfig(id, declaration(urn));
  }

  /**
   * Returns the problem of a resource with those that were checked before.
   *
   * @param inputs checked inputs; values that are not known yet are compared in the deployment
   */
  conflict(key: ResourceKey, urn: string, inputs: Values): Problem | undefined {
    return this.#claims.claim(key, inputs, declaration(urn));
  }
}

const declaration = (urn: string) => ({ identity: urn, label: quote(resourceNameOf(urn)) });
