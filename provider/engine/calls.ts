/**
 * The engine's calls for one resource, in values as the engine passes them: what the front ends have in common. Measured on the
 * engine of CLI 3.259.
 */
import type { Values } from "../values";
import { secretsAmong } from "../connector/configSecrets";
import type { Problem } from "../connector/problem";
import { ExpectedError } from "../expectedError";
import type { Lifecycle } from "../lifecycle/lifecycle";
import { type Diff, IncompleteError } from "../lifecycle/results";
import type { Session } from "../lifecycle/session";
import { printableLines } from "../untrustedText";
import { fromEngine, plain, secretValue } from "./engineValues";

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

  check(olds: Values, news: Values): Promise<{ inputs: Values; failures: CheckFailure[] }> {
    return this.#guard([olds, news], () => {
      const { inputs, failures } = this.lifecycle.check(fromEngine(news), fromEngine(olds));
      if (failures.length === 0) return { inputs: this.#toEngine(inputs), failures: [] };
      return { inputs: news, failures: maskFailurePaths(failures) };
    });
  }

  diff(id: string, olds: Values, news: Values): Promise<Diff> {
    return this.#guard([olds, news], () => this.lifecycle.diff(id, fromEngine(olds), fromEngine(news)));
  }

  /** Returns the outputs, as far as they are known before a create, or before an update of what is given. */
  preview(news: Values, id = "", olds?: Values): Promise<Values> {
    return this.#guard([olds, news], () => {
      const current = olds && { id, outputs: fromEngine(olds) };
      return this.#toEngine(this.lifecycle.preview(fromEngine(news), current));
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
  read(id: string, props: Values): Promise<{ id: string; props: Values; inputs: Values } | undefined> {
    return this.#guard([props], async () => {
      const outputs = fromEngine(props);
      // A refresh passes the old outputs, `get` and an import pass nothing.
      const known = Object.keys(outputs).length > 0 ? outputs : undefined;
      const found = await this.lifecycle.read(this.session.client(), id, known);
      return (
        found && { id: found.id, props: this.#toEngine(found.outputs), inputs: this.#toEngine(found.inputs) }
      );
    });
  }

  /** @throws InitError */
  update(id: string, olds: Values, news: Values): Promise<Values> {
    const update = async () => {
      const [outputs, inputs] = [fromEngine(olds), fromEngine(news)];
      return this.#toEngine(await this.lifecycle.update(this.session.client(), id, outputs, inputs));
    };
    return this.#guard([olds, news], update, "writes");
  }

  delete(id: string, props: Values): Promise<void> {
    const remove = () => this.lifecycle.delete(this.session.client(), id, fromEngine(props));
    return this.#guard([props], remove, "writes");
  }

  #toEngine(properties: Values): Values {
    return plain(this.lifecycle.markSecrets(properties, secretValue)) as Values;
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
    } catch (error) {
      if (error instanceof IncompleteError)
        throw new InitError(error.id, this.#toEngine(error.outputs), printableLines(error.message));
      if (error instanceof Error) error.message = printableLines(error.message);
      throw error;
    }
  }
}

/**
 * Spells the property paths of failures so that the engine does not find the property among the inputs, since it would print its
 * value in clear (measured on CLI 3.259).
 */
export function maskFailurePaths(failures: readonly Problem[]): CheckFailure[] {
  return failures.map(({ path, message, sensitive = false }) => {
    const isHidden = sensitive || path === "config" || path === "extraConfig";
    return { property: isHidden && /^\w+$/.test(path) ? `["${path}"]` : path, reason: message };
  });
}
