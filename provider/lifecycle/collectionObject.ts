/** Objects of a collection in which names are not unique, so that each is known by its ID, and by nothing else. */
import { type Canonical, stateFrom } from "../connector/canonical";
import { changedProperties } from "../connector/compare";
import type { Fields } from "../connector/field";
import type { Resource } from "../connector/resources";
import type { LogtoClient } from "../logto/client";
import type { ApiObject, Collection } from "../logto/collection";
import { printable, quote } from "../untrustedText";
import { pick, type Values } from "../values";
import { notFound, rejection } from "./errorContext";
import { createOnce } from "./lostAnswer";
import { isPending, keepPending } from "./pendingCreate";
import { pollUntil } from "./pollUntil";
import type { CreateResult, Existing } from "./results";
import type { Run, Verbs } from "./tableLifecycle";
import { verifyApplied } from "./verifyApplied";

/** How long an object can take to appear after the answer to its create was lost. Logto only inserts a row. */
const insertMs = 1000;

/** The words for the objects in errors. */
export interface Words {
  /** Where they are in Logto's console. */
  readonly place: string;
  /** What a take-over keeps, such as `with its members`. */
  readonly kept: string;
}

/**
 * The verbs of a resource with the inputs `name`, `adopt`, which is the ID of an object to take over, and `allowDuplicate`, which
 * creates an object although one of that name exists.
 */
export class CollectionObject implements Verbs<Resource> {
  constructor(
    private readonly table: Resource,
    private readonly collectionOf: (client: LogtoClient) => Collection,
    private readonly words: Words,
  ) {}

  async create(
    client: LogtoClient,
    declared: Values,
    run: Run,
    { adopt, allowDuplicate }: Values,
  ): Promise<CreateResult> {
    const created =
      typeof adopt === "string"
        ? await this.#takeOver(client, adopt, declared)
        : await this.#create(client, declared, run, allowDuplicate === true);
    this.#verifyApplied(created.id, declared, created.outputs);
    return created;
  }

  async read(client: LogtoClient, id: string, state: Values | undefined): Promise<Existing | undefined> {
    const object =
      state !== undefined && isPending(id)
        ? await this.#findPending(client, state)
        : await this.collectionOf(client).read(id);
    return object && this.#existing(object);
  }

  async update(client: LogtoClient, id: string, state: Values, declared: Values): Promise<Values> {
    const patch = this.#patchOf(state, declared);
    const keys = Object.keys(patch);
    // What the program left alone stays as the state has it: a refresh reports what else differs in Logto.
    const outputs = { ...state, ...declared };
    if (keys.length === 0) return outputs;
    const updated = this.#existing(await this.collectionOf(client).update(id, patch));
    this.#verifyApplied(id, pick(declared, keys), updated.outputs);
    return outputs;
  }

  async delete(client: LogtoClient, id: string, state: Values): Promise<void> {
    const object = isPending(id) ? await this.#findPending(client, state) : { id };
    if (object !== undefined) await this.collectionOf(client).delete(object.id);
  }

  replacedBy(id: string): string | undefined {
    return isPending(id) ? "name" : undefined;
  }

