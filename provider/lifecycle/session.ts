/** What all resources of one provider process share. */
import type * as pulumi from "@pulumi/pulumi";
import { LogtoClient } from "../logto/client";
import { addressProblems, canonical } from "../logto/addresses";
import { readSettings, setting, type Settings } from "../logto/settings";
import { printableLines } from "../untrustedText";

/**
 * Time for the host to hand the answer of the last create, update or delete to the engine: after a SIGINT that came when
 * all calls had ended, and after one that came in the middle. The engine waits 5 s for the end (measured).
 */
const answerMs = { done: 100, interrupted: 1000 };

/** The settings, and the client with its token and connections. */
export class Session {
  /**
   * Set where the settings name another endpoint than the state: looks whether what the state holds is there.
   *
   * @throws LogtoError where it is not
   */
  moved: ((client: LogtoClient) => Promise<void>) | undefined;
  #config: pulumi.dynamic.ConfigureRequest["config"] | undefined;
  #client: LogtoClient | undefined;
  #underWay = 0;
  #ending = false;
  #end: NodeJS.Timeout | undefined;
  #lastWrite = 0;
  readonly #notices = new Set<string>();

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
    // A call that comes while the process waits for its end is one that the engine waits for.
    clearTimeout(this.#end);
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

  /** Where Logto is, also where nothing is known to sign in with; `undefined` where that is not set. */
  endpoint(): string | undefined {
    const endpoint = setting("endpoint", (name) => this.#config?.get(name), process.env);
    // One that is malformed is told by the first request.
    if (endpoint === undefined || addressProblems("endpoint", endpoint, true).length > 0) return undefined;
    return canonical(endpoint);
  }

  /** Tells the user something besides an error; the same once. */
  notify(text: string): void {
    if (this.#notices.has(text)) return;
    this.#notices.add(text);
    process.stdout.write(`${printableLines(text)}\n`);
  }

  #settings(): Settings {
    return readSettings((name) => this.#config?.get(name), process.env);
  }
}
