/** The URLs to register at an identity provider, as outputs: only TypeScript programs have them from the class. */
import { isDeepStrictEqual } from "node:util";
import { pick, unknown, type Values } from "../values";
import { registrationUrls } from "../connector/registrationUrls";
import type { Lifecycle } from "../lifecycle/lifecycle";
import { isPending } from "../lifecycle/pendingCreate";

/** @param address returns where users sign in; `undefined` while the settings do not say it */
export function withRegistrationUrls(lifecycle: Lifecycle, address: () => string | undefined): Lifecycle {
  function urlsOf(id: string, { providerName }: Values): Values {
    const base = address();
    if (base === undefined || isPending(id) || typeof providerName !== "string") return {};
    return { ...registrationUrls(providerName, id, base) };
  }
  const complete = (id: string, outputs: Values) => ({ ...outputs, ...urlsOf(id, outputs) });

  return {
    ...lifecycle,
    diff(id, outputs, inputs) {
      const result = lifecycle.diff(id, outputs, inputs);
      const urls = urlsOf(id, outputs);
      // They are missing in a state of the dynamic provider, and change with the address at which users sign in.
      const isCurrent = isDeepStrictEqual(pick(outputs, Object.keys(urls)), urls);
      return result.changes === false && !isCurrent ? { ...result, changes: true } : result;
    },
    preview(inputs, current) {
      const known = lifecycle.preview(inputs, current);
      if (current !== undefined) return complete(current.id, known);
      const keys = Object.keys(urlsOf("new", known));
      return { ...known, ...Object.fromEntries(keys.map((key) => [key, unknown])) };
    },
    async create(client, inputs) {
      const { id, outputs } = await lifecycle.create(client, inputs);
      return { id, outputs: complete(id, outputs) };
    },
    async read(client, id, outputs) {
      const found = await lifecycle.read(client, id, outputs);
      return found && { ...found, outputs: complete(found.id, found.outputs) };
    },
    async update(client, id, outputs, inputs) {
      return complete(id, await lifecycle.update(client, id, outputs, inputs));
    },
  };
}
