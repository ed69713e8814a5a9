/** Comparison of tenants: whether two endpoints, or an object and its state, belong to one tenant. Decided here alone. Pure. */
import { isDeepStrictEqual } from "node:util";
import { type ApiConnector, withoutProviderDetails } from "../connector/apiConnector";
import type { Values } from "../values";
import type { Settings } from "./settings";

/** Returns a key that settings of one tenant share as far as that is known without asking. */
export function tenantKey({ endpoint, resource }: Settings): string {
  // A tenant of Logto Cloud may have several endpoints, but has one resource indicator.
  const isCloud = /^https:\/\/[^./]+\.logto\.app\/api$/.test(resource) && resource !== selfHosted;
  return isCloud ? resource : endpoint;
}

const selfHosted = "https://default.logto.app/api";

/** Everything that was read of a tenant at one endpoint. */
export interface TenantAnswers {
  readonly connectors: readonly ApiConnector[];
  /** The number of further connectors, which cannot be read because their identity providers do not respond. */
  readonly unreadable: number;
  /** The other answers by what was asked, without those that failed. */
  readonly others: ReadonlyMap<string, unknown>;
}

/**
 * Whether two endpoints are those of one tenant, as a custom domain is: where they have connectors in common, and all that both
 * answer agrees. A copy that was restored from a backup has the same IDs, and is another tenant as soon as anything differs.
 */
export function isOneTenant(first: TenantAnswers, second: TenantAnswers): boolean {
  const other = new Map(second.connectors.map((connector) => [connector.id, connector]));
  const common = first.connectors.filter(({ id }) => other.has(id));
  return (
    common.length > 0 &&
    // A connector that only one of them has, the other cannot read.
    first.connectors.length - common.length <= second.unreadable &&
    first.connectors.length + first.unreadable === second.connectors.length + second.unreadable &&
    common.every((connector) => isSameConnector(connector, other.get(connector.id))) &&
    [...first.others].every(([key, answer]) => {
      return !second.others.has(key) || isEqualAnswer(answer, second.others.get(key));
    })
  );
}

/** Compares lists without their order: Logto's have none (Logto: queries/sso-connectors.ts). */
function isEqualAnswer(answer: unknown, other: unknown): boolean {
  const inOrder = (value: unknown) =>
    Array.isArray(value) ? value.map((item) => JSON.stringify(item)).sort() : value;
  return isDeepStrictEqual(inOrder(answer), inOrder(other));
}

/** Compares what Logto stores: the addresses in what it adds to a connector are those of the endpoint that was asked. */
function isSameConnector(connector: ApiConnector, other: ApiConnector | undefined): boolean {
  return (
    other !== undefined && isDeepStrictEqual(withoutProviderDetails(connector), withoutProviderDetails(other))
  );
}

/** Whether a resource was last seen at another endpoint. States of version 0.1.0 do not record it. */
export function hasMoved({ endpoint }: Values, currentEndpoint: string): boolean {
  return typeof endpoint === "string" && endpoint !== currentEndpoint;
}

/** Whether an object with the recorded ID is in the recorded tenant, as far as its ID tells: a restored copy has the same IDs. */
export function isRecordedTenant({ tenantId: recorded }: Values, { tenantId }: Values): boolean {
  return recorded === undefined || tenantId === undefined || tenantId === recorded;
}
