/** `/api/organizations/{id}/jit/sso-connectors`: whose users become members of an organization at their first sign-in. */
import type { CallApi } from "./api";
import { answeredWithout, expectNoContent, isGone } from "./errors";

/** Each link comes with its whole connector. */
const maxLinksBytes = 16 * 2 ** 20;

export class Organizations {
  constructor(private readonly call: CallApi) {}

  /** IDs of the connectors that are linked; `undefined` where there is no such organization. */
  async linkedConnectors(organizationId: string): Promise<string[] | undefined> {
    const path = pathOf(organizationId);
    try {
      const { body } = await this.call("GET", path, { maxBytes: maxLinksBytes });
      return idsOf(path, body);
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  }

  /** One that is linked already is no error (Logto's code: on conflict, nothing is done). */
  async link(organizationId: string, connectorId: string): Promise<void> {
    const path = pathOf(organizationId);
    const options = { body: { ssoConnectorIds: [connectorId] }, isIdempotent: true };
    expectNoContent("POST", path, await this.call("POST", path, options));
  }

  /** One that is not linked, or whose organization is gone, is no error. */
  async unlink(organizationId: string, connectorId: string): Promise<void> {
    const path = `${pathOf(organizationId)}/${encodeURIComponent(connectorId)}`;
    try {
      expectNoContent("DELETE", path, await this.call("DELETE", path));
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }
}

function pathOf(organizationId: string): string {
  return `/api/organizations/${encodeURIComponent(organizationId)}/jit/sso-connectors`;
}

function idsOf(path: string, body: unknown): string[] {
  const ids = Array.isArray(body) ? body.map((row: { id?: unknown } | null) => row?.id) : [undefined];
  if (ids.every((id) => typeof id === "string")) return ids;
  throw answeredWithout("a list of connectors", { method: "GET", path });
}
