/** The URLs to register at an identity provider, as outputs: only TypeScript programs have them from the class. */
import { isDeepStrictEqual } from "node:util";
import { pick, unknown, type Values } from "../values";
import { registrationUrls } from "../connector/registrationUrls";
import { Lifecycle } from "../lifecycle/lifecycle";
import type { CreateResult, Existing, Diff, ReadResult } from "../lifecycle/results";
import type { LogtoClient } from "../logto/client";
import { isPending } from "../lifecycle/pendingCreate";

/** The calls for connectors, whose outputs have the URLs besides. */
export class ConnectorLifecycle extends Lifecycle {
  override diff(id: string, outputs: Values, inputs: Values): Diff {
    const result = super.diff(id, outputs, inputs);
    const urls = this.#urlsOf(id, outputs);
    // They are missing in a state of the dynamic provider, and change with the address at which users sign in.
    const isCurrent = isDeepStrictEqual(pick(outputs, Object.keys(urls)), urls);
    return result.changes === false && !isCurrent ? { ...result, changes: true } : result;
  }

  override preview(inputs: Values, existing: Existing | undefined): Values {
    const outputs = super.preview(inputs, existing);
    if (existing !== undefined) return this.#complete(existing.id, outputs);
    const keys = Object.keys(this.#urlsOf("new", outputs));
    return { ...outputs, ...Object.fromEntries(keys.map((key) => [key, unknown])) };
  }

  override async create(client: LogtoClient, inputs: Values): Promise<CreateResult> {
    const created = await super.create(client, inputs);
    return { ...created, outputs: this.#complete(created.id, created.outputs) };
  }

  override async read(
    client: LogtoClient,
    id: string,
    outputs: Values | undefined,
  ): Promise<ReadResult | undefined> {
    const resource = await super.read(client, id, outputs);
    return resource && { ...resource, outputs: this.#complete(resource.id, resource.outputs) };
  }

  override async update(client: LogtoClient, id: string, outputs: Values, inputs: Values): Promise<Values> {
    return this.#complete(id, await super.update(client, id, outputs, inputs));
  }

  #complete(id: string, outputs: Values): Values {
    return { ...outputs, ...this.#urlsOf(id, outputs) };
  }

  /** None while the settings do not say where users sign in. */
  #urlsOf(id: string, { providerName }: Values): Values {
    const address = this.run.session.signInAddress();
    if (address === undefined || isPending(id) || typeof providerName !== "string") return {};
    return { ...registrationUrls(providerName, id, address) };
  }
}
