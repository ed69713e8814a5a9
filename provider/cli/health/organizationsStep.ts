/** The step that says what a user becomes a member of at the first sign-in through a connector. Pure. */
import { withoutExposed } from "../../connector/exposedSecret";
import { LogtoError } from "../../logto/errors";
import { isForUsers, type OrganizationRole } from "../../logto/organizationRoles";
import type { ApiOrganization } from "../../logto/organizations";
import { quote } from "../../untrustedText";
import { listed } from "../io/names";
import { fail, pass, type Step, unknown } from "./step";

/** An organization that users of a connector join at their first sign-in. */
export interface JoinedOrganization {
  readonly organization: ApiOrganization;
  /** The roles that they get. */
  readonly roles: readonly OrganizationRole[];
}

export function organizationsStep(joined: readonly JoinedOrganization[] | LogtoError): Step {
  if (joined instanceof LogtoError)
    return unknown("organizations", `Which organizations users join is not known: ${joined.message}`);
  if (joined.length === 0)
    return pass("organizations", "Users become members of no organization at their first sign-in.");
  const machines = joined.flatMap(({ organization, roles }) =>
    roles.filter((role) => !isForUsers(role)).map(({ name }) => ({ organization, name })),
  );
  const [first] = machines;
  // Seen with Logto 1.42: 422 entity.db_constraint_violated, and a membership without any role stays behind.
  if (first !== undefined) {
    return fail(
      "organizations",
      `The first sign-in of each user fails: the just-in-time role ${quote(withoutExposed(first.name))} of the organization ` +
        `${nameOf(first)} is for machine-to-machine applications, and Logto gives it to no user.`,
      "Take the role out of the organization's just-in-time roles, and give those who tried meanwhile their roles by hand.",
    );
  }
  const texts = joined.map((one) =>
    one.roles.length === 0
      ? `${nameOf(one)} with no role`
      : `${nameOf(one)} with ${one.roles.length === 1 ? "the role" : "the roles"} ${listed(one.roles.map(({ name }) => name).sort())}`,
  );
  const message = `At their first sign-in, users become members of ${texts.join("; and of ")}.`;
  const isWithoutRole = joined.some(({ roles }) => roles.length === 0);
  return isWithoutRole
    ? pass(
        "organizations",
        message,
        "To give members a role, declare OrganizationJitRoles of the organization.",
      )
    : pass("organizations", message);
}

function nameOf({ organization }: Pick<JoinedOrganization, "organization">): string {
  return `${quote(withoutExposed(organization.name))} (${organization.id})`;
}
