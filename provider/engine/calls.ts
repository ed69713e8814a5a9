/**
 * The engine's calls for one resource, in values as the engine passes them, for both front ends. Written for the engine of
 * Pulumi CLI 3.259.
 */
import { pick, type Values } from "../values";
import { secretsAmong } from "../connector/configSecrets";
import type { Problem } from "../connector/problem";
import { ExpectedError } from "../expectedError";
import type { KeepingOption } from "../connector/keptName";
import type { Lifecycle } from "../lifecycle/lifecycle";
import { type Diff, IncompleteError } from "../lifecycle/results";
import type { Session } from "../lifecycle/session";
import { printableLines } from "../untrustedText";
import { type DeclaredSecrets, noSecrets } from "./declaredSecrets";
import { fromEngine, NestingError, secretValue, toEngine } from "./engineValues";

/** A failure of a check, in the form of Pulumi's protocol. */
export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

/** The object exists, but is not as declared: the engine keeps it, and the next `up` updates it. */
export class InitError extends ExpectedError {
  readonly reasons: readonly string[];

  constructor(
    readonly id: string,
    public properties: Values,
    message: string,
  ) {
    super(message);
    this.reasons = [message];
  }
}

/** The calls for one kind of resource. */
export class Calls {
  constructor(
    private readonly session: Session,
    private readonly lifecycle: Lifecycle,
  ) {}

  /**
   * Returns the inputs in canonical form, or the reasons for which they can't be used.
   *
   * @param oldInputs those of the last deployment; empty for a new resource
   * @param secrets what the program declares as secret
   * @param kept the option that keeps the old object of a replacement, as far as the front end knows the options
   */
  check(
    oldInputs: Values,
    inputs: Values,
    secrets: DeclaredSecrets = noSecrets,
    kept?: KeepingOption,
  ): Promise<{ inputs: Values; failures: CheckFailure[] }> {
    // Only what a program declares is checked.
    this.session.runsProgram = true;
    return this.#guard([oldInputs, inputs], () => {
      const checked = this.#check(inputs, fromState(oldInputs), kept);
      return checked.failures.length === 0
        ? { inputs: this.#toEngine(checked.inputs), failures: [] }
        : { inputs, failures: this.failuresOf(checked.failures, secrets) };
    });
  }

  /** Returns failures in the form in which the engine prints no secret. */
  failuresOf(failures: readonly Problem[], secrets: DeclaredSecrets): CheckFailure[] {
    const isSecret = ({ path }: Problem) => secrets.names.includes(path);
    const masked = maskFailurePaths(
      failures.map((failure) => (isSecret(failure) ? { ...failure, sensitive: true } : failure)),
    );
    return masked.map(({ property, reason }) => ({ property, reason: this.session.withoutHidden(reason) }));
  }

  #check(inputs: Values, before: Values, kept?: KeepingOption): ReturnType<Lifecycle["check"]> {
    try {
      return this.lifecycle.check(fromEngine(inputs), before, kept);
    } catch (error) {
      if (!(error instanceof NestingError)) throw error;
      // The engine would print all of its levels.
      return { inputs, failures: [{ path: error.property, message: error.reason, sensitive: true }] };
    }
  }

  diff(id: string, state: Values, inputs: Values): Promise<Diff> {
    return this.#guard([state, inputs], () => this.lifecycle.diff(id, fromState(state), fromEngine(inputs)));
  }

  /** Returns the outputs, as far as they are known before a create, or before an update of what is given. */
  preview(inputs: Values, id = "", state?: Values): Promise<Values> {
    return this.#guard([state, inputs], () => {
      const existing = state && { id, outputs: fromState(state) };
      return this.#toEngine(this.lifecycle.preview(fromEngine(inputs), existing));
    });
  }

  /** @throws InitError */
  create(inputs: Values): Promise<{ id: string; outs: Values }> {
    const create = async () => {
      const { id, outputs } = await this.lifecycle.create(this.session.client(), fromEngine(inputs));
      return { id, outs: this.#toEngine(outputs) };
    };
    return this.#guard([inputs], create, "writes");
  }

  /** Resolves with `undefined` if the resource is gone. */
  read(id: string, state: Values): Promise<{ id: string; props: Values; inputs: Values } | undefined> {
    return this.#guard([state], async () => {
      const outputs = fromState(state);
      // A refresh passes the old outputs, `get` and an import pass nothing.
      const isManaged = Object.keys(outputs).length > 0;
      const resource = await this.lifecycle.read(this.session.client(), id, isManaged ? outputs : undefined);
      return (
        resource && {
          id: resource.id,
          props: this.#toEngine(resource.outputs),
          inputs: this.#toEngine(resource.inputs),
        }
      );
    });
  }

  /** @throws InitError */
  update(id: string, state: Values, inputs: Values): Promise<Values> {
    const update = async () => {
      return this.#toEngine(
        await this.lifecycle.update(this.session.client(), id, fromState(state), fromEngine(inputs)),
      );
    };
    return this.#guard([state, inputs], update, "writes");
  }

  /** @param isOthers whether the program declares another resource for the object, as far as the front end knows their names */
  delete(id: string, state: Values, isOthers = false): Promise<void> {
    const remove = () => this.lifecycle.delete(this.session.client(), id, fromState(state), isOthers);
    return this.#guard([state], remove, "writes");
  }

  #toEngine(properties: Values): Values {
    return toEngine(this.lifecycle.markSecrets(properties, secretValue)) as Values;
  }

  /**
   * Gives errors the form in which the engine shows their message and keeps what exists.
   *
   * @param about the properties that the call is about
   */
  async #guard<Result>(
    about: readonly (Values | undefined)[],
    method: () => Result | Promise<Result>,
    writes?: "writes",
  ): Promise<Result> {
    try {
      return await this.session.keepAlive(method, writes !== undefined, () => about.flatMap(secretsAmong));
    } catch (failure) {
      const error = this.session.withRecordedSettings(failure);
      const messageOf = ({ message }: Error) => printableLines(this.session.withoutHidden(message));
      if (error instanceof IncompleteError)
        throw new InitError(error.id, this.#toEngine(error.outputs), messageOf(error));
      if (error instanceof Error) error.message = messageOf(error);
      throw error;
    }
  }
}

/**
 * Spells the property paths of failures so that the engine does not find the property among the inputs, since it would print its
 * value in clear (Pulumi: pkg/resource/deploy/step_generator.go).
 */
export function maskFailurePaths(failures: readonly Problem[]): CheckFailure[] {
  return failures.map(({ path, message, sensitive = false }) => {
    const isHidden = sensitive || path === "config" || path === "extraConfig";
    return { property: isHidden && /^\w+$/.test(path) ? `["${path}"]` : path, reason: message };
  });
}

/** Reads properties of the state, which somebody can have edited. What is null there is absent: the plugin says so of outputs. */
function fromState(properties: Values): Values {
  try {
    return fromEngine(
      pick(
        properties,
        Object.keys(properties).filter((key) => properties[key] !== null),
      ),
    );
  } catch (error) {
    if (!(error instanceof NestingError)) throw error;
    throw new ExpectedError(
      `In the state of the resource, ${error.message} Correct it: \`pulumi stack export --file state.json\`, edit the file, ` +
        "`pulumi stack import --file state.json`.",
    );
  }
}
