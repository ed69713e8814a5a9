/** The run of the engine that all resources share: settings, client, notices. */
import { enumerated } from "../enumeration";
import { asExpected } from "../expectedError";
import { LogtoClient } from "../logto/client";
import { withRecordedSettings } from "../logto/recordedSettings";
import { type Redact, redactor } from "../logto/redaction";
import {
  missingSettings,
  originOf,
  readSettings,
  secretsIn,
  type SettingProblem,
  type SettingsSource,
  stackSettings,
  usableAddress,
} from "../logto/settings";
import type { SettingName } from "../logto/settingTable";
import type { MessageKind } from "./results";
import { OfferNotice } from "./offerNotice";
import type { ProcessEnd } from "./processEnd";
import { SharedDomains } from "./sharedDomains";

/** Shows users a message that is not an error, in the way of a front end. Resolves when nothing of it can be lost any more. */
export type ShowMessage = (text: string, kind: MessageKind) => Promise<void>;

/** The settings of a run, the client with its token and its connections, and what is said once. */
export class Session {
  /**
   * Checks whether an object of the state exists at the endpoint of the settings; set if the state records another endpoint.
   *
   * @throws LogtoError if it does not
   */
  assertSameTenant: ((client: LogtoClient) => Promise<void>) | undefined;
  /** Whether the engine has said that it makes no further calls. */
  isFinished = false;
  /** Whether the engine has passed the settings. */
  isConfigured = false;
  /**
   * Whether the settings are surely those of the program of now. Otherwise they can be those that the state records; only what the
   * engine calls for tells (`logto/recordedSettings.ts`).
   */
  runsProgram = false;
  #settings: SettingsSource = stackSettings(() => undefined);
  #client: LogtoClient | undefined;
  /** Number of calls under way. */
  #calls = 0;
  readonly #offers = new OfferNotice();
  readonly #domains = new SharedDomains();
  readonly #notices = new Set<string>();
  /** What is said of several objects at the end, with their names, by the text without names. */
  readonly #shared = new Map<
    string,
    { readonly names: Set<string>; readonly text: (names: string) => string }
  >();
  readonly #hidden = new Set<string>();
  /** Made when it is used: a large program can declare thousands of secrets. */
  #redact: Redact | undefined;
  #shown: Promise<unknown> = Promise.resolve();
  readonly #interruption = new AbortController();

  constructor(
    private readonly show: ShowMessage,
    private readonly processEnd: ProcessEnd,
  ) {}

  /** Records the settings synchronously, since the host may call other methods before a promise settles. */
  configure(settings: SettingsSource): void {
    this.isConfigured = true;
    this.#settings = settings;
    this.processEnd.listen();
  }

  /**
   * Keeps the process alive during a call.
   *
   * @param writes whether something would be lost with the result
   * @param secrets returns those of what the call is about
   * @throws ExpectedError
   */
  async keepAlive<Result>(
    call: () => Result | Promise<Result>,
    writes: boolean,
    secrets: () => string[] = () => [],
  ): Promise<Result> {
    this.#calls++;
    try {
      return await this.processEnd.keepAlive(call, writes);
    } catch (error) {
      throw asExpected(error, (text) => redactor([...secretsIn(this.#settings), ...secrets()])(text));
    } finally {
      this.#calls--;
    }
  }

  /** Hides texts in all messages of the run: what the program declares as secret, in whatever field. */
  hide(texts: readonly string[]): void {
    for (const text of texts) {
      if (this.#hidden.has(text)) continue;
      this.#hidden.add(text);
      this.#redact = undefined;
    }
  }

  withoutHidden(text: string): string {
    this.#redact ??= redactor([...this.#hidden]);
    return this.#redact(text);
  }

  /** Records that a connector was created, which users are offered only where enterprise SSO is enabled. */
  createdConnector(client: LogtoClient): void {
    const asked = this.#offers.ask(client);
    // The create does not wait for the answer, but the end of the process does.
    if (asked !== undefined) this.processEnd.waitFor(asked);
  }

  /** Records the domains that the program declares for a connector. */
  declareDomains(connectorName: string, domains: readonly string[]): void {
    this.#domains.declare(connectorName, domains);
  }

  /** Records the domains that the program declares for users who join an organization just in time. */
  declareJitEmailDomains(domains: readonly string[]): void {
    this.#domains.declareJustInTime(domains);
  }

  /** Records that the program declares whether enterprise SSO is enabled. */
  declareSingleSignOn(enabled: boolean): void {
    this.#offers.declared = enabled;
  }

  /**
   * Must be called where the engine says that it makes no further calls: at the end of a run, or since it is interrupted. Then all
   * waiting ends, and the next run continues from what is recorded.
   */
  async finish(): Promise<void> {
    this.isFinished = true;
    if (this.#calls > 0) this.#interruption.abort();
    else await this.#offers.asked;
    await this.showLast();
  }

  /** Shows what can be said at the end of a run only. Resolves when nothing that was shown can be lost any more. */
  async showLast(): Promise<void> {
    for (const { names, text } of this.#shared.values()) this.notify(text(enumerated([...names])));
    this.#shared.clear();
    for (const text of this.#domains.texts(enumerated)) this.notify(text, "warning");
    const text = this.#offers.text();
    if (text !== undefined) this.notify(text, "warning");
    await this.#shown;
  }

  /** @throws SettingsError at every call */
  client(): LogtoClient {
    this.#client ??= new LogtoClient(readSettings(this.#settings), this.#interruption.signal);
    return this.#client;
  }

  /** Adds to an error that a setting can cause how a correction gets to the provider, where the program does not run. */
  withRecordedSettings(error: unknown): unknown {
    return this.runsProgram ? error : withRecordedSettings(error, this.#settings);
  }

  /** The endpoint of Logto, even without credentials; `undefined` if it is not set. */
  endpoint(): string | undefined {
    return usableAddress("endpoint", this.#settings);
  }

  /** Where a setting was found, or belongs, as messages name it. */
  originOf(name: SettingName): string {
    return originOf(name, this.#settings);
  }

  /** Where users sign in, even without credentials; `undefined` if it is not set. */
  signInAddress(): string | undefined {
    return usableAddress("signInEndpoint", this.#settings) ?? this.endpoint();
  }

  /** Returns the required settings that are not set. */
  missingSettings(): SettingProblem[] {
    return missingSettings(this.#settings);
  }

  /**
   * Shows the user at the end of the run what concerns all objects of a kind in a tenant, once for all of those that it met.
   *
   * @param name an object, as messages name it
   * @param text makes the message of the names
   */
  notifyTogether(name: string, text: (names: string) => string): void {
    const { names } = this.#shared.get(text("")) ?? { names: new Set<string>() };
    this.#shared.set(text(""), { names: names.add(name), text });
  }

  /** Shows the user a message that is not an error, once. */
  notify(message: string, kind: MessageKind = "info"): void {
    const text = this.withoutHidden(message);
    if (this.#notices.has(text)) return;
    this.#notices.add(text);
    this.#shown = Promise.all([this.#shown, this.show(text, kind)]);
  }
}
