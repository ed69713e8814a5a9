/** A resource beside others of the run, which may represent the same object. */
import type { LogtoClient } from "../logto/client";
import type { Values } from "../values";
import { nameOf } from "./errorContext";
import { type CreateResult, type Diff, type ReadResult, isReplacement, recording } from "./results";
import { TenantLifecycle } from "./tenantLifecycle";

/**
 * Keeps an object that another resource represents from being deleted, and one that Logto has no delete for. Adds the output
 * `adoptedAt`: the time at which the resource took over an existing object, as RFC 3339. No two resources of a state share it.
 */
export class OwnedLifecycle extends TenantLifecycle {
  override diff(id: string, outputs: Values, inputs: Values): Diff {
    const result = super.diff(id, outputs, inputs);
    const { connectorName, name = connectorName, active, connectorId } = inputs;
    this.run.objects.recordFormer({ id, name, active, connectorId, diff: result });
    if (!isReplacement(result)) this.run.objects.recordDeclared(id, outputs);
    return result;
  }

  override async create(client: LogtoClient, inputs: Values): Promise<CreateResult> {
    const created = await super.create(client, inputs);
    const adoptedAt = created.adopted === true ? { adoptedAt: new Date().toISOString() } : {};
    return { ...created, outputs: { ...created.outputs, ...adoptedAt } };
  }

  override async read(
    client: LogtoClient,
    id: string,
    outputs: Values | undefined,
  ): Promise<ReadResult | undefined> {
    const found = await super.read(client, id, outputs);
    return found && { ...found, outputs: { ...found.outputs, ...adoptionOf(outputs) } };
  }

  override async update(client: LogtoClient, id: string, outputs: Values, inputs: Values): Promise<Values> {
    const adoption = adoptionOf(outputs);
    const updated = await recording(adoption, super.update(client, id, outputs, inputs));
    return { ...updated, ...adoption };
  }

  override async delete(client: LogtoClient, id: string, outputs: Values, isOthers = false): Promise<void> {
    const { idFrom, onePerTenant } = this.table;
    const isIdGiven = onePerTenant === true || idFrom !== undefined;
    // What another resource represents is not looked for in its tenant.
    if (isOthers || this.run.objects.isOwnedByAnother(id, outputs, isIdGiven)) {
      this.run.session.notify(
        `Logto keeps ${nameOf(this.subject(id, outputs))}, since a resource of this stack has it now: its ` +
          "replacement, or one that was renamed or moved, for which there is the option `aliases`.",
      );
    } else if (this.verbs.deleteNotice !== undefined) {
      this.run.session.notify(this.verbs.deleteNotice);
    } else {
      await super.delete(client, id, outputs);
    }
  }
}

function adoptionOf({ adoptedAt }: Values = {}): Values {
  return typeof adoptedAt === "string" ? { adoptedAt } : {};
}
