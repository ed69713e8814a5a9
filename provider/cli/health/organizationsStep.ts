/** The step that says what a user becomes a member of, through a connector or without enterprise SSO. Pure. */
import { withoutExposed } from "../../connector/exposedSecret";
import { LogtoError } from "../../logto/errors";
import { isForUsers, type OrganizationRole } from "../../logto/organizationRoles";
import type { ApiOrganization } from "../../logto/organizations";
import { quote } from "../../untrustedText";
import { listed } from "../io/names";
import { fail, pass, type Step, unknown } from "./step";

/** An organization that users join just in time. */
export interface JoinedOrganization {
  readonly organization: ApiOrganization;
  /** The roles that they get. */
  readonly roles: readonly OrganizationRole[];
}

/** When users join: in a sentence, and what fails then. */
interface Occasion {
  readonly when: string;
  readonly users: string;
  readonly event: string;
}

export function organizationsStep(joined: readonly JoinedOrganization[] | LogtoError): Step {
  if (joined instanceof LogtoError)
    return unknown("organizations", `Which organizations users join is not known: ${joined.message}`);
  if (joined.length === 0)
    return pass("organizations", "Users become members of no organization at their first sign-in.");
  return joinStep(joined, { when: "At their first sign-in", users: "users", event: "first sign-in" });
}

/**
 * Returns the step of users whose domain is a just-in-time email domain of organizations; `undefined` where it is of none.
 *
 * @param throughConnectors what its users join through each connector that they are offered, if they are offered any: then they
 * cannot register without it (Logto: routes/experience/classes/libraries/sign-in-experience-validator.ts)
 */
export function emailDomainStep(
  domain: string,
  joined: readonly JoinedOrganization[],
  throughConnectors: readonly (readonly JoinedOrganization[])[],
): Step | undefined {
  if (joined.length === 0) return undefined;
  if (throughConnectors.length === 0) {
    const when = "When they register without enterprise SSO";
    return joinStep(joined, { when, users: `users of ${domain}`, event: "registration" });
  }
  const isLinked = ({ organization: { id } }: JoinedOrganization) =>
    throughConnectors.every((others) => others.some(({ organization }) => organization.id === id));
  const idle = joined.filter((one) => !isLinked(one));
  if (idle.length === 0) return undefined;
  return pass(
    "organizations",
    `Users of ${domain} sign in through a connector, so its being an email domain of ${idle.map(nameOf).join(" and of ")} has no effect.`,
    "To let them join, link the organization with the connector by an OrganizationSsoConnector.",
  );
}

function joinStep(joined: readonly JoinedOrganization[], { when, users, event }: Occasion): Step {
  const machines = joined.flatMap(({ organization, roles }) =>
    roles.filter((role) => !isForUsers(role)).map(({ name }) => ({ organization, name })),
  );
  const [first] = machines;
  // Seen with Logto 1.42: 422 entity.db_constraint_violated, and a membership without any role stays behind.
  if (first !== undefined) {
    return fail(
      "organizations",
      `The ${event} of each user fails: the just-in-time role ${quote(withoutExposed(first.name))} of the organization ` +
        `${nameOf(first)} is for machine-to-machine applications, and Logto gives it to no user.`,
      "Take the role out of the organization's just-in-time roles, and give those who tried meanwhile their roles by hand.",
    );
  }
  const texts = joined.map((one) =>
    one.roles.length === 0
      ? `${nameOf(one)} with no role`
      : `${nameOf(one)} with ${one.roles.length === 1 ? "the role" : "the roles"} ${listed(one.roles.map(({ name }) => name).sort())}`,
  );
  const message = `${when}, ${users} become members of ${texts.join("; and of ")}.`;
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
