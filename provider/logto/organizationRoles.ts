/** `/api/organization-roles`: the roles that members of organizations can have. A tenant has few, with unique names. */
import { isObject } from "../values";
import type { CallApi } from "./api";
import type { Shape } from "./endpoint";
import { listPages } from "./pages";
import type { ReadLimits } from "./sharedReads";

export interface OrganizationRole {
  readonly id: string;
  /** Unique in a tenant, case-sensitive. */
  readonly name: string;
  readonly description?: string;
  /** Whether users can have it, or only machine-to-machine applications. */
  readonly type: string;
}

/** Whether users can have a role: Logto fails the first sign-in of a member who is to get another one (seen with Logto 1.42). */
export function isForUsers({ type }: OrganizationRole): boolean {
  return type === "User";
}

/**
 * Returns roles as a program names them: by the ID where it does so, else by the name.
 *
 * @param declared the roles of the program; anything else, as in a state that somebody has edited, names none
 */
export function textsOfRoles(roles: readonly OrganizationRole[], declared: unknown): string[] {
  const given: readonly unknown[] = Array.isArray(declared) ? declared : [];
  return roles.map(({ id, name }) => (given.includes(id) ? id : name));
}

export class OrganizationRoles {
  #latest: { readonly begun: number; readonly roles: Promise<OrganizationRole[]> } | undefined;

  constructor(private readonly call: CallApi) {}

  /**
   * Finds a role; only a list of this moment says that there is none.
   *
   * @param among takes the role from a list
   */
  async find(
    among: (roles: readonly OrganizationRole[]) => OrganizationRole | undefined,
    { maxAgeMs }: ReadLimits = {},
  ): Promise<OrganizationRole | undefined> {
    const begun = Date.now();
    const listed = maxAgeMs === 0 ? undefined : among(await this.list());
    return listed ?? among(await this.list(begun));
  }

  /**
   * Lists all roles.
   *
   * @param notBefore the time in milliseconds since the epoch before which the list must not have been begun. Default: any list
   * of this client will do
   */
  list(notBefore = 0): Promise<OrganizationRole[]> {
    if (this.#latest === undefined || this.#latest.begun < notBefore) {
      const roles = listPages(this.call, "/api/organization-roles", organizationRoleShape);
      this.#latest = { begun: Date.now(), roles };
      roles.catch(() => (this.#latest = undefined));
    }
    return this.#latest.roles;
  }
}

export const organizationRoleShape: Shape<OrganizationRole> = {
  name: "a role of organizations",
  parse: (body) => {
    if (!isObject(body)) return undefined;
    const { id, name, description, type = "User" } = body;
    return typeof id === "string" && typeof name === "string" && typeof type === "string"
      ? { id, name, ...(typeof description === "string" ? { description } : {}), type }
      : undefined;
  },
};
