/**
 * The front end for Pulumi's dynamic provider host: everything that the host requires of a provider, so that a lifecycle deals in
 * plain values. Measured on the host of @pulumi/pulumi 3.270 and the engine of CLI 3.259.
 */
import type * as pulumi from "@pulumi/pulumi";
import { isObject, unknown, type Values } from "../connector/canonical";
import type { Failure } from "../connector/validate";
import { LogtoError } from "../logto/errors";
import { SettingsError } from "../logto/settings";
import { printableLines } from "../untrustedText";
import { IncompleteError, type Lifecycle } from "../lifecycle/lifecycle";
import type { Session } from "../lifecycle/session";

/** The engine's placeholder for a value that is not known yet, at any depth. */
const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/** The mark of a secret, which the engine encrypts at any depth of what check, create, read and update return. */
export const secretMark = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
/** The property with the code that loads this provider. */
const providerKey = "__provider";

export function dynamicProvider(session: Session, lifecycle: Lifecycle): pulumi.dynamic.ResourceProvider {
  const toEngine = (properties: Values): Values =>
    plain(lifecycle.markSecrets(properties, (value) => ({ ...secretMark, value: plain(value) }))) as Values;

  return {
    configure: (request) => {
      session.configure(request.config);
      return Promise.resolve();
    },
    check: (olds: Values | undefined, news: Values) =>
      guard(news, () => {
        const { inputs, failures } = lifecycle.check(fromEngine(news), fromEngine(olds ?? {}));
        if (failures.length === 0) return { inputs: toEngine(inputs) };
        return { inputs: news, failures: maskFailurePaths(failures) };
      }),
    diff: (id, olds: Values, news: Values) =>
      guard(news, () => lifecycle.diff(id, fromEngine(olds), fromEngine(news))),
    create: (inputs: Values) =>
      guard(
        inputs,
        async () => {
          const { id, outputs } = await lifecycle.create(session.client(), fromEngine(inputs));
          return { id, outs: toEngine(outputs) };
        },
        "writes",
      ),
    read: (id, props: Values = {}) =>
      guard(props, async () => {
        const outputs = fromEngine(props);
        // A refresh passes the old outputs, `get` passes nothing.
        const known = Object.keys(outputs).length > 0 ? outputs : undefined;
        const found = await lifecycle.read(session.client(), id, known);
        if (found === undefined) return {};
        return { id: found.id, props: toEngine(found.outputs), inputs: toEngine(found.inputs) };
      }),
    update: (id, olds: Values, news: Values) =>
      guard(
        news,
        async () => ({
          outs: toEngine(await lifecycle.update(session.client(), id, fromEngine(olds), fromEngine(news))),
        }),
        "writes",
      ),
    delete: (id, props: Values) =>
      guard(props, () => lifecycle.delete(session.client(), id, fromEngine(props)), "writes"),
  };

  /** Gives errors the form in which the engine shows their message and keeps what exists. */
  async function guard<Result>(
    props: Values,
    method: () => Result | Promise<Result>,
    writes?: "writes",
  ): Promise<Result> {
    try {
      return await session.keepAlive(method, writes !== undefined);
    } catch (error) {
      if (error instanceof IncompleteError) {
        // Without __provider, the engine could not delete what it keeps.
        const properties = { ...toEngine(error.outputs), [providerKey]: props[providerKey] };
        throw Object.assign(error, { properties, reasons: [printableLines(error.message)] });
      }
      if (error instanceof Error) error.message = printableLines(error.message);
      // The host prints the stack of an error, which says nothing to a user unless the error is a bug in this code.
      if (error instanceof LogtoError || error instanceof SettingsError) {
        Object.defineProperties(error, { stack: { value: "" }, name: { value: "" } });
      }
      throw error;
    }
  }
}

/**
 * Spells the property paths of failures so that the engine does not find the property among the inputs, since it would print its
 * value in clear (measured on CLI 3.259).
 */
function maskFailurePaths(failures: readonly Failure[]): pulumi.dynamic.CheckFailure[] {
  return failures.map(({ property, reason, sensitive = false }) => {
    const isHidden = sensitive || property === "config" || property === "extraConfig";
    return { property: isHidden && /^\w+$/.test(property) ? `["${property}"]` : property, reason };
  });
}

/** Removes `__provider`, and replaces the placeholder by {@link unknown}. */
function fromEngine(properties: Values): Values {
  const { [providerKey]: text, ...rest } = properties;
  return replace(rest, (value) => (value === unknownValue ? unknown : value)) as Values;
}

/** Makes JSON of a result: anything else throws in the host, after the remote object was created. */
function plain(value: unknown): unknown {
  return replace(value, (leaf) => (leaf === unknown ? unknownValue : (leaf ?? null)));
}

/** Copies a value with its leaves replaced, and without properties that are `undefined`. */
function replace(value: unknown, leaf: (value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => replace(item, leaf));
  if (!isObject(value)) return leaf(value);
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries.map(([key, inner]) => [key, replace(inner, leaf)]));
}
