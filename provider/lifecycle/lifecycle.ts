/** What a resource does, in plain values: the engine's calls without the wire format of a front end. */
import type { Values } from "../values";
import type { Failure } from "../connector/validate";
import type { LogtoClient } from "../logto/client";
import { ExpectedError } from "../expectedError";
import type { LogtoError } from "../logto/errors";
import type { Terms } from "./hintWording";

/** The result of a diff. Without `changes`, the engine compares the inputs by itself, and so names each path. */
export interface Diff {
  readonly changes?: boolean;
  readonly replaces?: string[];
  readonly deleteBeforeReplace?: boolean;
}

export function isReplacement({ replaces = [] }: Diff): boolean {
  return replaces.length > 0;
}

export type MessageKind = "info" | "warning";

/** A resource as the engine sees it: `inputs` are compared with the program's, `outputs` are kept in the state. */
export interface Lifecycle {
  /**
   * Does no I/O, since the engine checks and diffs resources one after the other.
   *
   * @param before the inputs of the last deployment; empty for a new resource
   */
  check(inputs: Values, before: Values): { inputs: Values; failures: readonly Failure[] };
  diff(id: string, outputs: Values, inputs: Values): Diff;
  /**
   * Returns the outputs to which a create or an update will lead, as far as they are known before. Does no I/O.
   *
   * @param current `undefined` before a create
   */
  preview(inputs: Values, current: Current | undefined): Values;
  create(client: LogtoClient, inputs: Values): Promise<{ id: string; outputs: Values }>;
  /**
   * @param outputs `undefined` if the stack does not manage the resource
   * @returns `undefined` if the resource is gone
   */
  read(client: LogtoClient, id: string, outputs: Values | undefined): Promise<Found | undefined>;
  update(client: LogtoClient, id: string, outputs: Values, inputs: Values): Promise<Values>;
  delete(client: LogtoClient, id: string, outputs: Values): Promise<void>;
  /** Marks the secrets among the properties, by the mark of a front end. */
  markSecrets(properties: Values, secret: (value: unknown) => unknown): Values;
}

/** What the state has. */
export interface Current {
  readonly id: string;
  readonly outputs: Values;
}

export interface Found {
  readonly id: string;
  readonly inputs: Values;
  readonly outputs: Values;
}

/** A resource's own behaviour, of which the decorators in `tenant.ts` and `ownership.ts` make a {@link Lifecycle}. */
export interface ResourceLifecycle extends Lifecycle {
  create(client: LogtoClient, inputs: Values): Promise<Created>;
  /** Names the object in errors and notices. */
  subject(id: string, properties: Values): Subject;
  /** The notice that takes the place of a delete which Logto does not have. */
  readonly deleteNotice?: string | undefined;
  /** Whether the ID is not Logto's: it consists of inputs, or is the same in every tenant. */
  readonly isIdGiven: boolean;
  /** Whether every tenant has the object, so that to find it in one says nothing of which tenant that is. */
  readonly onePerTenant: boolean;
}

/** What errors and notices call an object. */
export interface Subject {
  /** Such as `SSO connector`. */
  readonly noun: string;
  readonly name?: string | undefined;
  readonly id?: string | undefined;
  /** The config for which Logto contacts an identity provider. */
  readonly config?: Values | undefined;
}

/** The run of the engine that calls are part of. */
export interface Run {
  /** What hints call things. */
  readonly terms: Terms;
  /** Records an object that a create or an update made, changed or met, even if it is left to another resource. */
  recordSeen(id: string): void;
  /** Returns whether a resource of this stack represents the object, which the engine then replaces by the one to be created. */
  isReplaced(id: string): boolean;
  /** Shows the user a message that is not an error, once. Default: `info`. */
  notify(message: string, kind?: MessageKind): void;
  /** Records that a connector was created, which users are offered only where enterprise SSO is enabled. */
  createdConnector(client: LogtoClient): void;
  /** Records that the program declares whether enterprise SSO is enabled. */
  declareSingleSignOn(enabled: boolean): void;
}

export interface Created {
  readonly id: string;
  readonly outputs: Values;
  /** Whether the object existed before. Default: `false`. */
  readonly adopted?: boolean;
}

/** The object exists, but is not as declared: the engine keeps it, and the next `up` updates it. */
export class IncompleteError extends ExpectedError {
  override readonly name = "IncompleteError";

  constructor(
    readonly reason: LogtoError | string,
    readonly id: string,
    readonly outputs: Values,
  ) {
    super(typeof reason === "string" ? reason : reason.message);
  }
}

/** Adds outputs to what is kept of an incomplete object. */
export function recording<Result>(outputs: Values, result: Promise<Result>): Promise<Result> {
  return result.catch((error: unknown) => {
    if (!(error instanceof IncompleteError)) throw error;
    throw new IncompleteError(error.message, error.id, { ...error.outputs, ...outputs });
  });
}