  /**
   * Logto takes any number of objects that are the same, so nothing but the answer says which one a create made. Therefore those
   * that exist before are noted: after a lost answer, one that is as requested and was not there is the requested one.
   */
  async #create(
    client: LogtoClient,
    declared: Values,
    run: Run,
    allowDuplicate: boolean,
  ): Promise<CreateResult> {
    const { objects } = run;
    const collection = this.collectionOf(client);
    const name = String(declared.name);
    const before = (await collection.recent()).filter((one) => one.name === name);
    const others = before.filter(({ id }) => !objects.isTouched(id) && !objects.isDeclared(id));
    const [asRequested, ...rest] = others.filter((one) => this.#isAsRequested(one, declared));
    const former = objects.findFormer((one) => one.name === name && isPending(one.id));
    if (asRequested !== undefined && rest.length === 0 && former !== undefined) {
      return this.#own(asRequested, run);
    }
    if (others.length > 0 && !allowDuplicate) {
      // It may be the object of a resource that was renamed, which this run is about to delete, whatever else differs.
      for (const { id } of others) objects.recordSeen(id);
      throw rejection("duplicate", this.#alreadyThere(collection, name, others));
    }
    const known = new Set(before.map(({ id }) => id));
    const lookUp = async () => {
      const lost = (await collection.named(name)).find(
        (one) => !known.has(one.id) && !objects.isTouched(one.id) && this.#isAsRequested(one, declared),
      );
      return lost && this.#own(lost, run);
    };
    const created = createOnce(
      async () => this.#own(await collection.create(declared), run),
      async (error) => {
        if (error.outcome !== "unknown") return undefined;
        return pollUntil(lookUp, insertMs, client.interruption).catch(() => {
          throw error;
        });
      },
    );
    return keepPending(created, name, declared);
  }

  async #takeOver(client: LogtoClient, id: string, declared: Values): Promise<CreateResult> {
    const collection = this.collectionOf(client);
    const existing = await collection.get(id);
    if (existing === undefined) throw notFound(`${this.table.noun} with the ID ${quote(id)}`, "adopt");
    const patch = this.#patchOf(this.#existing(existing).outputs, declared);
    const current = Object.keys(patch).length === 0 ? existing : await collection.update(id, patch);
    return { ...this.#existing(current), adopted: true };
  }

  /** Returns the object that Logto created after all; `undefined` if it did not. */
  async #findPending(client: LogtoClient, declared: Values): Promise<ApiObject | undefined> {
    const named = await this.collectionOf(client).named(String(declared.name));
    const [first, ...others] = named.filter((one) => this.#isAsRequested(one, declared));
    if (first === undefined || others.length === 0) return first;
    throw rejection(
      "duplicate",
      `the answer to its create was lost, and Logto has several ${this.table.noun}s that are as requested: ` +
        `${idsOf([first, ...others])}. Delete those that are not needed in Logto's console, under ${this.words.place}, and try again.`,
    );
  }

  #alreadyThere({ object }: Collection, name: string, others: readonly ApiObject[]): string {
    const [first = "", ...rest] = others.map(({ id }) => printable(id));
    const isOne = rest.length === 0;
    const which = `${isOne ? object : `${others.length} ${this.table.noun}s`} ${quote(name)}`;
    return (
      `Logto has ${which} already: ${idsOf(others)}. An interrupted deployment may have created ` +
      `${isOne ? "it" : "one of them"}. If no other stack manages it, add ` +
      `\`adopt: "${first}",\` next to name, which takes it over ${this.words.kept}. If this stack manages it as a resource ` +
      "that was renamed or moved, add the option `aliases` to the new one; if it is being replaced, as by `--replace` or " +
      "`pulumi state taint`, add `deleteBeforeReplace: true`. To create another one, add `allowDuplicate: true,`."
    );
  }

  /** No other resource of the run takes it. */
  #own(object: ApiObject, { objects }: Run): CreateResult {
    objects.recordSeen(object.id);
    return this.#existing(object);
  }

  #existing(object: ApiObject): Existing {
    return { id: object.id, outputs: stateFrom(this.table, object) };
  }

  #isAsRequested(object: ApiObject, declared: Values): boolean {
    return Object.keys(this.#patchOf(this.#existing(object).outputs, declared)).length === 0;
  }

  #patchOf(state: Values, declared: Values): Values {
    const changed = changedProperties(
      this.table.inputs,
      state as Canonical<Fields>,
      declared as Canonical<Fields>,
    );
    return Object.fromEntries(changed.map((key) => [key, declared[key] ?? null]));
  }

  #verifyApplied(id: string, requested: Values, state: Values): void {
    verifyApplied(`${this.table.noun} ${id}`, id, requested, state);
  }
}

function idsOf(objects: readonly ApiObject[]): string {
  return objects.map(({ id }) => printable(id)).join(", ");
}
