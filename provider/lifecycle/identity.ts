/**
 * Which object in Logto a resource of the state stands for: in which tenant it is, and whether another resource of the same
 * run stands for it as well. One rule for all resources, around what each does by itself.
 */
import { isDeepStrictEqual } from "node:util";
import type { Values } from "../connector/canonical";
import type { LogtoClient } from "../logto/client";
import { LogtoError } from "../logto/errors";
import { quote } from "../untrustedText";
import { inContext, type Verb } from "./errorContext";
import { IncompleteError, type Lifecycle, type ResourceLifecycle, type Run } from "./lifecycle";
import type { Session } from "./session";

/** What the state records beside a resource's own outputs. States of version 0.1.0 have none of it. */
interface Identity {
  /** Where Logto was when the object was last seen. */
  readonly endpoint?: string;
  /** When the resource took over an object that was there already: RFC 3339. No two resources of a state share it. */
  readonly adoptedAt?: string;
}

export function withIdentity(lifecycle: ResourceLifecycle, session: Session): Lifecycle {
  const objects = new Objects(lifecycle.idFromInputs);
  const run: Run = {
    confirm: (id) => {
      objects.hold(id);
    },
    isReplaced: (id) => objects.isDeclared(id),
    notify: (text) => {
      session.notify(text);
    },
  };

  /** @throws LogtoError where the object was last seen at another endpoint, and is not in this tenant */
  async function confirmTenant(client: LogtoClient, attempt: Verb, id: string, outputs: Values) {
    if (!isElsewhere(outputs, client.settings.endpoint)) return;
    const found = await lifecycle.read(client, id, outputs);
    if (!isSameTenant(outputs, found?.outputs)) {
      return rejectOtherTenant(client, attempt, id, outputs);
    }
  }

  function rejectOtherTenant(client: LogtoClient, verb: Verb, id: string, outputs: Values): Promise<never> {
    return inContext(verb, lifecycle.subject(id, outputs), () =>
      Promise.reject(otherTenant(client, outputs)),
    );
  }

  return {
    check: (inputs) => lifecycle.check(inputs),
    markSecrets: (properties, secret) => lifecycle.markSecrets(properties, secret),

    diff(id, outputs, inputs) {
      const result = lifecycle.diff(id, outputs, inputs);
      const isReplaced = (result.replaces?.length ?? 0) > 0;
      if (!isReplaced) objects.declare(id, outputs);
      const current = session.endpoint();
      if (current === undefined || !isElsewhere(outputs, current)) return result;
      session.moved ??= once((client) => confirmTenant(client, "find", id, outputs));
      session.notify(
        `This stack's resources were last seen at ${String(identityOf(outputs).endpoint)}, and logto:endpoint is now ` +
          `${current}. \`pulumi up\` looks for each of them there by its ID: it goes on with those that are there, and ` +
          "stops at one that is not.",
      );
      return isReplaced ? result : { ...result, changes: true };
    },

    async create(client, inputs) {
      const { endpoint } = client.settings;
      // By then the engine has handed in most of what the program declares: nothing is made in a tenant that is a mistake.
      await client.signIn();
      await session.moved?.(client);
      const { id, outputs, adopted } = await recording({ endpoint }, lifecycle.create(client, inputs, run));
      objects.hold(id);
      const adoptedAt = adopted === true ? { adoptedAt: new Date().toISOString() } : {};
      return { id, outputs: { ...outputs, endpoint, ...adoptedAt } };
    },

    async read(client, id, outputs) {
      const found = await lifecycle.read(client, id, outputs);
      const { endpoint } = client.settings;
      // Believed, another tenant's word that it does not have the ID would take the resource out of the state.
      if (outputs !== undefined && isElsewhere(outputs, endpoint) && !isSameTenant(outputs, found?.outputs)) {
        return rejectOtherTenant(client, "read", id, outputs);
      }
      return found && { ...found, outputs: { ...found.outputs, ...identityOf(outputs), endpoint } };
    },

    async update(client, id, outputs, inputs) {
      await confirmTenant(client, "update", id, outputs);
      objects.hold(id);
      const identity = { ...identityOf(outputs), endpoint: client.settings.endpoint };
      const updated = await recording(identity, lifecycle.update(client, id, outputs, inputs, run));
      return { ...updated, ...identity };
    },

    async delete(client, id, outputs) {
      const { noun, name } = lifecycle.subject(id, outputs);
      if (objects.isAnothers(id, outputs)) {
        session.notify(
          `${noun}${name === undefined ? "" : ` ${quote(name)}`} (${id}) stays in Logto: another resource of this stack ` +
            "stands for it now. A resource that is renamed or moved keeps its place in the state by the option `aliases`.",
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

/**
 * The objects that resources of this run stand for. The engine names no resource to a dynamic provider, and deletes a
 * resource that was renamed just as one that was taken out: the object then belongs to the resource of the new name.
 */
class Objects {
  /** Created, adopted, changed, or found in the way of a create by this process. */
  readonly #held = new Set<string>();
  /** By ID: the outputs of the resource that the program declares for it. */
  readonly #declared = new Map<string, Values>();

  /** @param byIdAlone whether two resources of one ID are one object whatever else: Logto did not make the ID */
  constructor(private readonly byIdAlone: boolean) {}

  hold(id: string): void {
    this.#held.add(id);
  }

  declare(id: string, outputs: Values): void {
    this.#declared.set(id, outputs);
  }

  isDeclared(id: string): boolean {
    return this.#declared.has(id);
  }

  isAnothers(id: string, outputs: Values): boolean {
    if (this.#held.has(id)) return true;
    const declared = this.#declared.get(id);
    // With the same outputs it is the declared resource itself, which the engine deletes to create it anew (`--replace`).
    return declared !== undefined && (this.byIdAlone || !isDeepStrictEqual(declared, outputs));
  }
}

/** The first call's promise, for all calls. */
function once(check: (client: LogtoClient) => Promise<void>): (client: LogtoClient) => Promise<void> {
  let result: Promise<void> | undefined;
  return (client) => (result ??= check(client));
}

function identityOf(outputs: Values | undefined): Identity {
  const { endpoint, adoptedAt } = outputs ?? {};
  return {
    ...(typeof endpoint === "string" ? { endpoint } : {}),
    ...(typeof adoptedAt === "string" ? { adoptedAt } : {}),
  };
}

function isElsewhere(outputs: Values, current: string): boolean {
  const { endpoint } = identityOf(outputs);
  return endpoint !== undefined && endpoint !== current;
}

/** Whether an object that was looked for by a recorded ID is the recorded one. A restored copy of a tenant has its IDs. */
function isSameTenant(recorded: Values, found: Values | undefined): boolean {
  if (found === undefined) return false;
  const [before, now] = [recorded.tenantId, found.tenantId];
  return before === undefined || now === undefined || before === now;
}

/** Also what is kept of an object that is not as it should be records where it is. */
async function recording<Result>(identity: Identity, result: Promise<Result>): Promise<Result> {
  return result.catch((error: unknown) => {
    if (!(error instanceof IncompleteError)) throw error;
    throw new IncompleteError(error.message, error.id, { ...error.outputs, ...identity });
  });
}

function otherTenant({ settings }: LogtoClient, outputs: Values): LogtoError {
  const recorded = String(identityOf(outputs).endpoint);
  return new LogtoError(
    { method: "GET", path: "/api/sso-connectors" },
    {
      code: "other-tenant",
      message:
        `it was last seen at ${recorded}, and the tenant at ${settings.endpoint} does not have it. Nothing was changed. ` +
        `If that is not the tenant that you mean, set ${settings.origin("endpoint")} back to ${recorded}. To move to ` +
        "another tenant, give it a stack or a logto.Provider of its own. To leave what is in the old tenant to itself, run " +
        "`pulumi state delete URN`.",
    },
  );
}
