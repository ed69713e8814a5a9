/** The Pulumi CLI, as the commands use it. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { type ResourceToken, tokens } from "../program/tokens";
import { printableLines } from "../untrustedText";
import { CommandError } from "./errors";

/** A resource of the state. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  /** URN of the resource that it belongs to: the stack, at least, for all that a program makes. */
  readonly parent?: string;
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

  async removeConfig(key: string): Promise<void> {
    await this.#run(["config", "rm", key], `take ${key} out of the stack's config`);
  }

  /** What `pulumi up` would do now. */
  async preview(): Promise<Preview> {
    const { code, stdout, stderr } = await this.#start(["preview", "--json"], "preview the program");
    const report = reportOf(stdout) ?? { steps: [], errors: foreignText(stderr || stdout) };
    return { ...report, failed: code !== 0 };
  }

  /** Takes resources into the state. Their properties hold secrets in clear, so they do not go through a file. */
  async import(resources: readonly object[]): Promise<void> {
    const text = JSON.stringify({ resources });
    const attempt = "import the connectors into the stack";
    const run = (file: string, input: string) => {
      const flags = ["--file", file, "--yes", "--skip-preview", "--generate-code=false", "--protect=false"];
      return this.#run(["import", ...flags], attempt, input);
    };
    await (process.platform === "win32"
      ? withPrivateFile(text, (file) => run(file, ""))
      : run("/dev/stdin", text));
  }

  async #run(args: readonly string[], attempt: string, input = ""): Promise<string> {
    const { code, stdout, stderr } = await this.#start(args, attempt, input);
    if (code === 0) return stdout;
    // A failed command tells why on either.
    throw new CommandError(
      `Could not ${attempt}: \`pulumi ${args.slice(0, 2).join(" ")}\` ended with ${String(code)}.\n${foreignText(stderr || stdout)}`,
    );
  }

  async #start(args: readonly string[], attempt: string, input = ""): Promise<Finished> {
    const stack = this.stack === undefined ? [] : ["--stack", this.stack];
    const all = [...args, ...stack, "--non-interactive"];
    const [command, ...rest] = args.includes("/dev/stdin") ? [...withPipe, ...all] : ["pulumi", ...all];
    const child = spawn(command, rest, { cwd: this.folder, stdio: ["pipe", "pipe", "pipe"] });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
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
    return { code, stdout, stderr };
  }
}

/**
 * Node.js gives a child a socket for its standard input, which Linux does not open by the name of a file. And where this
 * process is killed, the shell still reads what the CLI says: ended by its first word to nobody, as Go programs are, it
 * would leave half of the resources and a locked stack.
 */
const withPipe = [
  "sh",
  "-c",
  'trap : INT; said=$(cat | pulumi "$@" 2>&1); code=$?; printf "%s\\n" "$said"; exit $code',
  "sh",
] as const;

interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a preview says of one resource. */
export interface PreviewStep {
  /** Such as `same`, `create`, `update`, `delete`, `replace`. */
  readonly op: string;
  readonly urn: string;
  readonly provider?: string;
  readonly newState?: StateResource;
  readonly diffReasons?: readonly string[] | null;
}

export interface Preview {
  readonly failed: boolean;
  readonly steps: readonly PreviewStep[];
  /** For people. */
  readonly errors: string;
}

/** There is one of a failed preview as well, with the errors among its diagnostics. */
function reportOf(json: string): Omit<Preview, "failed"> | undefined {
  let report: {
    steps?: PreviewStep[] | null;
    diagnostics?: { message?: string; severity?: string }[] | null;
  };
  try {
    report = JSON.parse(json) as typeof report;
  } catch {
    return undefined;
  }
  const errors = (report.diagnostics ?? []).filter(({ severity }) => severity === "error");
  return {
    steps: report.steps ?? [],
    errors: foreignText(errors.map(({ message = "" }) => message.trim()).join("\n")),
  };
}

/** Output of another program, without its colours. */
function foreignText(text: string): string {
  return printableLines(stripVTControlCharacters(text).trim());
}

/** For its owner only, and only for as long as it takes. */
async function withPrivateFile(text: string, use: (file: string) => Promise<unknown>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "logto-sso-"));
  const remove = () => {
    rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", remove);
  try {
    const file = join(folder, "import.json");
    writeFileSync(file, text, { mode: 0o600 });
    await use(file);
  } finally {
    remove();
    process.off("exit", remove);
  }
}
