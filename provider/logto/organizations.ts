/** `/api/organizations`: organizations, and which users become members of them at their first sign-in, with which roles. */
import { isObject, type Values } from "../values";
import type { CallApi } from "./api";
import { callFor, emptyShape, find, listOf, remove, type Shape } from "./endpoint";
import { type OrganizationRole, organizationRoleShape } from "./organizationRoles";
import { listPages, PagedList } from "./pages";
import { freshMs, type ReadLimits, SharedReads } from "./sharedReads";

const organizationsPath = "/api/organizations";

/** Each link is listed with its whole connector. */
const maxLinksBytes = 16 * 2 ** 20;

/** An organization in Logto. */
export interface ApiOrganization extends Values {
  readonly id: string;
  /** Not unique. */
  readonly name: string;
}

/** What an organization has just in time. */
type JitPart = "sso-connectors" | "roles" | "email-domains";

export class Organizations {
  readonly #reads: OrganizationReads;

  /** @param ready resolves when requests can be made */
  constructor(
    private readonly call: CallApi,
    ready: () => Promise<void>,
  ) {
    this.#reads = new OrganizationReads({
      ready,
      get: (id) => this.get(id),
      list: () => new PagedList(listPages(call, organizationsPath, organizationShape)),
    });
  }

  /** Creates an organization; Logto assigns the ID, and does not look at the name. */
  create(body: Values): Promise<ApiOrganization> {
    return callFor(this.call, "POST", organizationsPath, organizationShape, { body });
  }

  /** Reads an organization; `undefined` where it does not exist. */
  get(id: string): Promise<ApiOrganization | undefined> {
    return find(this.call, pathOf(id), organizationShape);
  }

  /** Reads an organization like {@link get}; many reads share one list. */
  read(id: string, limits?: ReadLimits): Promise<ApiOrganization | undefined> {
    return this.#reads.read(id, limits);
  }

  /** Lists all organizations as they are at this moment. Lists of a moment are one. */
  async list(): Promise<readonly ApiOrganization[]> {
    return (await this.#reads.newList()).items;
  }

  /** Lists all organizations as they were at most a minute ago: one list for many creates. */
  recent(): Promise<readonly ApiOrganization[]> {
    return this.#reads.recent();
  }

  /** Finds the organizations of a name, as they are at this moment. */
  async named(name: string): Promise<ApiOrganization[]> {
    // Logto looks for the text in names and IDs, by ILIKE of PostgreSQL (Logto: utils/search.ts).
    const q = name.replace(/[\\%_]/g, "\\$&");
    const found = await listPages(this.call, organizationsPath, organizationShape, { q });
    return found.filter((organization) => organization.name === name);
  }

  /** Changes the fields that are given. Those that are objects are replaced as a whole. */
  update(id: string, changes: Values): Promise<ApiOrganization> {
    return this.#reads.write([id], () =>
      callFor(this.call, "PATCH", pathOf(id), organizationShape, { body: changes }),
    );
  }

  /** Deletes an organization, with its members; one that is already gone is not an error. */
  delete(id: string): Promise<void> {
    return this.#reads.write([id], () => remove(this.call, pathOf(id)));
  }

  /** Lists the IDs of the linked connectors; `undefined` where there is no such organization. */
  linkedConnectors(organizationId: string): Promise<string[] | undefined> {
    return find(this.call, jitPathOf(organizationId, "sso-connectors"), linkedIdsShape, {
      maxBytes: maxLinksBytes,
    });
  }

  /** Links a connector; one that is already linked is not an error (Logto: utils/RelationQueries.ts). */
  async link(organizationId: string, connectorId: string): Promise<void> {
    const options = { body: { ssoConnectorIds: [connectorId] }, idempotent: true };
    await callFor(this.call, "POST", jitPathOf(organizationId, "sso-connectors"), emptyShape, options);
  }

  /** Unlinks a connector; one that is not linked, or whose organization is gone, is not an error. */
  unlink(organizationId: string, connectorId: string): Promise<void> {
    return remove(
      this.call,
      `${jitPathOf(organizationId, "sso-connectors")}/${encodeURIComponent(connectorId)}`,
    );
  }

  /** Lists the roles of members who join just in time; `undefined` where there is no such organization. */
  jitRoles(organizationId: string): Promise<OrganizationRole[] | undefined> {
    return find(this.call, jitPathOf(organizationId, "roles"), jitRolesShape);
  }

  /** Replaces the roles, all or nothing. Where there is no such organization, no roles are no error (recorded). */
  async setJitRoles(organizationId: string, organizationRoleIds: readonly string[]): Promise<void> {
    await callFor(this.call, "PUT", jitPathOf(organizationId, "roles"), emptyShape, {
      body: { organizationRoleIds },
    });
  }

  /** Lists the email domains, as they are written; `undefined` where there is no such organization. */
  async jitEmailDomains(organizationId: string): Promise<string[] | undefined> {
    const domains = await find(this.call, jitPathOf(organizationId, "email-domains"), emailDomainsShape);
    // Logto lists none of an unknown organization (seen with Logto 1.42).
    return domains?.length === 0 && (await this.read(organizationId)) === undefined ? undefined : domains;
  }

  /** Replaces the email domains, all or nothing. Where there is no such organization, no domains are no error (recorded). */
  async setJitEmailDomains(organizationId: string, emailDomains: readonly string[]): Promise<void> {
    await callFor(this.call, "PUT", jitPathOf(organizationId, "email-domains"), emptyShape, {
      body: { emailDomains },
    });
  }
}

class OrganizationReads extends SharedReads<ApiOrganization, PagedList<ApiOrganization>> {
  async recent(): Promise<readonly ApiOrganization[]> {
    return (this.latestWithin(freshMs)?.list ?? (await this.newList())).items;
  }
}

function pathOf(organizationId: string): string {
  return `${organizationsPath}/${encodeURIComponent(organizationId)}`;
}

function jitPathOf(organizationId: string, part: JitPart): string {
  return `${pathOf(organizationId)}/jit/${part}`;
}

const organizationShape: Shape<ApiOrganization> = {
  name: "an organization",
  parse: (body) => {
    const { id, name } = isObject(body) ? body : {};
    return typeof id === "string" && typeof name === "string" ? (body as ApiOrganization) : undefined;
  },
};

const jitRolesShape = listOf("a list of roles", organizationRoleShape);

const emailDomainsShape = listOf("a list of email domains", {
  name: "an email domain",
  parse: (body) => {
    const { emailDomain } = isObject(body) ? body : {};
    return typeof emailDomain === "string" ? emailDomain : undefined;
  },
});

const linkedIdsShape = listOf("a list of connectors", {
  name: "a connector",
  parse: (body) => {
    const { id } = isObject(body) ? body : {};
    return typeof id === "string" ? id : undefined;
  },
});
