/** Arguments and results of the calls for a resource, in plain values: without the wire format of a front end. */
import type { Values } from "../values";
import { ExpectedError } from "../expectedError";
import type { LogtoError } from "../logto/errors";

/** The result of a diff. Without `changes`, the engine compares the inputs by itself, and so names each path. */
export interface Diff {
  readonly changes?: boolean;
  readonly replaces?: string[];
  /** Also of a diff that needs no replacement: the engine may make it one (`replaceOnChanges`), or owe one of an earlier run. */
  readonly deleteBeforeReplace?: true;
}

export function isReplacement({ replaces = [] }: Diff): boolean {
  return replaces.length > 0;
}

export type MessageKind = "info" | "warning";

/** A resource in the state. */
export interface Existing {
  readonly id: string;
  readonly outputs: Values;
}

export interface ReadResult {
  readonly id: string;
  readonly inputs: Values;
  readonly outputs: Values;
}

/** An object of Logto, as errors and notices name it. */
export interface Subject {
  /** Such as `SSO connector`. */
  readonly noun: string;
  readonly name?: string | undefined;
  readonly id?: string | undefined;
  /** The config for which Logto contacts an identity provider. */
  readonly config?: Values | undefined;
}

export interface CreateResult {
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
