/** Organizations, and who joins them just in time with which roles. */
import { z } from "zod/v3";
import type { Connectors } from "./connectors";
import {
  asUtf8,
  bare,
  guardJson,
  guardTenant,
  guardText,
  inJsonbOrder,
  matcherOf,
  newId,
  type Row,
} from "./database";
import { EmailDomains } from "./emailDomains";
import type { Features } from "./features";
import { guard, isYes, jsonObject, queryOf, tenantId } from "./guards";
import { ApiError, type ApiRequest, type ApiResponse } from "./http";
import { Members } from "./members";
import type { OrganizationRole, OrganizationRoles } from "./organizationRoles";
import { pageOf } from "./pagination";
import { Relation } from "./relations";
import type { Users } from "./users";

type Organization = Readonly<Record<string, unknown>> & {
  readonly id: string;
  readonly name: string;
  readonly isTrustedDeviceAllowed?: boolean | undefined;
};

const color = z.string().regex(/^#(?:[\da-f]{3}){1,2}$/i);
const url = z.string().url();
const createGuard = z.object({
  tenantId,
  name: z.string().min(1).max(128).transform(asUtf8),
  description: z.string().max(256).transform(asUtf8).nullable().optional(),
  customData: jsonObject.optional(),
  isMfaRequired: z.boolean().optional(),
  isTrustedDeviceAllowed: z.boolean().optional(),
  color: z
    .object({ primaryColor: color, isDarkModeEnabled: z.boolean(), darkPrimaryColor: color })
    .partial()
    .optional(),
  branding: z.object({ logoUrl: url, darkLogoUrl: url, favicon: url, darkFavicon: url }).partial().optional(),
  customCss: z.string().transform(asUtf8).nullable().optional(),
  createdAt: z.number().optional(),
});
/** Logto drops what it does not know, and so this field where it lacks the feature (Logto: utils/SchemaRouter.ts). */
const oldCreateGuard = createGuard.omit({ isTrustedDeviceAllowed: true });
const queryGuard = z.object({ q: z.string().optional(), showFeatured: z.string().optional() });

const organizationOf = (id: string, given: { readonly name: string }): Organization => ({
  id,
  tenantId: "default",
  customData: {},
  isMfaRequired: false,
  isTrustedDeviceAllowed: true,
  color: {},
  branding: {},
  createdAt: Date.now(),
  description: null,
  customCss: null,
  ...given,
});

export class Organizations {
  readonly #organizations = new Map<string, Organization>();
  readonly jitConnectors: Relation<Row>;
  readonly jitRoles: Relation<OrganizationRole>;
  readonly jitEmailDomains: EmailDomains;
  readonly members: Members;

  constructor(
    private readonly connectors: Connectors,
    roles: OrganizationRoles,
    users: Users,
    private readonly features: Readonly<Features>,
  ) {
    const { endpoint } = connectors;
    const hasOrganization = (id: string) => this.#organizations.has(id);
    const owner = { endpoint, hasOrganization, findOrganization: (id: string) => void this.#find(id) };
    this.jitConnectors = new Relation({
      ...owner,
      rows: connectors.rows,
      key: "ssoConnectorIds",
      length: 128,
      shown: bare,
    });
    this.jitRoles = new Relation({
      ...owner,
      rows: roles.rows,
      key: "organizationRoleIds",
      length: 21,
      shown: (role) => role,
    });
    this.jitEmailDomains = new EmailDomains(hasOrganization, endpoint);
    this.members = new Members(users.rows, roles.rows, endpoint);
  }

  /** Creates an organization and returns its ID. */
  make(name: string): string {
    const { id } = (this.create({ params: [], path: "", query: new URLSearchParams(), body: { name } })
      .body ?? {}) as Organization;
    return id;
  }

  get rows(): Organization[] {
    return [...this.#organizations.values()];
  }

  put(id: string, name: string, links: readonly string[]): void {
    this.#organizations.set(id, organizationOf(id, { name }));
    this.jitConnectors.set(id, links);
  }

  /** Returns the IDs of the connectors linked to an organization. */
  linked(id: string): string[] {
    return this.jitConnectors.of(id);
  }

  /** Links connectors to an organization, as the console does. */
  add(id: string, connectorIds: readonly string[]): void {
    this.jitConnectors.add(id, connectorIds);
  }

  remove(id: string, connectorId: string): void {
    this.jitConnectors.remove(id, connectorId);
  }

  /**
   * Makes a user a member of the organizations of a connector. Logto does so when it adds an identity to a user: at the
   * first sign-in through the connector, of a new user or one whom it knows by the email address, and at no later one.
   */
  joinByConnector(userId: string, connectorId: string): void {
    this.#join(userId, this.jitConnectors.organizationsOf(connectorId));
  }

  /**
   * Makes a user a member of the organizations of an email domain, whose case matters. Logto does so when it registers a
   * user without enterprise SSO, and at no other time.
   */
  joinByEmail(userId: string, email: string): void {
    this.#join(userId, this.jitEmailDomains.organizationsOf(email.split("@")[1] ?? ""));
  }

  readonly create = ({ body }: ApiRequest): ApiResponse => {
    const { tenantId: _tenant, createdAt: _time, ...values } = guard(this.#createGuard(), body);
    const given = asStored(values);
    guardValues(given);
    const organization = organizationOf(newId(), given);
    this.#organizations.set(organization.id, organization);
    return { status: 201, body: this.#shown(organization) };
  };

  readonly patch = ({ params: [id = ""], body }: ApiRequest): ApiResponse => {
    const given = asStored(guard(this.#createGuard().partial(), body));
    // A body without any known field (seen with Logto 1.42), even for an unknown organization.
    if (Object.keys(given).length === 0) throw new ApiError(422, "entity.invalid_input");
    guardText(id);
    guardValues(given);
    const row = this.#organizations.get(id);
    if (row === undefined) throw new ApiError(404, "entity.not_exists");
    guardTenant(given.tenantId);
    const { name = row.name, ...rest } = given;
    const changed = { ...row, ...rest, name };
    this.#organizations.set(id, changed);
    return { status: 200, body: this.#shown(changed) };
  };

  /** Lists by ID, which no query asks for: it is the order of the index that PostgreSQL reads (seen with Logto 1.42). */
  readonly list = (call: ApiRequest): ApiResponse => {
    const page = pageOf(call, this.connectors.endpoint, false);
    const { q, showFeatured } = queryOf(call, queryGuard);
    const isMatch = matcherOf(q);
    const all = [...this.#organizations.values()]
      .filter(({ id, name }) => isMatch([id, name]))
      .toSorted((a, b) => (a.id < b.id ? -1 : 1));
    const body = page
      ?.cut(all)
      .map((one) => ({ ...this.#shown(one), ...(isYes(showFeatured) ? this.members.featured(one.id) : {}) }));
    return { status: 200, body, headers: page?.headers(all.length) ?? {} };
  };

  readonly get = ({ params: [id = ""] }: ApiRequest): ApiResponse => ({
    status: 200,
    body: this.#shown(this.#find(id)),
  });

  readonly delete = ({ params: [id = ""] }: ApiRequest): ApiResponse => {
    guardText(id);
    if (!this.#organizations.delete(id)) throw new ApiError(404, "entity.not_found");
    for (const table of [this.jitConnectors, this.jitRoles, this.jitEmailDomains, this.members])
      table.removeOrganization(id);
    return { status: 204 };
  };

  /**
   * Adds a member with exactly the just-in-time roles of each organization, or adds these to the roles of one who is a
   * member already (Logto: libraries/user.ts). The members stay when the roles are refused, since there is no transaction.
   */
  #join(userId: string, ids: readonly string[]): void {
    for (const id of ids) this.members.add(id, userId, []);
    // The database gives the roles of machines to no user, although Logto lets organizations have them (seen with 1.42).
    const isRefused = ids.some((id) => this.jitRoles.rowsOf(id).some(({ type }) => type !== "User"));
    if (isRefused) throw new ApiError(422, "entity.db_constraint_violated");
    for (const id of ids) this.members.add(id, userId, this.jitRoles.of(id));
  }

  #createGuard(): typeof oldCreateGuard {
    return this.features.trustedDevices ? createGuard : oldCreateGuard;
  }

  #shown({ isTrustedDeviceAllowed, ...organization }: Organization): object {
    return this.features.trustedDevices ? { ...organization, isTrustedDeviceAllowed } : organization;
  }

  #find(id: string): Organization {
    guardText(id);
    const organization = this.#organizations.get(id);
    if (organization === undefined) throw new ApiError(404, "entity.not_exists_with_id");
    return organization;
  }
}

type Given = z.output<ReturnType<typeof createGuard.partial>>;

/** Returns values as they are written: empty texts as null (Logto's code), and the keys of custom data in jsonb's order. */
function asStored<Values extends Given>(given: Values): Values {
  const { description, customCss, customData } = given;
  return {
    ...given,
    ...(customData && { customData: inJsonbOrder(customData) }),
    ...(description === "" && { description: null }),
    ...(customCss === "" && { customCss: null }),
  };
}

function guardValues({ name, description, customCss, customData, color: colors, branding }: Given): void {
  guardText((name ?? "") + (description ?? "") + (customCss ?? ""));
  guardJson([customData, colors, branding]);
}
