/** A person in front of the Pulumi CLI, who does what messages say and nothing else. */
import * as logtoSso from "pulumi-logto-sso";
import type { Config, Result, Stack } from "../../engine";
import type { Logto } from "../../logto";

/** The program of most situations: a connector, and what else a situation declares. */
export interface Declared {
  readonly connector?: object;
  readonly options?: object;
  /** The name of the connector's resource. Default: `acme`. */
  readonly name?: string;
  /** Declares what refers to the connector. */
  readonly more?: (connector: logtoSso.SsoConnector) => unknown;
  /** Declares what is in the program instead of the connector. */
  readonly instead?: () => unknown;
}

export type Command = readonly ["up" | "preview" | "refresh" | "destroy", ...flags: string[]];

/** The settings that work, by the key of the stack config. */
export function workingSettings(logto: Logto): Config {
  return {
    "logto:endpoint": logto.url,
    "logto:clientId": "m2m",
    "logto:clientSecret": { secret: "canary-m2m" },
    "logto:resource": "https://default.logto.app/api",
  };
}

export class User {
  #message = "";
  readonly #done: string[] = [];

  constructor(
    readonly logto: Logto,
    readonly stack: Stack,
    /** Gives the application `no-role` access to the Management API. */
    readonly grantRole: () => void,
  ) {}

  /** The message that the user saw last. */
  get message(): string {
    return this.#message;
  }

  /** What the user has done, for the table. */
  get done(): readonly string[] {
    return this.#done;
  }

  /** Returns the config of a connector that works. */
  config(more: object = {}) {
    const issuer = `${this.logto.idp}/acme`;
    return { clientId: "client", clientSecret: "canary-config", issuer, ...more };
  }

  /** Returns the arguments of a connector that works. */
  working(more: { readonly config?: object; readonly connectorName?: string } = {}) {
    return { providerName: "OIDC", domains: ["acme.com"], ...more, config: this.config(more.config) };
  }

  /** Writes the program. */
  async writes(declared: Declared = {}): Promise<void> {
    const { name = "acme", connector = this.working(), options, more, instead } = declared;
    await this.stack.writeProgram(() => {
      if (instead === undefined) {
        const made = new logtoSso.SsoConnector(name, connector as logtoSso.SsoConnectorArgs, options);
        more?.(made);
      } else {
        instead();
      }
      return {};
    });
  }

  /** Returns the URNs of the resources of a kind. */
  urns(kind: string): string[] {
    const resources = this.stack.export().deployment.resources ?? [];
    return resources.filter(({ type }) => type.endsWith(`:${kind}`)).map(({ urn }) => urn);
  }

  /** Runs a command, which fails and says `says`. */
  async fails([command, ...flags]: Command, says: RegExp): Promise<void> {
    const result = await this.#run(command, flags);
    if (result.code === 0) throw new Error(`pulumi ${command} did not fail:\n${result.stdout}`);
    this.#see(result.stdout + result.stderr, says);
  }

  /** Runs a command, which succeeds and warns of `says`. */
  async isWarned([command, ...flags]: Command, says: RegExp): Promise<void> {
    const result = await this.#run(command, flags);
    if (result.code !== 0) throw new Error(`pulumi ${command} failed:\n${result.stdout}${result.stderr}`);
    this.#see(result.stdout, says);
  }

  #run(command: Command[0], flags: readonly string[]): Promise<Result> {
    return this.stack[command](flags, { mayFail: true });
  }

  #see(output: string, says: RegExp): void {
    const message = output.split("Diagnostics:").at(-1) ?? output;
    const line = message.split("\n").find((candidate) => says.test(candidate));
    if (line === undefined) throw new Error(`The output lacks ${String(says)}:\n${output}`);
    this.#message = line.trim();
  }

  /** Runs a command that the message advises, word for word; a placeholder `…` is replaced by the value of its key. */
  async runs(advised: string): Promise<void> {
    this.#isAdvised(`\`pulumi ${advised}`);
    const words = advised.split(" ");
    const args = words.map((word, index) => (word === "…" ? this.#valueOf(words[index - 1] ?? "") : word));
    const [command = "", ...flags] = args;
    this.#done.push(`pulumi ${advised}`);
    if (command === "up" || command === "refresh" || command === "destroy") await this.stack[command](flags);
    else await this.stack.pulumi(args);
  }

  /** Returns what the user types where a command has a placeholder. */
  #valueOf(key: string): string {
    const value = workingSettings(this.logto)[key];
    if (value === undefined) throw new Error(`There is no value for ${key}.`);
    return typeof value === "string" ? value : value.secret;
  }

  /** Does what the message says in the words `advised`. */
  async does<Result>(advised: string, what: string, act: () => Result): Promise<Awaited<Result>> {
    this.#isAdvised(advised);
    this.#done.push(what);
    return await act();
  }

  /** Edits the program as the message says in the words `advised`. */
  edits(advised: string, what: string, declared: Declared): Promise<void> {
    return this.does(advised, `edit: ${what}`, () => this.writes(declared));
  }

  /** Sets a setting that the message names to the value that works. */
  sets(setting: string): Promise<void> {
    const secret = setting === "logto:clientSecret" ? ["--secret"] : [];
    return this.does(setting, `pulumi config set ${setting} …`, async () => {
      await this.stack.pulumi(["config", "set", ...secret, setting, this.#valueOf(setting)]);
    });
  }

  #isAdvised(words: string): void {
    if (!this.#message.includes(words)) throw new Error(`The message lacks "${words}":\n${this.#message}`);
  }
}

/** A state out of which a message must lead. */
export type Situation = (user: User) => Promise<unknown>;
