/** The members of organizations and their roles there (Logto: routes/organization/user). */
import { z } from "zod/v3";
import { guardText, matcherOf } from "./database";
import { queryOf } from "./guards";
import { ApiError, type ApiRequest, type ApiResponse } from "./http";
import type { OrganizationRole } from "./organizationRoles";
import { pageOf } from "./pagination";
import { shownUser, type User } from "./users";

const queryGuard = z.object({ q: z.string().optional(), organizationRoleId: z.string().min(1).optional() });

export class Members {
  /** The IDs of the roles, by organization and user. Those of deleted roles count for nothing. */
  readonly #members = new Map<string, Map<string, Set<string>>>();

  constructor(
    private readonly users: ReadonlyMap<string, User>,
    private readonly roles: ReadonlyMap<string, OrganizationRole>,
    private readonly endpoint: string,
  ) {}

  /** Returns the IDs of the organizations that a user is a member of. */
  organizationsOf(userId: string): string[] {
    return [...this.#members].filter(([, members]) => members.has(userId)).map(([id]) => id);
  }

  /** Returns the roles of a user in all organizations, as a claim names them. */
  rolesOf(userId: string): string[] {
    return this.organizationsOf(userId).flatMap((id) =>
      this.#rolesOf(id, userId).map(({ name }) => `${id}:${name}`),
    );
  }

  /** Adds a user with roles, or roles to a member. */
  add(organizationId: string, userId: string, roleIds: readonly string[]): void {
    const members = this.#members.get(organizationId) ?? new Map<string, Set<string>>();
    this.#members.set(
      organizationId,
      members.set(userId, new Set([...(members.get(userId) ?? []), ...roleIds])),
    );
  }

  removeUser(id: string): void {
    for (const members of this.#members.values()) members.delete(id);
  }

  removeOrganization(id: string): void {
    this.#members.delete(id);
  }

  /** Lists members by ID with their roles. An unknown organization has none. */
  readonly list = (call: ApiRequest): ApiResponse => {
    const [organizationId = ""] = call.params;
    const page = pageOf(call, this.endpoint, false);
    const { q, organizationRoleId } = queryOf(call, queryGuard);
    const isMatch = matcherOf(q);
    guardText(organizationId);
    const members = [...(this.#members.get(organizationId)?.keys() ?? [])]
      .flatMap((userId) => this.users.get(userId) ?? [])
      .filter(
        ({ id }) =>
          organizationRoleId === undefined ||
          this.#rolesOf(organizationId, id).some((role) => role.id === organizationRoleId),
      )
      .filter(({ id, primaryEmail, name }) => isMatch([id, primaryEmail, name]))
      .toSorted((a, b) => (a.id < b.id ? -1 : 1));
    const body = page?.cut(members).map((user) => ({
      ...shownUser(user),
      organizationRoles: this.#rolesOf(organizationId, user.id)
        .map(({ id, name }) => ({ id, name }))
        .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    }));
    return { status: 200, body, headers: page?.headers(members.length) ?? {} };
  };

  /** Lists the roles of a member. */
  readonly listRoles = (call: ApiRequest): ApiResponse => {
    const [organizationId = "", userId = ""] = call.params;
    guardText(organizationId + userId);
    if (this.#members.get(organizationId)?.has(userId) !== true)
      throw new ApiError(422, "organization.require_membership");
    const page = pageOf(call, this.endpoint);
    const all = this.#rolesOf(organizationId, userId);
    return { status: 200, body: page?.cut(all) ?? all, headers: page?.headers(all.length) ?? {} };
  };

  /** What a list of organizations shows of its members with `showFeatured`: their number, and three of them. */
  featured(organizationId: string): object {
    const ids = [...(this.#members.get(organizationId)?.keys() ?? [])];
    const featuredUsers = ids
      .slice(0, 3)
      .map((id) => ({ id, avatar: null, name: this.users.get(id)?.name ?? null }));
    return { usersCount: ids.length, featuredUsers };
  }

  #rolesOf(organizationId: string, userId: string): OrganizationRole[] {
    const ids = [...(this.#members.get(organizationId)?.get(userId) ?? [])].sort();
    return ids.flatMap((id) => this.roles.get(id) ?? []);
  }
}
