/** The Pulumi CLI, as the commands use it. */
import { spawn } from "node:child_process";
import { type ResourceToken, tokens } from "../program/tokens";
import { CommandError } from "./errors";

/** A resource of the state. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  /** URN and ID of its provider, joined by `::`. */
  readonly provider?: string;
  /** Looked up only. */
  readonly external?: boolean;
  /** Replaced, and to be deleted by the next update. */
  readonly delete?: boolean;
  /** Of its declaration, such as `project:///index.ts#5,14`. */
  readonly sourcePosition?: string;
}

/** Connectors that a stack manages: not those that it only looks up, nor what is left of a replacement. */
export function managedConnectors(resources: readonly StateResource[]): StateResource[] {
  return resources.filter(isManaged(tokens.ssoConnector));
}

/** The same for configs that are resources of their own; their ID is the connector's. */
export function managedConfigs(resources: readonly StateResource[]): StateResource[] {
  return resources.filter(isManaged(tokens.ssoConnectorConfig));
}

const isManaged =
  (token: ResourceToken) =>
  ({ type, external, delete: gone }: StateResource): boolean =>
    type === token.type && external !== true && gone !== true;

export class Pulumi {
  /** @param stack the one that is named; the selected one where it is `undefined` */
  constructor(
    private readonly folder: string,
    private readonly stack: string | undefined,
  ) {}

  /** The stack's config by `namespace:key`, secrets in clear. */
  async config(): Promise<Map<string, string>> {
    const said = await this.#run(["config", "--json", "--show-secrets"], "read the stack's config");
    const values = JSON.parse(said) as Record<string, { value?: string; objectValue?: unknown }>;
    const entries = Object.entries(values).map(([key, { value, objectValue }]) => [
      key,
      value ?? JSON.stringify(objectValue),
    ]);
    return new Map(entries as [string, string][]);
  }

  /** What the stack holds, secrets encrypted where nothing else is said. */
  async resources(secrets?: "in clear"): Promise<StateResource[]> {
    const flags = secrets === undefined ? [] : ["--show-secrets"];
    const said = await this.#run(["stack", "export", ...flags], "read the stack's state");
    const { deployment } = JSON.parse(said) as { deployment?: { resources?: StateResource[] } };
    return deployment?.resources ?? [];
  }

  /** Of the project's own namespace. The value goes in by standard input: arguments can be seen by other processes. */
  async setSecret(key: string, value: string): Promise<void> {
    // Pulumi takes one line break from the end.
    await this.#run(["config", "set", "--secret", key], `put ${key} into the stack's config`, `${value}\n`);
  }

  /** Takes the resources of a file into the state. */
  async import(file: string): Promise<void> {
    const flags = ["--file", file, "--yes", "--skip-preview", "--generate-code=false", "--protect=false"];
    await this.#run(["import", ...flags], "import the connectors into the stack");
  }

  async #run(args: readonly string[], attempt: string, input = ""): Promise<string> {
    const stack = this.stack === undefined ? [] : ["--stack", this.stack];
    const child = spawn("pulumi", [...args, ...stack, "--non-interactive"], {
      cwd: this.folder,
      stdio: ["pipe", "pipe", "pipe"],
    });
    let [said, complaint] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (complaint += text));
    // It may end before it has read all.
    child.stdin.on("error", () => undefined).end(input);
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject).once("close", resolve);
    }).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      throw new CommandError(
        `Could not ${attempt}: there is no \`pulumi\` on PATH. Install the Pulumi CLI, 3.254 or newer.`,
      );
    });
    if (code === 0) return said;
    // A failed command tells why on either.
    throw new CommandError(
      `Could not ${attempt}: \`pulumi ${args.slice(0, 2).join(" ")}\` ended with ${String(code)}.\n${(complaint || said).trim()}`,
    );
  }
}
