/** The Pulumi CLI, as the commands run it. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { textsOf } from "../../connector/configSecrets";
import { parseJson } from "../../logto/response";
import { printableLines } from "../../untrustedText";
import { isObject } from "../../values";
import { CommandError, noteSecrets, withoutSecrets } from "../io/commandError";
import { createFile } from "../io/files";
import { engines } from "../../manifest";
import { parseState, type StateResource } from "./stateResource";

const oldestCli = engines.pulumi.replace(">=", "");

export class Pulumi {
  /** @param stack the stack's name, `undefined` for the selected stack */
  constructor(
    private readonly folder: string,
    private readonly stack: string | undefined,
  ) {}

  /** Reads the stack config by `namespace:key`, secrets in plain text. */
  async config(): Promise<Map<string, string>> {
    const output = await this.#run(["config", "--json", "--show-secrets"], "read the stack's config");
    const values = JSON.parse(output) as Record<string, ConfigValue>;
    const entries = Object.entries(values);
    noteSecrets(
      entries.flatMap(([, { secret, value = "", objectValue }]) =>
        secret ? [...secretTexts(value), ...textsOf(objectValue)] : [],
      ),
    );
    return new Map(
      entries.map(([key, { value, objectValue }]) => [key, value ?? JSON.stringify(objectValue)]),
    );
  }

  /** Reads the resources of the state. */
  async resources(secrets: "encrypted" | "in plain text" = "encrypted"): Promise<readonly StateResource[]> {
    const flags = secrets === "encrypted" ? [] : ["--show-secrets"];
    const output = await this.#run(["stack", "export", ...flags], "read the stack's state");
    const advice = `Use the Pulumi CLI ${oldestCli} or newer, and the newest logto-sso.`;
    return parseState(output, "The output of `pulumi stack export`", advice);
  }

  /** Sets a secret, in the project's namespace if the key names none. Its value is passed by standard input, as other processes see arguments. */
  async setSecret(key: string, value: string): Promise<void> {
    noteSecrets(secretTexts(value));
    // Pulumi removes one line break from the end.
    await this.#run(["config", "set", "--secret", key], `set ${key} in the stack's config`, `${value}\n`);
  }

  async removeConfig(keys: readonly string[]): Promise<void> {
    await this.#run(["config", "rm-all", ...keys], "remove secrets from the stack's config");
  }

  async preview(): Promise<Preview> {
    return previewIn(await this.#start(["preview", "--json"], "preview the program"));
  }

  /** Imports resources into the state. They hold secrets in plain text, so they are not passed through a file. */
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
    // A failed command explains itself on either stream.
    throw new CommandError(
      `Could not ${attempt}: \`pulumi ${args.slice(0, 2).join(" ")}\` exited with ${String(code)}.\n${explained(stderr || stdout)}`,
    );
  }

  async #start(args: readonly string[], attempt: string, input = ""): Promise<Output> {
    const stack = this.stack === undefined ? [] : ["--stack", this.stack];
    const all = [...args, ...stack, "--non-interactive"];
    const [command, ...rest] = args.includes("/dev/stdin") ? [...withPipe, ...all] : ["pulumi", ...all];
    const child = spawn(command, rest, { cwd: this.folder, stdio: ["pipe", "pipe", "pipe"] });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    // The CLI may exit before it has read everything.
    child.stdin.on("error", () => undefined).end(input);
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject).once("close", resolve);
    }).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      throw new CommandError(
        `Could not ${attempt}: \`pulumi\` was not found on PATH. Install the Pulumi CLI, ${oldestCli} or newer.`,
      );
    });
    return { code, stdout, stderr };
  }
}

