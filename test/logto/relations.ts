/** What organizations have of another table, by the four routes that Logto gives each relation (Logto: utils/SchemaRouter.ts). */
import { z } from "zod/v3";
import { guardLengths, guardText } from "./database";
import { guard } from "./guards";
import { ApiError, type ApiRequest, type ApiResponse } from "./http";
import { pageOf } from "./pagination";

interface RelationOptions<Row extends { readonly id: string }> {
  /** Throws where there is no organization with this ID. */
  readonly findOrganization: (id: string) => void;
  readonly hasOrganization: (id: string) => boolean;
  readonly rows: ReadonlyMap<string, Row>;
  /** The key of the IDs in a body, and the length of their column. */
  readonly key: "ssoConnectorIds" | "organizationRoleIds";
  readonly length: number;
  readonly shown: (row: Row) => object;
  readonly endpoint: string;
}

export class Relation<Row extends { readonly id: string }> {
  readonly #sets = new Map<string, Set<string>>();

  constructor(private readonly options: RelationOptions<Row>) {}

  /** Returns the IDs of the rows that an organization has. */
  of(organizationId: string): string[] {
    return [...(this.#sets.get(organizationId) ?? [])];
  }

  rowsOf(organizationId: string): Row[] {
    return this.of(organizationId).flatMap((id) => this.options.rows.get(id) ?? []);
  }

  /** Returns the IDs of the organizations that have a row. */
  organizationsOf(id: string): string[] {
    return [...this.#sets].filter(([, ids]) => ids.has(id)).map(([organizationId]) => organizationId);
  }

  add(organizationId: string, ids: readonly string[]): void {
    this.set(organizationId, [...this.of(organizationId), ...ids]);
  }

  set(organizationId: string, ids: readonly string[]): void {
    this.#sets.set(organizationId, new Set(ids));
  }

  remove(organizationId: string, id: string): boolean {
    return this.#sets.get(organizationId)?.delete(id) === true;
  }

  /** Removes a row from every organization, as the database does when the row is deleted. */
  removeFromAll(id: string): void {
    for (const ids of this.#sets.values()) ids.delete(id);
  }

  removeOrganization(id: string): void {
    this.#sets.delete(id);
  }

  /** Lists by ID, which no query asks for: it is the order of the index that PostgreSQL reads (seen with Logto 1.42). */
  readonly list = (call: ApiRequest): ApiResponse => {
    const [id = ""] = call.params;
    const page = pageOf(call, this.options.endpoint);
    this.options.findOrganization(id);
    const all = this.rowsOf(id).toSorted((a, b) => (a.id < b.id ? -1 : 1));
    return {
      status: 200,
      body: (page?.cut(all) ?? all).map(this.options.shown),
      headers: page?.headers(all.length) ?? {},
    };
  };

  readonly post = ({ params: [id = ""], body }: ApiRequest): ApiResponse => {
    const ids = this.#given(body, z.array(z.string().min(1)).nonempty());
    this.#guardLengths(id, ids);
    this.#guardKeys(id, ids);
    this.add(id, ids);
    return { status: 201, body: "Created" };
  };

  readonly put = ({ params: [id = ""], body }: ApiRequest): ApiResponse => {
    const ids = this.#given(body, z.array(z.string().min(1)));
    guardText(id);
    if (ids.length > 0) this.#guardLengths(id, ids);
    if (new Set(ids).size < ids.length) throw new ApiError(422, "entity.unique_integrity_violation");
    this.#guardKeys(id, ids);
    this.set(id, ids);
    return { status: 204 };
  };

  readonly delete = ({ params: [id = "", one = ""] }: ApiRequest): ApiResponse => {
    guardText(id + one);
    if (!this.remove(id, one)) throw new ApiError(404, "entity.not_found");
    return { status: 204 };
  };

  #given(body: unknown, ids: z.ZodType<string[]>): string[] {
    return guard(z.object({ [this.options.key]: ids }), body)[this.options.key] ?? [];
  }

  #guardLengths(organizationId: string, ids: readonly string[]): void {
    guardLengths([[organizationId, 21], ...ids.map((id) => [id, this.options.length] as const)]);
  }

  /** Refuses what the foreign keys of the database refuse, which is nothing where there is nothing to write. */
  #guardKeys(organizationId: string, ids: readonly string[]): void {
    const isKnown =
      ids.length === 0 ||
      (this.options.hasOrganization(organizationId) && ids.every((id) => this.options.rows.has(id)));
    if (!isKnown) throw new ApiError(422, "entity.relation_foreign_key_not_found");
  }
}
