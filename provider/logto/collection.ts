/** A collection of the Management API, such as `/api/organizations`: objects with names, to which Logto gives their IDs. */
import { isObject, type Values } from "../values";
import type { CallApi } from "./api";
import { callFor, find, remove, type Shape } from "./endpoint";
import { listPages, PagedList } from "./pages";
import { freshMs, type ReadLimits, SharedReads } from "./sharedReads";

export interface ApiObject extends Values {
  readonly id: string;
  /** Not unique, unless the collection says so. */
  readonly name: string;
}

export class Collection {
  readonly #reads: CollectionReads;
  readonly #shape: Shape<ApiObject>;

  /**
   * @param ready resolves when requests can be made
   * @param object with its article, such as `an organization`
   */
  constructor(
    protected readonly call: CallApi,
    ready: () => Promise<void>,
    readonly path: string,
    readonly object: string,
  ) {
    this.#shape = objectShape(object);
    this.#reads = new CollectionReads({
      ready,
      get: (id) => this.get(id),
      list: () => new PagedList(listPages(call, path, this.#shape)),
    });
  }

  /** Creates an object; Logto assigns the ID. */
  create(body: Values): Promise<ApiObject> {
    return callFor(this.call, "POST", this.path, this.#shape, { body });
  }

  /** Reads an object; `undefined` where it does not exist. */
  get(id: string): Promise<ApiObject | undefined> {
    return find(this.call, this.pathOf(id), this.#shape);
  }

  /** Reads an object like {@link get}; many reads share one list. */
  read(id: string, limits?: ReadLimits): Promise<ApiObject | undefined> {
    return this.#reads.read(id, limits);
  }

  /** Lists all objects as they are at this moment. Lists of a moment are one. */
  async list(): Promise<readonly ApiObject[]> {
    return (await this.#reads.newList()).items;
  }

  /** Lists all objects as they were at most a minute ago: one list for many creates. */
  recent(): Promise<readonly ApiObject[]> {
    return this.#reads.recent();
  }

  /** Finds the objects of a name, as they are at this moment. */
  async named(name: string): Promise<ApiObject[]> {
    // Logto looks for the text in names and IDs, by ILIKE of PostgreSQL (Logto: utils/search.ts).
    const q = name.replace(/[\\%_]/g, "\\$&");
    const found = await listPages(this.call, this.path, this.#shape, { q });
    return found.filter((object) => object.name === name);
  }

  /** Changes the fields that are given. Those that are objects are replaced as a whole. */
  update(id: string, changes: Values): Promise<ApiObject> {
    return this.#reads.write([id], () =>
      callFor(this.call, "PATCH", this.pathOf(id), this.#shape, { body: changes }),
    );
  }

  /** Deletes an object, with what belongs to it; one that is already gone is not an error. */
  delete(id: string): Promise<void> {
    return this.#reads.write([id], () => remove(this.call, this.pathOf(id)));
  }

  protected pathOf(id: string): string {
    return `${this.path}/${encodeURIComponent(id)}`;
  }
}

class CollectionReads extends SharedReads<ApiObject, PagedList<ApiObject>> {
  async recent(): Promise<readonly ApiObject[]> {
    return (this.latestWithin(freshMs)?.list ?? (await this.newList())).items;
  }
}

const objectShape = (name: string): Shape<ApiObject> => ({
  name,
  parse: (body) => {
    const { id, name } = isObject(body) ? body : {};
    return typeof id === "string" && typeof name === "string" ? (body as ApiObject) : undefined;
  },
});
