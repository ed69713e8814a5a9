/** `/api/organizations`: organizations, and which users become members of them at their first sign-in, with which roles. */
import type { Values } from "../values";
import type { CallApi } from "./api";
import { type ApiObject, Collection } from "./collection";
import { callFor, emptyShape, find, listOf, listOfTexts, remove } from "./endpoint";
import { type OrganizationRole, organizationRoleShape } from "./organizationRoles";

/** Each link is listed with its whole connector. */
const maxLinksBytes = 16 * 2 ** 20;

/** An organization in Logto. Its name is not unique. */
export type ApiOrganization = ApiObject;

/** What an organization has just in time. */
type JitPart = "sso-connectors" | "roles" | "email-domains";

export class Organizations extends Collection {
  /** @param ready resolves when requests can be made */
  constructor(call: CallApi, ready: () => Promise<void>) {
    super(call, ready, "/api/organizations", "an organization");
  }

  /** Lists the IDs of the linked connectors; `undefined` where there is no such organization. */
  linkedConnectors(organizationId: string): Promise<string[] | undefined> {
    return find(this.call, this.#jitPathOf(organizationId, "sso-connectors"), linkedIdsShape, {
      maxBytes: maxLinksBytes,
    });
  }

  /** Links a connector; one that is already linked is not an error (Logto: utils/RelationQueries.ts). */
  async link(organizationId: string, connectorId: string): Promise<void> {
    const options = { body: { ssoConnectorIds: [connectorId] }, idempotent: true };
    await callFor(this.call, "POST", this.#jitPathOf(organizationId, "sso-connectors"), emptyShape, options);
  }

  /** Unlinks a connector; one that is not linked, or whose organization is gone, is not an error. */
  unlink(organizationId: string, connectorId: string): Promise<void> {
    return remove(
      this.call,
      `${this.#jitPathOf(organizationId, "sso-connectors")}/${encodeURIComponent(connectorId)}`,
    );
  }

  /** Lists the roles of members who join just in time; `undefined` where there is no such organization. */
  jitRoles(organizationId: string): Promise<OrganizationRole[] | undefined> {
    return find(this.call, this.#jitPathOf(organizationId, "roles"), jitRolesShape);
  }

  setJitRoles(organizationId: string, organizationRoleIds: readonly string[]): Promise<void> {
    return this.#replace(organizationId, "roles", { organizationRoleIds });
  }

  /** Lists the email domains, as they are written; `undefined` where there is no such organization. */
  async jitEmailDomains(organizationId: string): Promise<string[] | undefined> {
    const domains = await find(
      this.call,
      this.#jitPathOf(organizationId, "email-domains"),
      emailDomainsShape,
    );
    // Logto lists none of an unknown organization (seen with Logto 1.42).
    return domains?.length === 0 && (await this.read(organizationId)) === undefined ? undefined : domains;
  }

  setJitEmailDomains(organizationId: string, emailDomains: readonly string[]): Promise<void> {
    return this.#replace(organizationId, "email-domains", { emailDomains });
  }

  /** Replaces a set, all or nothing. Where there is no such organization, an empty one is no error (recorded). */
  async #replace(organizationId: string, part: JitPart, body: Values): Promise<void> {
    await callFor(this.call, "PUT", this.#jitPathOf(organizationId, part), emptyShape, { body });
  }

  #jitPathOf(organizationId: string, part: JitPart): string {
    return `${this.pathOf(organizationId)}/jit/${part}`;
  }
}

const jitRolesShape = listOf("a list of roles", organizationRoleShape);

const emailDomainsShape = listOfTexts("a list of email domains", "an email domain", "emailDomain");

const linkedIdsShape = listOfTexts("a list of connectors", "a connector", "id");
