/** The tenant of a resource: its object is read, changed and deleted only in the tenant where it was last seen. */
import { unknown, type Values } from "../values";
import { unmetPaths } from "../connector/compare";
import type { LogtoClient } from "../logto/client";
import { LogtoError } from "../logto/errors";
import { hasMoved, isRecordedTenant } from "../logto/sameTenant";
import { inContext, type Verb } from "./errorContext";
import { type Found, isReplacement, recording, type ResourceLifecycle } from "./lifecycle";
import type { Session } from "./session";

/** Adds the output `endpoint`, at which the object was last seen, and looks the object up where the settings name another one. */
export function withTenant(lifecycle: ResourceLifecycle, session: Session): ResourceLifecycle {
  return {
    ...lifecycle,

    diff(id, outputs, inputs) {
      const result = lifecycle.diff(id, outputs, inputs);
      const current = session.endpoint();
      if (current === undefined || !hasMoved(outputs, current)) return result;
      // All creates share the answer of the first one. What every tenant has says nothing of which one it is.
      let found: Promise<void> | undefined;
      if (!lifecycle.onePerTenant)
        session.assertSameTenant ??= (client) =>
          (found ??= assertSameObject(lifecycle, client, "find", id, outputs));
      session.notify(
        `This stack's resources were last seen at ${String(outputs.endpoint)}, and ${session.originOf("endpoint")} is now ` +
          `${current}. \`pulumi up\` looks up each of them there by its ID: it continues with those that exist, and ` +
          "stops at one that does not.",
      );
      return isReplacement(result) ? result : { ...result, changes: true };
    },

    preview: (inputs, current) => ({
      ...lifecycle.preview(inputs, current),
      endpoint: session.endpoint() ?? unknown,
    }),

    async create(client, inputs) {
      const { endpoint } = client.settings;
      // By then the engine has passed most of what the program declares, so that nothing is created in the wrong tenant.
      await client.signIn();
      await session.assertSameTenant?.(client);
      const created = await recording({ endpoint }, lifecycle.create(client, inputs));
      return { ...created, outputs: { ...created.outputs, endpoint } };
    },

    async read(client, id, outputs) {
      const found = await lifecycle.read(client, id, outputs);
      const { endpoint } = client.settings;
      // Otherwise a tenant that does not have the ID would remove the resource from the state.
      if (outputs !== undefined && hasMoved(outputs, endpoint) && !isSameObject(lifecycle, outputs, found)) {
        return rejectOtherTenant(lifecycle, client, "read", id, outputs);
      }
      return found && { ...found, outputs: { ...found.outputs, endpoint } };
    },

    async update(client, id, outputs, inputs) {
      await assertSameObject(lifecycle, client, "update", id, outputs, inputs);
      const { endpoint } = client.settings;
      const updated = await recording({ endpoint }, lifecycle.update(client, id, outputs, inputs));
      return { ...updated, endpoint };
    },

    async delete(client, id, outputs) {
      await assertSameObject(lifecycle, client, "delete", id, outputs);
      await lifecycle.delete(client, id, outputs);
    },
  };
}

/**
 * @param wanted what the object should be
 * @throws LogtoError if the object was last seen at another endpoint, and is not in this tenant
 */
async function assertSameObject(
  lifecycle: ResourceLifecycle,
  client: LogtoClient,
  verb: Verb,
  id: string,
  outputs: Values,
  wanted = outputs,
): Promise<void> {
  if (!hasMoved(outputs, client.settings.endpoint)) return;
  const found = await lifecycle.read(client, id, outputs);
  if (!isSameObject(lifecycle, outputs, found, wanted))
    await rejectOtherTenant(lifecycle, client, verb, id, outputs);
}

/**
 * Returns whether what another endpoint has under the recorded ID can be taken for the recorded object. Where every tenant has
 * one, it is if nothing needs to be changed: then no tenant is changed that might be the wrong one.
 */
function isSameObject(
  { onePerTenant }: ResourceLifecycle,
  outputs: Values,
  found: Found | undefined,
  wanted = outputs,
): boolean {
  if (found === undefined || !isRecordedTenant(outputs, found.outputs)) return false;
  return !onePerTenant || unmetPaths(found.inputs, wanted).length === 0;
}

function rejectOtherTenant(
  lifecycle: ResourceLifecycle,
  { settings }: LogtoClient,
  verb: Verb,
  id: string,
  outputs: Values,
): Promise<never> {
  const recorded = String(outputs.endpoint);
  const back = `set ${settings.origin("endpoint")} back to ${recorded}.`;
  const message = lifecycle.onePerTenant
    ? `it was last seen at ${recorded}, and the tenant at ${settings.endpoint} has another one: every tenant has one, so ` +
      "it can be that of another tenant. Nothing was changed. If this is the wrong tenant, " +
      `${back} If it is the right one, run \`pulumi state delete URN\`, and \`pulumi up\` again.`
    : `it was last seen at ${recorded}, and the tenant at ${settings.endpoint} does not have it. Nothing was changed. ` +
      `If this is the wrong tenant, ${back} To manage another tenant, use a ` +
      "stack or a logto.Provider of its own. To stop managing what is in the old tenant, run `pulumi state delete URN`.";
  const request = { method: "GET", path: "/api/sso-connectors" };
  return inContext(verb, lifecycle.subject(id, outputs), () =>
    Promise.reject(new LogtoError(request, { code: "other-tenant", message })),
  );
}
