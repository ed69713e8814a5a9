/** `/api/organizations/{id}/jit/sso-connectors`: whose users become members of an organization at their first sign-in. */
import type { CallApi } from "./client";
import { answeredWithout, isGone } from "./errors";

export class Organizations {
  constructor(private readonly call: CallApi) {}

  /** IDs of the connectors that are linked; `undefined` where there is no such organization. */
  async linkedConnectors(organizationId: string): Promise<string[] | undefined> {
    const path = pathOf(organizationId);
    try {
      const answer = await this.call("GET", path);
      if (Array.isArray(answer)) return answer.map((row: { id?: unknown }) => String(row.id));
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
    throw answeredWithout("a list", { method: "GET", path });
  }

  /** One that is linked already is no error (Logto's code: on conflict, nothing is done). */
  async link(organizationId: string, connectorId: string): Promise<void> {
    await this.call("POST", pathOf(organizationId), {
      body: { ssoConnectorIds: [connectorId] },
      idempotent: true,
    });
  }

  /** One that is not linked, or whose organization is gone, is no error. */
  async unlink(organizationId: string, connectorId: string): Promise<void> {
    try {
      await this.call("DELETE", `${pathOf(organizationId)}/${encodeURIComponent(connectorId)}`);
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }
}

function pathOf(organizationId: string): string {
  return `/api/organizations/${encodeURIComponent(organizationId)}/jit/sso-connectors`;
}
