/**
 * The identity of a resource: which object in Logto it represents, in which tenant, and whether another resource of the same run
 * represents it as well. It wraps the lifecycle of every resource.
 */
import { isDeepStrictEqual } from "node:util";
import { unknown, type Values } from "../connector/canonical";
import { unmetPaths } from "../connector/compare";
import type { Warning } from "../connector/validate";
import type { LogtoClient } from "../logto/client";
import { LogtoError } from "../logto/errors";
import { inContext, nameOf, type Verb } from "./errorContext";
import {
  type Found,
  IncompleteError,
  type Lifecycle,
  type ResourceLifecycle,
  type Run,
  type Subject,
} from "./lifecycle";
import type { Session } from "./session";

/** What the state records besides a resource's own outputs. States of version 0.1.0 have none of it. */
interface Identity {
  /** The endpoint of Logto at which the object was last seen. */
  readonly endpoint?: string;
  /** The time at which the resource took over an existing object, as RFC 3339. No two resources of a state share it. */
  readonly adoptedAt?: string;
}

export function withIdentity(lifecycle: ResourceLifecycle, session: Session): Lifecycle {
  // The objects that resources of this run represent. The engine does not tell a dynamic provider the name of a resource, and
  // deletes a renamed resource like a removed one, although its object then belongs to the resource of the new name.
  /** The objects that this process created, adopted, changed, or found when it created another. */
  const held = new Set<string>();
  /** The outputs of the resource that the program declares for an object, by its ID. */
  const declared = new Map<string, Values>();
  const run: Run = {
    terms: session.terms,
    confirm: (id) => held.add(id),
    isReplaced: (id) => declared.has(id),
    notify: (text) => {
      session.notify(text);
    },
    createdConnector: (client) => {
      session.createdConnector(client);
    },
    declareSingleSignOn: (enabled) => {
      session.declareSingleSignOn(enabled);
    },
  };

  /**
   * @param wanted what the object should be
   * @throws LogtoError if the object was last seen at another endpoint, and is not in this tenant
   */
  async function confirmTenant(
    client: LogtoClient,
    attempt: Verb,
    id: string,
    outputs: Values,
    wanted = outputs,
  ) {
    if (!hasMoved(outputs, client.settings.endpoint)) return;
    const found = await lifecycle.read(client, id, outputs);
    if (!isSameObject(outputs, wanted, found)) return rejectOtherTenant(client, attempt, id, outputs);
  }

  /**
   * Whether what another endpoint has under the recorded ID can be taken for the recorded object. Where every tenant has one, it
   * is if nothing needs to be changed: then no tenant is changed that might be the wrong one.
   */
  function isSameObject(outputs: Values, wanted: Values, found: Found | undefined): boolean {
    if (!isSameTenant(outputs, found?.outputs)) return false;
    return !lifecycle.onePerTenant || unmetPaths(found?.inputs ?? {}, wanted).length === 0;
  }

  function rejectOtherTenant(client: LogtoClient, verb: Verb, id: string, outputs: Values): Promise<never> {
    return inContext(verb, lifecycle.subject(id, outputs), () =>
      Promise.reject(otherTenant(client, outputs, lifecycle.onePerTenant)),
    );
  }

  function warn(subject: Subject, warnings: readonly Warning[]): void {
    for (const { property, reason } of warnings) {
      session.notify(`${nameOf(subject)}: ${property}: ${reason}`, "warning");
    }
  }

  function isAnothers(id: string, outputs: Values): boolean {
    if (held.has(id)) return true;
    const current = declared.get(id);
    // With the same outputs, it is the declared resource itself, which the engine deletes to create it again (`--replace`).
    // An ID that Logto did not make identifies the object alone.
    return current !== undefined && (lifecycle.isIdGiven || !isDeepStrictEqual(current, outputs));
  }

  return {
    check(inputs, before) {
      const { warnings, ...result } = lifecycle.check(inputs, before, run);
      warn(lifecycle.subject("", inputs), warnings);
      return result;
    },
    markSecrets: (properties, secret) => lifecycle.markSecrets(properties, secret),

    diff(id, outputs, inputs) {
      const { warnings = [], ...result } = lifecycle.diff(id, outputs, inputs);
      warn(lifecycle.subject(id, inputs), warnings);
      const isReplaced = (result.replaces?.length ?? 0) > 0;
      if (!isReplaced) declared.set(id, outputs);
      const current = session.endpoint();
      if (current === undefined || !hasMoved(outputs, current)) return result;
      // All creates share the answer of the first one. What every tenant has says nothing of which one it is.
      let found: Promise<void> | undefined;
      if (!lifecycle.onePerTenant)
        session.moved ??= (client) => (found ??= confirmTenant(client, "find", id, outputs));
      session.notify(
        `This stack's resources were last seen at ${String(identityOf(outputs).endpoint)}, and logto:endpoint is now ` +
          `${current}. \`pulumi up\` looks up each of them there by its ID: it continues with those that exist, and ` +
          "stops at one that does not.",
      );
      return isReplaced ? result : { ...result, changes: true };
    },

    preview(inputs, current) {
      const identity = { ...identityOf(current?.outputs), endpoint: session.endpoint() ?? unknown };
      return { ...lifecycle.preview(inputs, current), ...identity };
    },

    async create(client, inputs) {
      const { endpoint } = client.settings;
      // By then the engine has passed most of what the program declares, so that nothing is created in the wrong tenant.
      await client.signIn();
      await session.moved?.(client);
      const { id, outputs, adopted } = await recording({ endpoint }, lifecycle.create(client, inputs, run));
      held.add(id);
      const adoptedAt = adopted === true ? { adoptedAt: new Date().toISOString() } : {};
      return { id, outputs: { ...outputs, endpoint, ...adoptedAt } };
    },

    async read(client, id, outputs) {
      const found = await lifecycle.read(client, id, outputs);
      const { endpoint } = client.settings;
      // Otherwise a tenant that does not have the ID would remove the resource from the state.
      if (outputs !== undefined && hasMoved(outputs, endpoint) && !isSameObject(outputs, outputs, found)) {
        return rejectOtherTenant(client, "read", id, outputs);
      }
      return found && { ...found, outputs: { ...found.outputs, ...identityOf(outputs), endpoint } };
    },

    async update(client, id, outputs, inputs) {
      await confirmTenant(client, "update", id, outputs, inputs);
      held.add(id);
      const identity = { ...identityOf(outputs), endpoint: client.settings.endpoint };
      const updated = await recording(identity, lifecycle.update(client, id, outputs, inputs, run));
      return { ...updated, ...identity };
    },

    async delete(client, id, outputs) {
      if (isAnothers(id, outputs)) {
        session.notify(
          `${nameOf(lifecycle.subject(id, outputs))} stays in Logto: another resource of this stack represents it now. ` +
            "Use the option `aliases` when you rename or move a resource.",
        );
      } else if (lifecycle.stays !== undefined) {
        session.notify(lifecycle.stays);
      } else {
        await confirmTenant(client, "delete", id, outputs);
        await lifecycle.delete(client, id, outputs);
      }
    },
  };
}

