/** `OrganizationJitRoles`. Its ID is the organization's. */
import type { LogtoClient } from "../logto/client";
import { LogtoError } from "../logto/errors";
import { isForUsers, type OrganizationRole, textsOfRoles } from "../logto/organizationRoles";
import { quote } from "../untrustedText";
import { notFound } from "./errorContext";
import { OrganizationSet } from "./organizationSet";

export const organizationJitRoles = new OrganizationSet("roles", {
  async list({ organizations }, organizationId, declared) {
    const roles = await organizations.jitRoles(organizationId);
    return roles && textsOfRoles(roles, declared);
  },
  replace: async (client, organizationId, roles) =>
    client.organizations.setJitRoles(organizationId, await idsOf(client, roles)),
});

/** @throws LogtoError unless each text is the ID or the name of a role of its own, which users can have */
async function idsOf(client: LogtoClient, roles: readonly string[]): Promise<string[]> {
  if (roles.length === 0) return [];
  const begun = Date.now();
  let all = await client.organizationRoles.list();
  if (roles.some((role) => roleOf(role, all) === undefined)) all = await client.organizationRoles.list(begun);
  const given = new Map<string, string>();
  for (const text of roles) {
    const role = roleOf(text, all);
    if (role === undefined) throw unknownRole(text, all);
    if (!isForUsers(role)) throw roleOfMachines(text);
    const other = given.get(role.id);
    if (other !== undefined) throw sameRole(text, other);
    given.set(role.id, text);
  }
  return [...given.keys()];
}

function roleOf(text: string, all: readonly OrganizationRole[]): OrganizationRole | undefined {
  return all.find(({ id }) => id === text) ?? all.find(({ name }) => name === text);
}

/** How many names are listed. */
const maxNames = 20;

function unknownRole(text: string, all: readonly OrganizationRole[]): LogtoError {
  const names = all.filter(isForUsers).map(({ name }) => quote(name));
  const shown = names.length > maxNames ? [...names.slice(0, maxNames), "…"] : names;
  const error = notFound(`organization role with the ID or name ${quote(text)}`, "roles");
  return error.withAdvice(
    shown.length === 0
      ? "It has none for users yet: create one in Logto's console, under Organization template."
      : `Its roles for users are ${shown.join(", ")}.`,
  );
}

// Logto: packages/schemas/tables/organization_role_user_relations.sql, check_organization_role_type
function roleOfMachines(text: string): LogtoError {
  return rejection(
    "machine-role",
    `roles: ${quote(text)} is a role for machine-to-machine applications, which Logto gives to no user: the first sign-in of each ` +
      "member would fail. Replace it by a role for users.",
  );
}

function sameRole(text: string, other: string): LogtoError {
  return rejection(
    "duplicate",
    `roles: ${quote(other)} and ${quote(text)} are the ID and the name of the same role. Remove one of the two.`,
  );
}

function rejection(code: "machine-role" | "duplicate", message: string): LogtoError {
  return new LogtoError({ method: "GET", path: "/api/organization-roles" }, { code, message });
}
