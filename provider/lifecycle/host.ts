/**
 * What Pulumi's dynamic provider host demands of a provider, in one place, so that a resource's lifecycle can be
 * written in plain values. Measured on the host of @pulumi/pulumi 3.270 and the engine of CLI 3.259.
 */
import type * as pulumi from "@pulumi/pulumi";
import { isGroup, unknown, type Values } from "../connector/connector";
import { LogtoClient } from "../logto/client";
import { LogtoError } from "../logto/errors";
import { readSettings, type Settings, SettingsError } from "../logto/settings";

/** Stands for a value that is not known yet, at any depth. */
const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/** The engine encrypts what is wrapped like this, at any depth of what check, create, read and update give back. */
export const secretMark = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
/** Where the engine keeps the text that loads this provider. */
const providerKey = "__provider";

/**
 * Time for the host to hand the answer of the last create, update or delete to the engine: after a SIGINT that came when
 * all calls had ended, and after one that came in the middle. The engine waits 5 s for the end (measured).
 */
const answerMs = { done: 100, interrupted: 1000 };

/** A resource as the engine sees it: `inputs` are compared with the program's, `outputs` are kept beside them. */
export interface Lifecycle {
  /** No I/O: the engine calls check and diff one after the other. */
  check(inputs: Values): { inputs: Values; failures: pulumi.dynamic.CheckFailure[] };
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

/** What all resources of one host process share: the settings, and the client with its token and connections. */
export class Session {
  #config: pulumi.dynamic.ConfigureRequest["config"] | undefined;
  #client: LogtoClient | undefined;
  #underWay = 0;
  #ending = false;
  #end: NodeJS.Timeout | undefined;
  #lastWrite = 0;

  /** Only records: the host may call other methods before a promise returned here settles. */
  configure(config: pulumi.dynamic.ConfigureRequest["config"]): void {
    this.#config = config;
    if (process.listenerCount("SIGINT") === 0) {
      process.on("SIGINT", () => {
        this.#ending = true;
        // Mostly the engine has all answers, and is done.
        this.#endWhenIdle(Math.max(0, this.#lastWrite + answerMs.done - Date.now()));
      });
    }
  }

  /**
   * Keeps the process alive for a call. Ctrl-C on a terminal reaches this process as well as the engine, and would end
   * it in the middle of a create: the engine, which hands out no more work then, must learn of what was created. It
   * also sends SIGINT when it is done.
   *
   * @param writes whether something would be lost with the answer
   */
  async keepAlive<Result>(call: () => Result | Promise<Result>, writes: boolean): Promise<Result> {
    this.#underWay++;
    try {
      return await call();
    } finally {
      this.#underWay--;
      if (writes) this.#lastWrite = Date.now();
      if (this.#ending) this.#endWhenIdle(answerMs.interrupted);
    }
  }

  #endWhenIdle(afterMs: number): void {
    clearTimeout(this.#end);
    if (this.#underWay === 0) this.#end = setTimeout(() => process.exit(), afterMs);
  }

  /** @throws SettingsError, from every call alike */
  client(): LogtoClient {
    this.#client ??= new LogtoClient(this.#settings());
    return this.#client;
  }

  #settings(): Settings {
    return readSettings((name) => this.#config?.get(name), process.env);
  }
}

export function dynamicProvider(session: Session, lifecycle: Lifecycle): pulumi.dynamic.ResourceProvider {
  const toEngine = (properties: Values): Values =>
    plain(lifecycle.hide(properties, (value) => ({ ...secretMark, value: plain(value) }))) as Values;

  return {
    configure: (request) => {
      session.configure(request.config);
      return Promise.resolve();
    },
    check: (_olds, news: Values) =>
      guard(news, () => {
        const { inputs, failures } = lifecycle.check(fromEngine(news));
        return failures.length > 0 ? { inputs: news, failures } : { inputs: toEngine(inputs), failures };
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
        // A refresh hands in the old outputs, a look-up by `get` nothing.
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

  /** Gives errors the form in which the engine shows what they say and keeps what is there. */
  async function guard<Result>(
    props: Values,
    method: () => Result | Promise<Result>,
    writes?: "writes",
  ): Promise<Result> {
    try {
      return await session.keepAlive(method, writes !== undefined);
    } catch (error) {
      if (error instanceof IncompleteError) {
        // Without __provider the engine could not delete what it keeps.
        const properties = { ...toEngine(error.outputs), [providerKey]: props[providerKey] };
        throw Object.assign(error, { properties, reasons: [error.message] });
      }
      // The host prints the stack of an error; one that is not a fault of this code is told without it.
      if (error instanceof LogtoError || error instanceof SettingsError) {
        Object.defineProperties(error, { stack: { value: "" }, name: { value: "" } });
      }
      throw error;
    }
  }
}

/** Without `__provider`, and with {@link unknown} for what is not known yet. */
function fromEngine(properties: Values): Values {
  const { [providerKey]: text, ...rest } = properties;
  return replace(rest, (value) => (value === unknownText ? unknown : value)) as Values;
}

/** A gRPC answer can hold JSON only: anything else throws in the host, after the remote object was made. */
function plain(value: unknown): unknown {
  return replace(value, (leaf) => (leaf === unknown ? unknownText : (leaf ?? null)));
}

/** A copy with other leaves, and without properties that are `undefined`. */
function replace(value: unknown, leaf: (value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => replace(item, leaf));
  if (!isGroup(value)) return leaf(value);
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries.map(([key, inner]) => [key, replace(inner, leaf)]));
}