/** What a command of the CLI has printed. */
interface Output {
  /** The exit code; `null` if a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Reads the output of `pulumi preview --json`. A failed one prints JSON as well, with its errors among the diagnostics. */
export function previewIn({ code, stdout, stderr }: Output): Preview {
  const json = parseJson(stdout);
  const { steps, diagnostics } = (isObject(json) ? json : {}) as PreviewReport;
  if (code === 0) return { failed: false, steps: steps ?? [], errors: "" };
  const of = (wanted: string) => (diagnostics ?? []).filter(({ severity }) => severity === wanted);
  const errors = of("error");
  // Of a program that does not compile, the CLI reports the compiler's messages apart from the error (3.259).
  const said = errors.some(({ urn }) => urn !== undefined) ? errors : [...of("info#err"), ...errors];
  const messages = said.map(({ message = "" }) => message.trim()).filter((message) => message !== "");
  // What ends the CLI before the engine starts is on standard error, beside an empty report.
  const text = messages.join("\n") || stderr.trim() || (json === undefined ? stdout.trim() : "");
  const unsaid = `\`pulumi preview --json\` exited with ${String(code)} and gave no reason.`;
  return { failed: true, steps: steps ?? [], errors: explained(text || unsaid) };
}

/**
 * Runs the CLI behind a pipe: Node.js gives a child process a socket as standard input, which Linux does not open by a
 * file name. The shell also collects the output. If this process is killed, the CLI, as a Go program, would otherwise
 * die of SIGPIPE at its first output, and leave half of the resources and a locked stack.
 */
const withPipe = [
  "sh",
  "-c",
  'trap : INT; output=$(cat | pulumi "$@" 2>&1); code=$?; printf "%s\\n" "$output"; exit $code',
  "sh",
] as const;

/** A value of the stack config. */
interface ConfigValue {
  readonly value?: string;
  /** Its value if that is not a text. */
  readonly objectValue?: unknown;
  readonly secret?: boolean;
}

/** A step of a preview, for one resource. */
interface PreviewStep {
  /** Such as `same`, `create`, `update`, `delete`, `replace`. */
  readonly op: string;
  readonly urn: string;
  readonly provider?: string;
  readonly newState?: StateResource;
  readonly diffReasons?: readonly string[] | null;
}

interface Diagnostic {
  readonly message?: string;
  /** Such as `error`, `info#err`. */
  readonly severity?: string;
  /** The resource that it is about. */
  readonly urn?: string;
}

/** The output of `pulumi preview --json`, as far as it is used. */
interface PreviewReport {
  readonly steps?: readonly PreviewStep[] | null;
  readonly diagnostics?: readonly Diagnostic[] | null;
}

export interface Preview {
  readonly failed: boolean;
  readonly steps: readonly PreviewStep[];
  /** The error messages of the program and the engine. */
  readonly errors: string;
}

/** Returns the texts in a secret: an object is stored as its JSON. */
function secretTexts(value: string): string[] {
  return [value, ...textsOf(parseJson(value))];
}

/** What the CLI says if the file of the state, or the one with its attributes, is empty or ends too early (3.259). */
const unreadableState = /failed to load checkpoint: .*(?:EOF|unexpected end of JSON input|invalid character)/;

/** Returns the error of the CLI, with what to do about a state that a killed command has left. */
export function explained(error: string): string {
  const text = foreignText(error);
  if (/no stack named .* found/.test(text)) return `${text}\nThe stacks are listed by \`pulumi stack ls\`.`;
  if (!unreadableState.test(text)) return text;
  return (
    `${text}\nThe file of the state, or the one with its attributes, is empty or incomplete, as a killed command leaves it. In the ` +
    "backend's folder `.pulumi/stacks/PROJECT`, delete `STACK.json.attrs`; if that does not help, copy `STACK.json.bak` over " +
    "`STACK.json`. Then continue as after any kill (docs/large-deployments.md)."
  );
}

/** Returns output of another program without its colors, and without secrets. */
function foreignText(text: string): string {
  return printableLines(withoutSecrets(stripVTControlCharacters(text)).trim());
}

/** Writes a file that only its owner can read, and removes it afterwards. */
async function withPrivateFile(text: string, use: (file: string) => Promise<unknown>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "logto-sso-"));
  const remove = () => {
    rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", remove);
  try {
    const file = join(folder, "import.json");
    createFile(file, text, 0o600);
    await use(file);
  } finally {
    remove();
    process.off("exit", remove);
  }
}
