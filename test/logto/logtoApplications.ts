/** The applications of a tenant, as far as IdP-initiated sign-in needs them. */
import { z } from "zod/v3";
import { type Answer, type Call, Refusal } from "./answer";
import { guard } from "./guards";
import { guardText, newId } from "./rows";

const types = ["Native", "SPA", "Traditional", "MachineToMachine"] as const;

export interface LogtoApplication {
  readonly id: string;
  name: string;
  readonly type: (typeof types)[number] | "SAML";
  readonly isThirdParty: boolean;
  oidcClientMetadata: { redirectUris: string[]; postLogoutRedirectUris: string[] };
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

export class LogtoApplications {
  /** Called with the ID of an application that was deleted. */
  onDelete: (id: string) => void = () => undefined;
  readonly rows = new Map<string, LogtoApplication>();

  /** Inserts a row into the database without any check. */
  insert(values: Pick<LogtoApplication, "type"> & Partial<LogtoApplication>): LogtoApplication {
    const row = {
      id: newId(21),
      name: values.type,
      isThirdParty: false,
      oidcClientMetadata: { redirectUris: [], postLogoutRedirectUris: [] },
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

  find(id: string): LogtoApplication {
    guardText(id);
    const row = this.rows.get(id);
    if (row === undefined) throw new Refusal(404, "entity.not_exists_with_id");
    return row;
  }

  readonly create = ({ body }: Call): Answer => {
    const { name, type, isThirdParty = false, oidcClientMetadata } = guard(createGuard, body);
    const metadata = oidcClientMetadata === undefined ? {} : { oidcClientMetadata };
    return { status: 200, body: this.insert({ name, type, isThirdParty, ...metadata }) };
  };

  readonly createSaml = ({ body }: Call): Answer => {
    const { name, entityId, acsUrl } = guard(samlGuard, body);
    const { oidcClientMetadata, ...row } = this.insert({ name, type: "SAML" });
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

  readonly patch = ({ params: [id = ""], body }: Call): Answer => {
    const given = guard(patchGuard, body);
    return { status: 200, body: Object.assign(this.find(id), given) };
  };

  readonly delete = ({ params: [id = ""] }: Call): Answer => {
    this.remove(id);
    return { status: 204 };
  };
}
