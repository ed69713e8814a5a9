/** Organizations, as far as connectors need them: their just-in-time links to connectors. */
import { z } from "zod/v3";
import { type Answer, type Call, Refusal } from "./answer";
import { bare, type Connectors, newId } from "./connectors";
import { guard } from "./guards";

interface Organization {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
}

const createGuard = z.object({ name: z.string().min(1).max(128) });
const addGuard = z.object({ ssoConnectorIds: z.array(z.string().min(1)).nonempty() });
const replaceGuard = z.object({ ssoConnectorIds: z.array(z.string().min(1)) });

export class Organizations {
  readonly #organizations = new Map<string, Organization>();
  readonly #links = new Map<string, Set<string>>();

  constructor(private readonly connectors: Connectors) {}

  /** Links go with their connector. */
  removeLinksTo(connectorId: string): void {
    for (const links of this.#links.values()) links.delete(connectorId);
  }

  readonly create = ({ body }: Call): Answer => {
    const { name } = guard(createGuard, body);
    const organization = { id: newId(), name, createdAt: Date.now() };
    this.#organizations.set(organization.id, organization);
    this.#links.set(organization.id, new Set());
    const rest = {
      tenantId: "default",
      description: null,
      customData: {},
      isMfaRequired: false,
      color: {},
      branding: {},
      customCss: null,
    };
    return { status: 201, body: { ...organization, ...rest } };
  };

  readonly delete = ({ params: [id = ""] }: Call): Answer => {
    if (!this.#organizations.delete(id)) throw new Refusal(404, "entity.not_exists_with_id");
    this.#links.delete(id);
    return { status: 204 };
  };

  readonly listLinks = ({ params: [id = ""] }: Call): Answer => {
    const links = this.#links.get(id);
    if (links === undefined) throw new Refusal(404, "entity.not_exists_with_id");
    const rows = [...this.connectors.rows.values()].filter((row) => links.has(row.id));
    return { status: 200, body: rows.map(bare) };
  };

  readonly addLinks = ({ params: [id = ""], body }: Call): Answer => {
    const { ssoConnectorIds } = guard(addGuard, body);
    this.#link(id, ssoConnectorIds);
    return { status: 201, body: "Created" };
  };

  readonly replaceLinks = ({ params: [id = ""], body }: Call): Answer => {
    const { ssoConnectorIds } = guard(replaceGuard, body);
    this.#guardKeys(id, ssoConnectorIds);
    this.#links.get(id)?.clear();
    this.#link(id, ssoConnectorIds);
    return { status: 204 };
  };

  readonly removeLink = ({ params: [id = "", connectorId = ""] }: Call): Answer => {
    if (this.#links.get(id)?.delete(connectorId) !== true) throw new Refusal(404, "entity.not_found");
    return { status: 204 };
  };

  #link(id: string, connectorIds: readonly string[]): void {
    this.#guardKeys(id, connectorIds);
    for (const connectorId of connectorIds) this.#links.get(id)?.add(connectorId);
  }

  /** What the database's foreign keys refuse. */
  #guardKeys(id: string, connectorIds: readonly string[]): void {
    if (!this.#links.has(id) || connectorIds.some((connectorId) => !this.connectors.rows.has(connectorId))) {
      throw new Refusal(422, "entity.relation_foreign_key_not_found");
    }
  }
}
