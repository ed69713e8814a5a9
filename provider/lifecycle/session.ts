/** The state that all resources of a provider process share. */
import { LogtoClient } from "../logto/client";
import {
  missingSettings,
  readSettings,
  type SettingProblem,
  type SettingsSource,
  stackSettings,
  usableAddress,
} from "../logto/settings";
import type { MessageKind } from "./lifecycle";
import { OfferNotice } from "./offerNotice";
import type { Terms } from "./terms";

/**
 * How long the host needs to pass the result of the last create, update or delete to the engine: after a SIGINT that arrived
 * when all calls had ended, and after one that arrived during a call. The engine waits 5 s for the process to end (measured).
 */
const resultMs = { done: 100, interrupted: 1000 };

/** Shows users a message that is not an error, in the way of a front end. Resolves when nothing of it can be lost any more. */
export type ShowMessage = (text: string, kind: MessageKind) => Promise<void>;

/** The settings, and the client with its token and its connections. */
export class Session {
  /**
   * Checks whether an object of the state exists at the endpoint of the settings; set if the state records another endpoint.
   *
   * @throws LogtoError if it does not
   */
  assertSameTenant: ((client: LogtoClient) => Promise<void>) | undefined;
  #settings: SettingsSource = stackSettings(() => undefined);
  #client: LogtoClient | undefined;
  /** Calls, and what the end of the process waits for besides. */
  #underWay = 0;
  #calls = 0;
  #ending = false;
  #end: NodeJS.Timeout | undefined;
  #endNotBefore = 0;
  #lastWrite = 0;
  readonly #offers = new OfferNotice();
  readonly #notices = new Set<string>();
  #shown: Promise<unknown> = Promise.resolve();
  readonly #interruption = new AbortController();

  constructor(
    private readonly show: ShowMessage,
    readonly terms: Terms,
  ) {}

  /** Records the settings synchronously, since the host may call other methods before a promise settles. */
  configure(settings: SettingsSource): void {
    this.#settings = settings;
    if (process.listenerCount("SIGINT") > 0) return;
    // On Windows the engine sends Ctrl+Break instead (Pulumi's code).
    for (const signal of ["SIGINT", "SIGBREAK"] as const) {
      process.on(signal, () => {
        this.#ending = true;
        // Usually the engine has all results, and is done.
        this.#endWhenIdle(this.#lastWrite + resultMs.done);
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
    this.#calls++;
    // The engine waits for the result of a call that it makes while the process is about to end.
    clearTimeout(this.#end);
    try {
      return await call();
    } finally {
      this.#underWay--;
      this.#calls--;
      if (writes) this.#lastWrite = Date.now();
      if (this.#ending) this.#endWhenIdle(Date.now() + resultMs.interrupted);
    }
  }

  /** Records that a connector was created, which users are offered only where enterprise SSO is enabled. */
  createdConnector(client: LogtoClient): void {
    const asked = this.#offers.ask(client);
    if (asked === undefined) return;
    // The create does not wait for the answer, but the end of the process does.
    this.#underWay++;
    void asked.then(() => {
      this.#underWay--;
      if (this.#ending) this.#endWhenIdle(0);
    });
  }

  /** Records that the program declares whether enterprise SSO is enabled. */
  declareSingleSignOn(enabled: boolean): void {
    this.#offers.declared = enabled;
  }

  /** @param notBefore the process does not end before this time, nor before one of an earlier call */
  #endWhenIdle(notBefore: number): void {
    this.#endNotBefore = Math.max(this.#endNotBefore, notBefore);
    clearTimeout(this.#end);
    if (this.#underWay > 0) return;
    const end = async () => {
      await this.#showLast();
      // A call that has arrived in the meantime ends the process when it is done.
      if (this.#underWay === 0) process.exit();
    };
    // Calls that waited while the machine had no time for this process are seen first.
    this.#end = setTimeout(
      () => setImmediate(() => void end()),
      Math.max(0, this.#endNotBefore - Date.now()),
    );
  }

  /**
   * Must be called where the engine says that it makes no further calls: at the end of a run, or since it is interrupted. Then all
   * waiting ends, and the next run continues from what is recorded.
   */
  async finish(): Promise<void> {
    if (this.#calls > 0) this.#interruption.abort();
    else await this.#offers.asked;
    await this.#showLast();
  }

  /** Shows what can be said at the end of a run only. Resolves when nothing that was shown can be lost any more. */
  async #showLast(): Promise<void> {
    const text = this.#offers.text(this.terms);
    if (text !== undefined) this.notify(text, "warning");
    await this.#shown;
  }

  /** @throws SettingsError at every call */
  client(): LogtoClient {
    this.#client ??= new LogtoClient(readSettings(this.#settings), this.#interruption.signal);
    return this.#client;
  }

  /** The endpoint of Logto, even without credentials; `undefined` if it is not set. */
  endpoint(): string | undefined {
    return usableAddress("endpoint", this.#settings);
  }

  /** Where users sign in, even without credentials; `undefined` if it is not set. */
  signInAddress(): string | undefined {
    return usableAddress("signInEndpoint", this.#settings) ?? this.endpoint();
  }

  /** Returns the required settings that are not set. */
  missingSettings(): SettingProblem[] {
    return missingSettings(this.#settings);
  }

  /** Shows the user a message that is not an error, once. */
  notify(text: string, kind: MessageKind = "info"): void {
    if (this.#notices.has(text)) return;
    this.#notices.add(text);
    this.#shown = Promise.all([this.#shown, this.show(text, kind)]);
  }
}
