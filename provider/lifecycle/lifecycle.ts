/** What a resource does, in plain values: the engine's calls without its wire format. */
import type * as pulumi from "@pulumi/pulumi";
import type { Values } from "../connector/connector";
import type { Failure } from "../connector/validate";
import type { LogtoClient } from "../logto/client";
import type { Subject } from "./telling";

/** A resource as the engine sees it: `inputs` are compared with the program's, `outputs` are kept beside them. */
export interface Lifecycle {
  /** No I/O: the engine calls check and diff one after the other. */
  check(inputs: Values): { inputs: Values; failures: readonly Failure[] };
  diff(id: string, outputs: Values, inputs: Values): pulumi.dynamic.DiffResult;
  create(client: LogtoClient, inputs: Values): Promise<{ id: string; outputs: Values }>;
  /** @param outputs `undefined` where a program looks up what it does not own; @returns `undefined` if gone */
  read(
    client: LogtoClient,
    id: string,
    outputs: Values | undefined,
  ): Promise<{ id: string; inputs: Values; outputs: Values } | undefined>;
  update(client: LogtoClient, id: string, outputs: Values, inputs: Values): Promise<Values>;
  delete(client: LogtoClient, id: string, outputs: Values): Promise<void>;
  /** Wraps the secrets among the properties. */
  hide(properties: Values, secret: (value: unknown) => unknown): Values;
}

/** What a kind of resource does by itself; `withIdentity` makes a {@link Lifecycle} of it. */
export interface ResourceLifecycle extends Omit<Lifecycle, "create" | "update" | "delete"> {
  create(client: LogtoClient, inputs: Values, run: Run): Promise<Created>;
  update(client: LogtoClient, id: string, outputs: Values, inputs: Values, run: Run): Promise<Values>;
  delete(client: LogtoClient, id: string, outputs: Values): Promise<void>;
  /** How errors and notices name the object. */
  subject(id: string, properties: Values): Subject;
  /** What to tell the user in place of a delete that Logto does not have. */
  readonly remains?: string;
  /** Whether the ID is made of the inputs, not by Logto. Default: `false`. */
  readonly idFromInputs?: boolean;
}

/** What a create or an update tells the run that it is part of. */
export interface Run {
  /** An object of Logto's that the create came across, taken over or not. */
  confirm(id: string): void;
  /** Whether a resource of this stack stands for the object, which the engine then replaces by the one to be created. */
  isReplaced(id: string): boolean;
  /** Something for the user to know besides an error; the same is told once. */
  notify(text: string): void;
}

export interface Created {
  readonly id: string;
  readonly outputs: Values;
  /** Whether the object was there before. Default: `false`. */
  readonly adopted?: boolean;
}

/** The remote object exists, but is not as it should be: the engine keeps it, and the next `up` updates it. */
export class IncompleteError extends Error {
  override readonly name = "IncompleteError";

  constructor(
    message: string,
    readonly id: string,
    readonly outputs: Values,
  ) {
    super(message);
  }
}