function identityOf(outputs: Values | undefined): Identity {
  const { endpoint, adoptedAt } = outputs ?? {};
  return {
    ...(typeof endpoint === "string" ? { endpoint } : {}),
    ...(typeof adoptedAt === "string" ? { adoptedAt } : {}),
  };
}

function hasMoved(outputs: Values, current: string): boolean {
  const { endpoint } = identityOf(outputs);
  return endpoint !== undefined && endpoint !== current;
}

/** Whether an object with the recorded ID is the recorded one: a restored copy of a tenant has the same IDs. */
function isSameTenant(recorded: Values, found: Values | undefined): boolean {
  if (found === undefined) return false;
  const [before, now] = [recorded.tenantId, found.tenantId];
  return before === undefined || now === undefined || before === now;
}

/** Records the identity also in what is kept of an incomplete object. */
function recording<Result>(identity: Identity, result: Promise<Result>): Promise<Result> {
  return result.catch((error: unknown) => {
    if (!(error instanceof IncompleteError)) throw error;
    throw new IncompleteError(error.message, error.id, { ...error.outputs, ...identity });
  });
}

function otherTenant({ settings }: LogtoClient, outputs: Values, onePerTenant: boolean): LogtoError {
  const recorded = String(identityOf(outputs).endpoint);
  const back = `set ${settings.origin("endpoint")} back to ${recorded}.`;
  const problem = onePerTenant
    ? `it was last seen at ${recorded}, and the tenant at ${settings.endpoint} has another one: every tenant has one, so ` +
      "it can be that of another tenant. Nothing was changed. If this is the wrong tenant, " +
      `${back} If it is the right one, run \`pulumi state delete URN\`, and \`pulumi up\` again.`
    : `it was last seen at ${recorded}, and the tenant at ${settings.endpoint} does not have it. Nothing was changed. ` +
      `If this is the wrong tenant, ${back} To manage another tenant, use a ` +
      "stack or a logto.Provider of its own. To stop managing what is in the old tenant, run `pulumi state delete URN`.";
  return new LogtoError(
    { method: "GET", path: "/api/sso-connectors" },
    { code: "other-tenant", message: problem },
  );
}
