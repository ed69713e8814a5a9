/** What all resources of this package do when a program declares them. */
import * as pulumi from "@pulumi/pulumi";
import { requireLoadable } from "./hostPackage";
import { inheritedProvider, providerOf, warnOfMissingSettings } from "./tenant";
import type { ResourceToken } from "./tokens";
import { shortenTraces } from "./traces";

export abstract class LogtoResource extends pulumi.CustomResource {
  // Declared only: as class fields they would come into being after `super`, over what it has set.
  /**
   * The endpoint of Logto at which the object was last seen. Another one in the settings is looked for there before anything
   * is changed. `undefined` in a state that version 0.1.0 wrote, until the next refresh or update.
   */
  declare readonly endpoint: pulumi.Output<string | undefined>;

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
    opts: pulumi.CustomResourceOptions = {},
  ) {
    requireLoadable();
    const restoreTraces = shortenTraces(__filename);
    const absent = Object.fromEntries([...outputs, "endpoint"].map((key) => [key, undefined]));
    // Given, so that the program knows the provider that the engine takes.
    const provider = opts.provider ?? inheritedProvider(opts.parent);
    try {
      super(type, name, { ...absent, ...args, __provider: loader }, provider ? { ...opts, provider } : opts);
    } catch (error) {
      restoreTraces();
      if (error instanceof Error) Error.captureStackTrace(error);
      throw error;
    }
    restoreTraces();
    warnOfMissingSettings(providerOf(this));
  }
}
