/** The roles that members have in organizations, of the tenant's organization template (Logto: routes/organization-role). */
import { z } from "zod/v3";
import { asUtf8, guardLengths, guardTenant, guardText, matcherOf, newId } from "./database";
import { guard, queryOf, tenantId } from "./guards";
import { ApiError, type ApiRequest, type ApiResponse } from "./http";
import { pageOf } from "./pagination";

export interface OrganizationRole {
  readonly id: string;
  readonly tenantId: string;
  readonly name: string;
  readonly description: string | null;
  readonly type: "User" | "MachineToMachine";
}

type Values = {
  readonly [Key in keyof Omit<OrganizationRole, "tenantId">]?: OrganizationRole[Key] | undefined;
};

const patchGuard = z
  .object({
    tenantId,
    name: z.string().min(1).max(128).transform(asUtf8),
    description: z.string().max(256).transform(asUtf8).nullable(),
    type: z.nativeEnum({ User: "User", MachineToMachine: "MachineToMachine" } as const),
  })
  .partial();
const createGuard = patchGuard.required({ name: true }).extend({
  organizationScopeIds: z.array(z.string()).default([]),
  resourceScopeIds: z.array(z.string()).default([]),
});

export class OrganizationRoles {
  /** Called with the ID of a role that was deleted. */
  onDelete: (id: string) => void = () => undefined;
  readonly rows = new Map<string, OrganizationRole>();

  constructor(private readonly endpoint: string) {}

  /** Inserts a row into the database without any check. */
  insert({
    id = newId(21),
    name,
    description = null,
    type = "User",
  }: Values & { readonly name: string }): OrganizationRole {
    const row = { id, tenantId: "default", name, description, type };
    this.rows.set(row.id, row);
    return row;
  }

  /** Lists by name. Only here are the permissions, of which the stand-in has none. */
  readonly list = (call: ApiRequest): ApiResponse => {
    const page = pageOf(call, this.endpoint, false);
    const { q } = queryOf(call, z.object({ q: z.string().optional() }));
    const isMatch = matcherOf(q);
    const all = [...this.rows.values()]
      .filter(({ id, name, description }) => isMatch([id, name, description]))
      .toSorted((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
    const body = page?.cut(all).map((row) => ({ ...row, scopes: [], resourceScopes: [] }));
    return { status: 200, body, headers: page?.headers(all.length) ?? {} };
  };

  readonly get = ({ params: [id = ""] }: ApiRequest): ApiResponse => {
    guardText(id);
    const row = this.rows.get(id);
    if (row === undefined) throw new ApiError(404, "entity.not_found");
    return { status: 200, body: row };
  };

  readonly create = ({ body }: ApiRequest): ApiResponse => {
    const { organizationScopeIds, resourceScopeIds, tenantId: _ignored, ...given } = guard(createGuard, body);
    const values = this.#checked(given);
    const scopeIds = [...organizationScopeIds, ...resourceScopeIds];
    guardLengths(scopeIds.map((id) => [id, 21]));
    if (scopeIds.length > 0) throw new ApiError(422, "entity.relation_foreign_key_not_found");
    return { status: 201, body: this.insert({ ...values, name: given.name }) };
  };

  readonly patch = ({ params: [id = ""], body }: ApiRequest): ApiResponse => {
    const { tenantId: tenant, ...given } = guard(patchGuard, body);
    if (tenant === undefined && Object.keys(given).length === 0)
      throw new ApiError(422, "entity.invalid_input");
    guardText(id);
    guardText((given.name ?? "") + (given.description ?? ""));
    const row = this.rows.get(id);
    if (row === undefined) throw new ApiError(404, "entity.not_exists");
    guardTenant(tenant);
    const { name = row.name, ...values } = this.#checked(given, row);
    return { status: 200, body: this.insert({ ...row, ...values, name }) };
  };

  readonly delete = ({ params: [id = ""] }: ApiRequest): ApiResponse => {
    guardText(id);
    if (!this.rows.delete(id)) throw new ApiError(404, "entity.not_found");
    this.onDelete(id);
    return { status: 204 };
  };

  /** Checks values as the database does. An empty description is null there. */
  #checked(given: Values, own?: OrganizationRole): Values {
    const { name, description } = given;
    guardText((name ?? "") + (description ?? ""));
    const isTaken = [...this.rows.values()].some((row) => row.id !== own?.id && row.name === name);
    if (isTaken) throw new ApiError(422, "entity.unique_integrity_violation");
    return { ...given, ...(description === "" && { description: null }) };
  }
}
