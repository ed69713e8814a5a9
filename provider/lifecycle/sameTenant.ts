/** The rules by which an object is the recorded one, in the recorded tenant. Pure. */
import type { Values } from "../connector/canonical";

/** Returns whether a resource was last seen at another endpoint. States of version 0.1.0 do not record it. */
export function hasMoved({ endpoint }: Values, current: string): boolean {
  return typeof endpoint === "string" && endpoint !== current;
}

/** Returns whether an object with the recorded ID is the recorded one: a restored copy of a tenant has the same IDs. */
export function isSameTenant(recorded: Values, found: Values | undefined): boolean {
  if (found === undefined) return false;
  const [before, now] = [recorded.tenantId, found.tenantId];
  return before === undefined || now === undefined || before === now;
}
