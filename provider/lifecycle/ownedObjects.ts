/**
 * Who owns an object of Logto in a run: which resource represents it. The engine does not tell a dynamic provider the name of a
 * resource, and deletes a renamed resource like a removed one, although its object then belongs to the resource of the new name.
 */
import { isDeepStrictEqual } from "node:util";
import type { Values } from "../values";

/** The objects of one kind that resources of a run represent. */
export class OwnedObjects {
  /** The objects that this run created, adopted, changed, or found in the way of another. */
  readonly #touchedIds = new Set<string>();
  /** The outputs of the resource that the program declares for an object, by its ID. */
  readonly #declaredOutputs = new Map<string, Values>();

  recordSeen(id: string): void {
    this.#touchedIds.add(id);
  }

  recordDeclared(id: string, outputs: Values): void {
    this.#declaredOutputs.set(id, outputs);
  }

  isDeclared(id: string): boolean {
    return this.#declaredOutputs.has(id);
  }

  /**
   * Returns whether a resource other than that with the outputs represents the object.
   *
   * @param isIdGiven whether the ID, which Logto did not make, identifies the object alone
   */
  isOwnedByAnother(id: string, outputs: Values, isIdGiven: boolean): boolean {
    if (this.#touchedIds.has(id)) return true;
    const declared = this.#declaredOutputs.get(id);
    // With the same outputs, it is the declared resource itself, which the engine deletes to create it again (`--replace`).
    return declared !== undefined && (isIdGiven || !isDeepStrictEqual(declared, outputs));
  }
}
