/** The arguments of commands that run on any Logto: which one, and which front ends. */
import { parseArgs } from "node:util";
import { startLogto } from "../logto";
import type { TenantAccess } from "../managementApi";
import type { FrontEnd } from "./program";

export const accessUsage = `  --endpoint URL      the endpoint of a Logto whose tenant has no SSO connectors (default: a new stand-in)
  --client ID:SECRET  its machine-to-machine application with access to the Management API
  --front-end NAME    dynamic or plugin (default: both)

Logto must reach this machine at 127.0.0.1, where the identity providers are. The tenant is left as it was.`;

export interface Access {
  readonly tenants: readonly [TenantAccess, ...TenantAccess[]];
  readonly frontEnds: readonly FrontEnd[];
  /** Stops the stand-ins, if there are any. */
  close(): Promise<unknown>;
}

/**
 * Reads the arguments, and starts stand-ins where they name no Logto. Prints the usage, and returns nothing, if that is asked for.
 *
 * @param standIns how many to start
 */
export async function accessFrom(
  args: readonly string[],
  usage: string,
  standIns = 1,
): Promise<Access | undefined> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      endpoint: { type: "string", multiple: true, default: [] },
      client: { type: "string", multiple: true, default: [] },
      "front-end": { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return undefined;
  }
  const frontEnds = frontEndsOf(values["front-end"]);
  const [first, ...others] = tenantsFrom(values.endpoint, values.client);
  if (first !== undefined) return { tenants: [first, ...others], frontEnds, close: () => Promise.resolve() };
  // A real Logto tries for 3 s to reach an identity provider that is down.
  const started = await Promise.all(Array.from({ length: standIns }, () => startLogto({ retryDelayMs: 5 })));
  const [standIn, ...more] = started.map(({ url }) => ({ url, client: { id: "m2m", secret: "canary-m2m" } }));
  if (standIn === undefined) throw new Error("No stand-in was started.");
  const close = () => Promise.all(started.map((logto) => logto.close()));
  return { tenants: [standIn, ...more], frontEnds, close };
}

function tenantsFrom(endpoints: readonly string[], clients: readonly string[]): TenantAccess[] {
  if (endpoints.length !== clients.length) throw new Error("Give a --client for each --endpoint.");
  return endpoints.map((endpoint, index) => {
    const [, id = "", secret = ""] = /^([^:]+):(.+)$/.exec(clients[index] ?? "") ?? [];
    if (secret === "") throw new Error("--client must be ID:SECRET.");
    return { url: endpoint.replace(/\/$/, ""), client: { id, secret } };
  });
}

function frontEndsOf(name: string | undefined): FrontEnd[] {
  if (name === undefined) return ["dynamic", "plugin"];
  if (name === "dynamic" || name === "plugin") return [name];
  throw new Error("--front-end must be dynamic or plugin.");
}
