/**
 * Who owns an object of Logto in a run: which resource represents it. The engine does not tell a dynamic provider the name of a
 * resource, and deletes a renamed resource like a removed one, although its object then belongs to the resource of the new name.
 */
import { isDeepStrictEqual } from "node:util";
import type { Values } from "../values";
import type { Diff } from "./results";

/** The object that a resource of the program had before the run, as the engine's diff tells. */
export interface FormerObject {
  readonly id: string;
  /** What the program declares of it now; all inputs would be kept in memory. */
  readonly name: unknown;
  readonly active: unknown;
  readonly connectorId: unknown;
  readonly diff: Diff;
}

/** The objects of one kind that resources of a run represent. */
export class OwnedObjects {
  /** The objects that this run created, adopted, changed, or found in the way of another. */
  readonly #touchedIds = new Set<string>();
  /** The outputs of the resource that the program declares for an object, by its ID. */
  readonly #declaredOutputs = new Map<string, Values>();
  /** By their IDs. */
  readonly #formerObjects = new Map<string, FormerObject>();

  recordSeen(id: string): void {
    this.#touchedIds.add(id);
  }

  recordDeclared(id: string, outputs: Values): void {
    this.#declaredOutputs.set(id, outputs);
  }

  recordFormer(former: FormerObject): void {
    this.#formerObjects.set(former.id, former);
  }

  /**
   * Returns the object that a resource had which is being created, and so replaced. `undefined` for a new resource, and for one that
   * the engine replaces without a diff (`--replace`, `pulumi state taint`, `replacementTrigger`).
   */
  findFormer(isWanted: (former: FormerObject) => boolean): FormerObject | undefined {
    return [...this.#formerObjects.values()].find(isWanted);
  }

  isTouched(id: string): boolean {
    return this.#touchedIds.has(id);
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
