/** Organizations, as far as connectors need them: their connectors and members for just-in-time provisioning. */
import { z } from "zod/v3";
import type { Connectors } from "./connectors";
import { asUtf8, bare, guardJson, guardText, newId } from "./database";
import type { Features } from "./features";
import { guard, jsonObject } from "./guards";
import { ApiError, type ApiRequest, type ApiResponse } from "./http";
import { pageOf } from "./pagination";

type Organization = Readonly<Record<string, unknown>> & {
  readonly id: string;
  readonly name: string;
  readonly isTrustedDeviceAllowed?: boolean | undefined;
};

const color = z.string().regex(/^#(?:[\da-f]{3}){1,2}$/i);
const url = z.string().url();
const createGuard = z.object({
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
  customCss: z.string().nullable().optional(),
});
/** Logto drops what it does not know, and so this field where it lacks the feature (Logto: utils/SchemaRouter.ts). */
const oldCreateGuard = createGuard.omit({ isTrustedDeviceAllowed: true });
const addGuard = z.object({ ssoConnectorIds: z.array(z.string().min(1)).nonempty() });
const replaceGuard = z.object({ ssoConnectorIds: z.array(z.string().min(1)) });

export class Organizations {
  readonly #organizations = new Map<string, Organization>();
  readonly #links = new Map<string, Set<string>>();
  readonly #members = new Map<string, Set<string>>();

  constructor(
    private readonly connectors: Connectors,
    private readonly features: Readonly<Features>,
  ) {}

  /** Creates an organization and returns its ID. */
  make(name: string): string {
    const { id } = (this.create({ params: [], path: "", query: new URLSearchParams(), body: { name } })
      .body ?? {}) as Organization;
    return id;
  }

  put(id: string, name: string, links: readonly string[]): void {
    this.#organizations.set(id, { id, name });
    this.#links.set(id, new Set(links));
  }

  /** Returns the IDs of the connectors linked to an organization. */
  linked(id: string): string[] {
    return [...(this.#links.get(id) ?? [])];
  }

  /** Links connectors to an organization, as the console does. */
  add(id: string, connectorIds: readonly string[]): void {
    for (const connectorId of connectorIds) this.#links.get(id)?.add(connectorId);
  }

  remove(id: string, connectorId: string): void {
    this.#links.get(id)?.delete(connectorId);
  }

  /** Returns the IDs of the organizations that a user is a member of. */
  of(userId: string): string[] {
    return [...this.#members].filter(([, members]) => members.has(userId)).map(([id]) => id);
  }

  /** Makes a user a member of the organizations that a connector is linked to. */
  join(userId: string, connectorId: string): void {
    for (const [id, links] of this.#links) {
      if (links.has(connectorId)) this.#members.set(id, new Set(this.#members.get(id)).add(userId));
    }
  }

  /** Ends all memberships of a user, as the database does when the user is deleted. */
  removeMember(userId: string): void {
    for (const members of this.#members.values()) members.delete(userId);
  }

  /** Removes all links to a connector, as the database does when the connector is deleted. */
  removeLinksTo(connectorId: string): void {
    for (const links of this.#links.values()) links.delete(connectorId);
  }

  readonly create = ({ body }: ApiRequest): ApiResponse => {
    const given = withEmptyAsNull(guard(this.#createGuard(), body));
    guardValues(given);
    const organization = {
      id: newId(),
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
    };
    this.#organizations.set(organization.id, organization);
    this.#links.set(organization.id, new Set());
    return { status: 201, body: this.#shown(organization) };
  };

  readonly patch = ({ params: [id = ""], body }: ApiRequest): ApiResponse => {
    const given = withEmptyAsNull(guard(this.#createGuard().partial(), body));
    // A body without any known field (seen with Logto 1.42), even for an unknown organization.
    if (Object.keys(given).length === 0) throw new ApiError(422, "entity.invalid_input");
    guardText(id);
    guardValues(given);
    const row = this.#organizations.get(id);
    if (row === undefined) throw new ApiError(404, "entity.not_exists");
    const { name = row.name, ...rest } = given;
    const changed = { ...row, ...rest, name };
    this.#organizations.set(id, changed);
    return { status: 200, body: this.#shown(changed) };
  };

  readonly list = (call: ApiRequest): ApiResponse => {
    const page = pageOf(call, this.connectors.endpoint, false);
    const all = [...this.#organizations.values()];
    const body = page?.cut(all).map((one) => this.#shown(one));
    return { status: 200, body, headers: page?.headers(all.length) ?? {} };
  };

  readonly get = ({ params: [id = ""] }: ApiRequest): ApiResponse => ({
    status: 200,
    body: this.#shown(this.#find(id)),
  });

  readonly delete = ({ params: [id = ""] }: ApiRequest): ApiResponse => {
    guardText(id);
    if (!this.#organizations.delete(id)) throw new ApiError(404, "entity.not_found");
    this.#links.delete(id);
    this.#members.delete(id);
    return { status: 204 };
  };

  readonly listLinks = (call: ApiRequest): ApiResponse => {
    const page = pageOf(call, this.connectors.endpoint);
    const { id } = this.#find(call.params[0] ?? "");
    const linked = [...(this.#links.get(id) ?? [])];
    const rows = linked.flatMap((connectorId) => this.connectors.rows.get(connectorId) ?? []);
    return {
      status: 200,
      body: (page?.cut(rows) ?? rows).map(bare),
      ...(page === undefined ? {} : { headers: page.headers(rows.length) }),
    };
  };

  readonly addLinks = ({ params: [id = ""], body }: ApiRequest): ApiResponse => {
    const { ssoConnectorIds } = guard(addGuard, body);
    guardLengths(id, ssoConnectorIds);
    this.#guardKeys(id, ssoConnectorIds);
    for (const connectorId of ssoConnectorIds) this.#links.get(id)?.add(connectorId);
    return { status: 201, body: "Created" };
  };

  readonly replaceLinks = ({ params: [id = ""], body }: ApiRequest): ApiResponse => {
    const { ssoConnectorIds } = guard(replaceGuard, body);
    if (ssoConnectorIds.length > 0) guardLengths(id, ssoConnectorIds);
    if (new Set(ssoConnectorIds).size < ssoConnectorIds.length) {
      throw new ApiError(422, "entity.unique_integrity_violation");
    }
    this.#guardKeys(id, ssoConnectorIds);
    if (this.#links.has(id)) this.#links.set(id, new Set(ssoConnectorIds));
    return { status: 204 };
  };

  readonly removeLink = ({ params: [id = "", connectorId = ""] }: ApiRequest): ApiResponse => {
    guardText(id + connectorId);
    if (this.#links.get(id)?.delete(connectorId) !== true) throw new ApiError(404, "entity.not_found");
    return { status: 204 };
  };

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

  /** Refuses what the foreign keys of the database refuse, which is nothing where there is nothing to write. */
  #guardKeys(id: string, connectorIds: readonly string[]): void {
    for (const key of [id, ...connectorIds]) guardText(key);
    const unknown = connectorIds.filter((connectorId) => !this.connectors.rows.has(connectorId));
    if (unknown.length > 0 || (connectorIds.length > 0 && !this.#links.has(id))) {
      throw new ApiError(422, "entity.relation_foreign_key_not_found");
    }
  }
}

type Given = z.output<ReturnType<typeof createGuard.partial>>;

/** Empty texts are written as null (Logto's code). */
function withEmptyAsNull<Values extends Given>(given: Values): Values {
  const { description, customCss } = given;
  return {
    ...given,
    ...(description === "" && { description: null }),
    ...(customCss === "" && { customCss: null }),
  };
}

function guardValues({ name, description, customCss, customData, color: colors, branding }: Given): void {
  guardText((name ?? "") + (description ?? "") + (customCss ?? ""));
  guardJson([customData, colors, branding]);
}

/** Checks the lengths of the columns, as the database does before its foreign keys. Reads have no limit (measured). */
function guardLengths(id: string, connectorIds: readonly string[]): void {
  for (const key of [id, ...connectorIds]) guardText(key);
  const limit = length(id) > 21 ? 21 : connectorIds.some((one) => length(one) > 128) ? 128 : undefined;
  if (limit === undefined) return;
  const message = `value too long for type character varying(${limit})`;
  throw new ApiError(422, "entity.value_too_long", { message });
}

/** Counts characters as PostgreSQL does: a surrogate pair is one. */
function length(text: string): number {
  return Array.from(text).length;
}
