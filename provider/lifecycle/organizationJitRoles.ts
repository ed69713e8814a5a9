/** `OrganizationJitRoles`. Its ID is the organization's. */
import type { LogtoClient } from "../logto/client";
import { isForUsers, type OrganizationRole, textsOfRoles } from "../logto/organizationRoles";
import { quote } from "../untrustedText";
import { rejection } from "./errorContext";
import { OrganizationSet } from "./organizationSet";
import { idsOf, type ReferredKind } from "./references";

export const organizationJitRoles = new OrganizationSet("roles", {
  async list({ organizations }, organizationId, declared) {
    const roles = await organizations.jitRoles(organizationId);
    return roles && textsOfRoles(roles, declared);
  },
  replace: async (client, organizationId, roles) =>
    client.organizations.setJitRoles(organizationId, await idsOf(rolesOf(client), roles)),
});

const rolesOf = ({ organizationRoles: objects }: LogtoClient): ReferredKind<OrganizationRole> => ({
  noun: "organization role",
  property: "roles",
  objects,
  // Logto: packages/schemas/tables/organization_role_user_relations.sql, check_organization_role_type
  refuse: (role, text) =>
    isForUsers(role)
      ? undefined
      : rejection(
          "machine-role",
          `roles: ${quote(text)} is a role for machine-to-machine applications, which Logto gives to no user: the first sign-in of ` +
            "each member would fail. Replace it by a role for users.",
        ),
  advice: (names) =>
    names.length === 0
      ? "The tenant has no role for users yet: create one in Logto's console, under Organization template."
      : `The tenant's roles for users are ${names.join(", ")}.`,
});
