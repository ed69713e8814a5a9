/**
 * Who owns an object of Logto in a run: which resource represents it. The engine does not tell a dynamic provider the name of a
 * resource, and deletes a renamed resource like a removed one, although its object then belongs to the resource of the new name.
 */
import { isDeepStrictEqual } from "node:util";
import type { Values } from "../values";
import { nameOf } from "./errorContext";
import { isReplacement, type Lifecycle, recording, type ResourceLifecycle } from "./lifecycle";
import type { Session } from "./session";

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

/**
 * Keeps an object that another resource represents from being deleted, and one that Logto has no delete for. Adds the output
 * `adoptedAt`: the time at which the resource took over an existing object, as RFC 3339. No two resources of a state share it.
 */
export function withOwnership(
  lifecycle: ResourceLifecycle,
  objects: OwnedObjects,
  session: Session,
): Lifecycle {
  return {
    ...lifecycle,

    diff(id, outputs, inputs) {
      const result = lifecycle.diff(id, outputs, inputs);
      if (!isReplacement(result)) objects.recordDeclared(id, outputs);
      return result;
    },

    async create(client, inputs) {
      const { id, outputs, adopted } = await lifecycle.create(client, inputs);
      const adoptedAt = adopted === true ? { adoptedAt: new Date().toISOString() } : {};
      return { id, outputs: { ...outputs, ...adoptedAt } };
    },

    async read(client, id, outputs) {
      const found = await lifecycle.read(client, id, outputs);
      return found && { ...found, outputs: { ...found.outputs, ...adoptionOf(outputs) } };
    },

    async update(client, id, outputs, inputs) {
      const adoption = adoptionOf(outputs);
      const updated = await recording(adoption, lifecycle.update(client, id, outputs, inputs));
      return { ...updated, ...adoption };
    },

    async delete(client, id, outputs) {
      if (objects.isOwnedByAnother(id, outputs, lifecycle.isIdGiven)) {
        session.notify(
          `${nameOf(lifecycle.subject(id, outputs))} stays in Logto: another resource of this stack represents it now. ` +
            "Use the option `aliases` when you rename or move a resource.",
        );
      } else if (lifecycle.deleteNotice !== undefined) {
        session.notify(lifecycle.deleteNotice);
      } else {
        await lifecycle.delete(client, id, outputs);
      }
    },
  };
}

function adoptionOf({ adoptedAt }: Values = {}): Values {
  return typeof adoptedAt === "string" ? { adoptedAt } : {};
}
