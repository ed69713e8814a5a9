/** The state that all resources of a provider process share. */
import type * as pulumi from "@pulumi/pulumi";
import { LogtoClient } from "../logto/client";
import { addressProblems, canonicalUrl } from "../logto/addresses";
import { readSettings, setting, type Settings } from "../logto/settings";
import { printableLines } from "../untrustedText";

/**
 * How long the host needs to pass the result of the last create, update or delete to the engine: after a SIGINT that arrived
 * when all calls had ended, and after one that arrived during a call. The engine waits 5 s for the process to end (measured).
 */
const resultMs = { done: 100, interrupted: 1000 };

/** The settings, and the client with its token and its connections. */
export class Session {
  /**
   * Checks whether an object of the state exists at the endpoint of the settings; set if the state records another endpoint.
   *
   * @throws LogtoError if it does not
   */
  moved: ((client: LogtoClient) => Promise<void>) | undefined;
  #config: pulumi.dynamic.ConfigureRequest["config"] | undefined;
  #client: LogtoClient | undefined;
  #underWay = 0;
  #ending = false;
  #end: NodeJS.Timeout | undefined;
  #lastWrite = 0;
  readonly #notices = new Set<string>();

  /** Records the config synchronously, since the host may call other methods before a promise settles. */
  configure(config: pulumi.dynamic.ConfigureRequest["config"]): void {
    this.#config = config;
    if (process.listenerCount("SIGINT") === 0) {
      process.on("SIGINT", () => {
        this.#ending = true;
        // Usually the engine has all results, and is done.
        this.#endWhenIdle(Math.max(0, this.#lastWrite + resultMs.done - Date.now()));
      });
    }
  }

  /**
   * Keeps the process alive during a call. Ctrl-C in a terminal reaches this process as well as the engine, and would end it in
   * the middle of a create, of which the engine must learn. The engine also sends SIGINT when it is done.
   *
   * @param writes whether something would be lost with the result
   */
  async keepAlive<Result>(call: () => Result | Promise<Result>, writes: boolean): Promise<Result> {
    this.#underWay++;
    // The engine waits for the result of a call that it makes while the process is about to end.
    clearTimeout(this.#end);
    try {
      return await call();
    } finally {
      this.#underWay--;
      if (writes) this.#lastWrite = Date.now();
      if (this.#ending) this.#endWhenIdle(resultMs.interrupted);
    }
  }

  #endWhenIdle(afterMs: number): void {
    clearTimeout(this.#end);
    if (this.#underWay === 0) this.#end = setTimeout(() => process.exit(), afterMs);
  }

  /** @throws SettingsError at every call */
  client(): LogtoClient {
    this.#client ??= new LogtoClient(this.#settings());
    return this.#client;
  }

  /** The endpoint of Logto, even without credentials; `undefined` if it is not set. */
  endpoint(): string | undefined {
    const endpoint = setting("endpoint", (name) => this.#config?.get(name), process.env);
    // A malformed one is reported by the first request.
    if (endpoint === undefined || addressProblems("endpoint", endpoint, true).length > 0) return undefined;
    return canonicalUrl(endpoint);
  }

  /** Shows the user a message that is not an error, once. */
  notify(text: string): void {
    if (this.#notices.has(text)) return;
    this.#notices.add(text);
    process.stdout.write(`${printableLines(text)}\n`);
  }

  #settings(): Settings {
    return readSettings((name) => this.#config?.get(name), process.env);
  }
}
