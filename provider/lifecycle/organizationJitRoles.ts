/** `OrganizationJitRoles`. Its ID is the organization's. */
import type { LogtoClient } from "../logto/client";
import type { LogtoError } from "../logto/errors";
import { isForUsers, type OrganizationRole, textsOfRoles } from "../logto/organizationRoles";
import { quote } from "../untrustedText";
import { notFound, rejection } from "./errorContext";
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
async function idsOf({ organizationRoles }: LogtoClient, texts: readonly string[]): Promise<string[]> {
  const given = new Map<string, string>();
  for (const text of texts) {
    const role = await organizationRoles.find(
      (all) => all.find(({ id }) => id === text) ?? all.find(({ name }) => name === text),
    );
    if (role === undefined) throw unknownRole(text, await organizationRoles.list());
    if (!isForUsers(role)) throw roleOfMachines(text);
    const other = given.get(role.id);
    if (other !== undefined) {
      const same = `roles: ${quote(other)} and ${quote(text)} are the ID and the name of the same role. Remove one of the two.`;
      throw rejection("duplicate", same);
    }
    given.set(role.id, text);
  }
  return [...given.keys()];
}

/** How many names are listed. */
const maxNames = 20;

function unknownRole(text: string, all: readonly OrganizationRole[]): LogtoError {
  const names = all.filter(isForUsers).map(({ name }) => quote(name));
  const shown = names.length > maxNames ? [...names.slice(0, maxNames), "…"] : names;
  return notFound(
    `organization role with the ID or name ${quote(text)}`,
    "roles",
    names.length === 0
      ? "The tenant has no role for users yet: create one in Logto's console, under Organization template."
      : `The tenant's roles for users are ${shown.join(", ")}.`,
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
