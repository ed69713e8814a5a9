/** What all resources of this package do when a program declares them. */
import * as pulumi from "@pulumi/pulumi";
import { providerOf, warnOfMissingSettings } from "./tenant";
import type { ResourceToken } from "./tokens";
import { shortenTraces } from "./traces";

export abstract class LogtoResource extends pulumi.CustomResource {
  /**
   * @internal
   * @param outputs named for the engine: only properties that are handed to it, if only as `undefined`, come back
   * @param args `undefined` for a look-up, which finds outputs only
   */
  constructor(
    { type, loader }: ResourceToken,
    outputs: readonly string[],
    name: string,
    args: object | undefined,
    opts: pulumi.CustomResourceOptions | undefined,
  ) {
    const restoreTraces = shortenTraces(__filename);
    const absent = Object.fromEntries(outputs.map((key) => [key, undefined]));
    try {
      super(type, name, { ...absent, ...args, __provider: loader }, opts);
    } catch (error) {
      restoreTraces();
      if (error instanceof Error) Error.captureStackTrace(error);
      throw error;
    }
    restoreTraces();
    warnOfMissingSettings(providerOf(this));
  }
}

interface DeclaredConnector {
  readonly resource: pulumi.Resource;
  readonly name: string;
  readonly hasConfig: boolean;
}

/** Connectors that the program declares, by their output `id`. */
const connectors = new WeakMap<object, DeclaredConnector>();

export function rememberConnector(
  connector: pulumi.CustomResource,
  name: string,
  { config }: { config?: unknown },
): void {
  connectors.set(connector.id, { resource: connector, name, hasConfig: config !== undefined });
}

/** The connector of the program whose own output `id` this is. */
export function connectorOfId(id: unknown): DeclaredConnector | undefined {
  return typeof id === "object" && id !== null ? connectors.get(id) : undefined;
}

/**
 * What belongs to a connector goes with it in Logto (its code), so it is not deleted by itself when the connector is:
 * that would be refused for a signing key in use. Known where `connectorId` is a connector's own output `id`.
 */
export function withConnector(
  connectorId: unknown,
  opts: pulumi.CustomResourceOptions | undefined,
): pulumi.CustomResourceOptions | undefined {
  const connector = connectorOfId(connectorId);
  if (connector === undefined || opts?.deletedWith !== undefined) return opts;
  return { ...opts, deletedWith: connector.resource };
}
