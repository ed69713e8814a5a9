/**
 * The engine's calls for one resource, in values as the engine passes them: what the front ends have in common. Measured on the
 * engine of CLI 3.259.
 */
import type { Values } from "../values";
import { secretsAmong } from "../connector/configSecrets";
import type { Failure } from "../connector/validate";
import { ExpectedError } from "../expectedError";
import { type Diff, IncompleteError, type Lifecycle } from "../lifecycle/lifecycle";
import type { Session } from "../lifecycle/session";
import { printableLines } from "../untrustedText";
import { fromEngine, plain, secretValue } from "./engineValues";

export interface Calls {
  check(olds: Values, news: Values): Promise<{ inputs: Values; failures: CheckFailure[] }>;
  diff(id: string, olds: Values, news: Values): Promise<Diff>;
  /** Returns the outputs, as far as they are known before a create, or before an update of what is given. */
  preview(news: Values, id?: string, olds?: Values): Promise<Values>;
  /** @throws InitError */
  create(inputs: Values): Promise<{ id: string; outs: Values }>;
  /** Resolves with `undefined` if the resource is gone. */
  read(id: string, props: Values): Promise<{ id: string; props: Values; inputs: Values } | undefined>;
  /** @throws InitError */
  update(id: string, olds: Values, news: Values): Promise<Values>;
  delete(id: string, props: Values): Promise<void>;
}

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

export function callsOf(session: Session, lifecycle: Lifecycle): Calls {
  const toEngine = (properties: Values): Values =>
    plain(lifecycle.markSecrets(properties, secretValue)) as Values;

  return {
    check: (olds, news) =>
      guard([olds, news], () => {
        const { inputs, failures } = lifecycle.check(fromEngine(news), fromEngine(olds));
        if (failures.length === 0) return { inputs: toEngine(inputs), failures: [] };
        return { inputs: news, failures: maskFailurePaths(failures) };
      }),
    diff: (id, olds, news) =>
      guard([olds, news], () => lifecycle.diff(id, fromEngine(olds), fromEngine(news))),
    preview: (news, id = "", olds) =>
      guard([olds, news], () => {
        const current = olds && { id, outputs: fromEngine(olds) };
        return toEngine(lifecycle.preview(fromEngine(news), current));
      }),
    create: (inputs) =>
      guard(
        [inputs],
        async () => {
          const { id, outputs } = await lifecycle.create(session.client(), fromEngine(inputs));
          return { id, outs: toEngine(outputs) };
        },
        "writes",
      ),
    read: (id, props) =>
      guard([props], async () => {
        const outputs = fromEngine(props);
        // A refresh passes the old outputs, `get` and an import pass nothing.
        const known = Object.keys(outputs).length > 0 ? outputs : undefined;
        const found = await lifecycle.read(session.client(), id, known);
        return found && { id: found.id, props: toEngine(found.outputs), inputs: toEngine(found.inputs) };
      }),
    update: (id, olds, news) =>
      guard(
        [olds, news],
        async () =>
          toEngine(await lifecycle.update(session.client(), id, fromEngine(olds), fromEngine(news))),
        "writes",
      ),
    delete: (id, props) =>
      guard([props], () => lifecycle.delete(session.client(), id, fromEngine(props)), "writes"),
  };

  /**
   * Gives errors the form in which the engine shows their message and keeps what exists.
   *
   * @param about the properties that the call is about
   */
  async function guard<Result>(
    about: readonly (Values | undefined)[],
    method: () => Result | Promise<Result>,
    writes?: "writes",
  ): Promise<Result> {
    try {
      return await session.keepAlive(method, writes !== undefined, () => about.flatMap(secretsAmong));
    } catch (error) {
      if (error instanceof IncompleteError)
        throw new InitError(error.id, toEngine(error.outputs), printableLines(error.message));
      if (error instanceof Error) error.message = printableLines(error.message);
      throw error;
    }
  }
}

/**
 * Spells the property paths of failures so that the engine does not find the property among the inputs, since it would print its
 * value in clear (measured on CLI 3.259).
 */
export function maskFailurePaths(failures: readonly Failure[]): CheckFailure[] {
  return failures.map(({ property, reason, sensitive = false }) => {
    const isHidden = sensitive || property === "config" || property === "extraConfig";
    return { property: isHidden && /^\w+$/.test(property) ? `["${property}"]` : property, reason };
  });
}
