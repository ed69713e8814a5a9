/** The tenant of a resource: its object is read, changed and deleted only in the tenant where it was last seen. */
import { unmetPaths } from "../connector/compare";
import type { LogtoClient } from "../logto/client";
import { hasMoved, isRecordedTenant } from "../logto/sameTenant";
import { unknown, type Values } from "../values";
import { inContext, rejection, type Verb } from "./errorContext";
import {
  type CreateResult,
  type Existing,
  type Diff,
  type ReadResult,
  isReplacement,
  recording,
} from "./results";
import { TableLifecycle } from "./tableLifecycle";

/** Adds the output `endpoint`, at which the object was last seen, and looks the object up where the settings name another one. */
export class TenantLifecycle extends TableLifecycle {
  override diff(id: string, outputs: Values, inputs: Values): Diff {
    const result = super.diff(id, outputs, inputs);
    const current = this.run.session.endpoint();
    if (current === undefined || !hasMoved(outputs, current)) return result;
    // All creates share the answer of the first one. What every tenant has says nothing of which one it is.
    let found: Promise<void> | undefined;
    if (this.table.onePerTenant !== true)
      this.run.session.assertSameTenant ??= (client) =>
        (found ??= this.#assertSameObject(client, "find", id, outputs));
    this.run.session.notify(
      `This stack's resources were last seen at ${String(outputs.endpoint)}, and ${this.run.session.originOf("endpoint")} is now ` +
        `${current}. \`pulumi up\` looks up each of them there by its ID: it continues with those that exist, and ` +
        "stops at one that does not.",
    );
    return isReplacement(result) ? result : { ...result, changes: true };
  }

  override preview(inputs: Values, current: Existing | undefined): Values {
    return { ...super.preview(inputs, current), endpoint: this.run.session.endpoint() ?? unknown };
  }

  override async create(client: LogtoClient, inputs: Values): Promise<CreateResult> {
    const { endpoint } = client.settings;
    // By then the engine has passed most of what the program declares, so that nothing is created in the wrong tenant.
    await client.signIn();
    await this.run.session.assertSameTenant?.(client);
    const created = await recording({ endpoint }, super.create(client, inputs));
    return { ...created, outputs: { ...created.outputs, endpoint } };
  }

  override async read(
    client: LogtoClient,
    id: string,
    outputs: Values | undefined,
  ): Promise<ReadResult | undefined> {
    const found = await super.read(client, id, outputs);
    const { endpoint } = client.settings;
    // Otherwise a tenant that does not have the ID would remove the resource from the state.
    if (outputs !== undefined && hasMoved(outputs, endpoint) && !this.#isSameObject(outputs, found)) {
      return this.#rejectOtherTenant(client, "read", id, outputs);
    }
    return found && { ...found, outputs: { ...found.outputs, endpoint } };
  }

  override async update(client: LogtoClient, id: string, outputs: Values, inputs: Values): Promise<Values> {
    await this.#assertSameObject(client, "update", id, outputs, inputs);
    const { endpoint } = client.settings;
    const updated = await recording({ endpoint }, super.update(client, id, outputs, inputs));
    return { ...updated, endpoint };
  }

  override async delete(client: LogtoClient, id: string, outputs: Values): Promise<void> {
    await this.#assertSameObject(client, "delete", id, outputs);
    await super.delete(client, id, outputs);
  }

  /**
   * @param wanted what the object should be
   * @throws LogtoError if the object was last seen at another endpoint, and is not in this tenant
   */
  async #assertSameObject(
    client: LogtoClient,
    verb: Verb,
    id: string,
    outputs: Values,
    wanted = outputs,
  ): Promise<void> {
    if (!hasMoved(outputs, client.settings.endpoint)) return;
    const found = await super.read(client, id, outputs);
    if (!this.#isSameObject(outputs, found, wanted)) await this.#rejectOtherTenant(client, verb, id, outputs);
  }

  /**
   * Returns whether what another endpoint has under the recorded ID can be taken for the recorded object. Where every tenant has
   * one, it is if nothing needs to be changed: then no tenant is changed that might be the wrong one.
   */
  #isSameObject(outputs: Values, found: ReadResult | undefined, wanted = outputs): boolean {
    if (found === undefined || !isRecordedTenant(outputs, found.outputs)) return false;
    return this.table.onePerTenant !== true || unmetPaths(found.inputs, wanted).length === 0;
  }

  #rejectOtherTenant({ settings }: LogtoClient, verb: Verb, id: string, outputs: Values): Promise<never> {
    const recorded = String(outputs.endpoint);
    const back = `set ${settings.origin("endpoint")} back to ${recorded}.`;
    const message =
      this.table.onePerTenant === true
        ? `it was last seen at ${recorded}, and the tenant at ${settings.endpoint} has another one: every tenant has one, so ` +
          "it can be that of another tenant. Nothing was changed. If this is the wrong tenant, " +
          `${back} If it is the right one, run \`pulumi state delete URN\`, and \`pulumi up\` again.`
        : `it was last seen at ${recorded}, and the tenant at ${settings.endpoint} does not have it. Nothing was changed. ` +
          `If this is the wrong tenant, ${back} To manage another tenant, use a ` +
          "stack or a logto.Provider of its own. To stop managing what is in the old tenant, run `pulumi state delete URN`.";
    return inContext(verb, this.subject(id, outputs), () =>
      Promise.reject(rejection("other-tenant", message)),
    );
  }
}
