/** `/api/organizations/{id}/jit/sso-connectors`: whose users become members of an organization at their first sign-in. */
import type { CallApi } from "./api";
import { callFor, emptyShape, find, listOf, remove } from "./endpoint";

/** Each link is listed with its whole connector. */
const maxLinksBytes = 16 * 2 ** 20;

export class Organizations {
  constructor(private readonly call: CallApi) {}

  /** Lists the IDs of the linked connectors; `undefined` where there is no such organization. */
  linkedConnectors(organizationId: string): Promise<string[] | undefined> {
    return find(this.call, pathOf(organizationId), linkedIdsShape, { maxBytes: maxLinksBytes });
  }

  /** Links a connector; one that is already linked is not an error (Logto: utils/RelationQueries.ts). */
  async link(organizationId: string, connectorId: string): Promise<void> {
    const options = { body: { ssoConnectorIds: [connectorId] }, idempotent: true };
    await callFor(this.call, "POST", pathOf(organizationId), emptyShape, options);
  }

  /** Unlinks a connector; one that is not linked, or whose organization is gone, is not an error. */
  unlink(organizationId: string, connectorId: string): Promise<void> {
    return remove(this.call, `${pathOf(organizationId)}/${encodeURIComponent(connectorId)}`);
  }
}

function pathOf(organizationId: string): string {
  return `/api/organizations/${encodeURIComponent(organizationId)}/jit/sso-connectors`;
}

const linkedIdsShape = listOf("a list of connectors", {
  name: "a connector",
  parse: (body) => {
    const { id } = (body ?? {}) as { id?: unknown };
    return typeof id === "string" ? id : undefined;
  },
});
