/** The applications of a tenant, as far as sign-ins need them. */
import { z } from "zod/v3";
import { guardText, newId } from "./database";
import { guard } from "./guards";
import { ApiError, type ApiRequest, type ApiResponse } from "./http";

const types = ["Native", "SPA", "Traditional", "MachineToMachine"] as const;

export interface Application {
  readonly id: string;
  name: string;
  readonly type: (typeof types)[number] | "SAML";
  readonly isThirdParty: boolean;
  oidcClientMetadata: { redirectUris: string[]; postLogoutRedirectUris: string[] };
  /** A row of another table in Logto, which has a route of its own. */
  readonly secret: string;
}

const oidcClientMetadata = z.object({
  redirectUris: z.array(z.string()),
  postLogoutRedirectUris: z.array(z.string()),
});
const createGuard = z.object({
  name: z.string().min(1).max(256),
  type: z.enum(types),
  isThirdParty: z.boolean().optional(),
  oidcClientMetadata: oidcClientMetadata.optional(),
});
/** The fields that can change: `type` and `isThirdParty` are dropped silently (recorded). */
const patchGuard = createGuard.pick({ name: true, oidcClientMetadata: true }).partial();
const samlGuard = z.object({
  name: z.string().min(1).max(256),
  entityId: z.string(),
  acsUrl: z.object({ binding: z.string(), url: z.string() }),
});

export class Applications {
  /** Called with the ID of an application that was deleted. */
  onDelete: (id: string) => void = () => undefined;
  readonly rows = new Map<string, Application>();

  /** Inserts a row into the database without any check. */
  insert(values: Pick<Application, "type"> & Partial<Application>): Application {
    const row = {
      id: newId(21),
      name: values.type,
      isThirdParty: false,
      oidcClientMetadata: { redirectUris: [], postLogoutRedirectUris: [] },
      secret: newId(32),
      ...values,
    };
    this.rows.set(row.id, row);
    return row;
  }

  /** Deletes an application and everything that depends on it, as the console does. */
  remove(id: string): void {
    this.find(id);
    this.rows.delete(id);
    this.onDelete(id);
  }

  find(id: string): Application {
    guardText(id);
    const row = this.rows.get(id);
    if (row === undefined) throw new ApiError(404, "entity.not_exists_with_id");
    return row;
  }

  readonly create = ({ body }: ApiRequest): ApiResponse => {
    const { name, type, isThirdParty = false, oidcClientMetadata } = guard(createGuard, body);
    const metadata = oidcClientMetadata === undefined ? {} : { oidcClientMetadata };
    return { status: 200, body: shown(this.insert({ name, type, isThirdParty, ...metadata })) };
  };

  readonly createSaml = ({ body }: ApiRequest): ApiResponse => {
    const { name, entityId, acsUrl } = guard(samlGuard, body);
    const { oidcClientMetadata, ...row } = shown(this.insert({ name, type: "SAML" }));
    const saml = {
      tenantId: "default",
      description: null,
      customData: {},
      appLevelAccessControlEnabled: false,
      createdAt: Date.now(),
      attributeMapping: {},
      entityId,
      acsUrl,
      encryption: null,
      nameIdFormat: "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
    };
    return { status: 201, body: { ...row, ...saml } };
  };

  readonly patch = ({ params: [id = ""], body }: ApiRequest): ApiResponse => {
    const given = guard(patchGuard, body);
    return { status: 200, body: shown(Object.assign(this.find(id), given)) };
  };

  readonly secrets = ({ params: [id = ""] }: ApiRequest): ApiResponse => {
    const { secret: value } = this.find(id);
    const row = { tenantId: "default", applicationId: id, name: "Default secret", value, expiresAt: null };
    return { status: 200, body: [row] };
  };

  readonly delete = ({ params: [id = ""] }: ApiRequest): ApiResponse => {
    this.remove(id);
    return { status: 204 };
  };
}

function shown({ secret, ...application }: Application): Omit<Application, "secret"> {
  return application;
}
