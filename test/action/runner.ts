/**
 * Runs a composite action as GitHub's runner does: its own steps as processes, and those of other actions as functions. Expressions
 * are evaluated by GitHub's library.
 */
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { run } from "../engine";

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string; readonly required?: boolean }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: "composite"; readonly steps: readonly ActionStep[] };
}

export interface ActionStep {
  readonly id?: string;
  readonly name: string;
  readonly if?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly uses?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, string | boolean>>;
}

/** What `shell: bash` is. */
const shell = ["--noprofile", "--norc", "-eo", "pipefail", "-c"];

type Strings = Readonly<Record<string, string>>;

export interface ActionResult {
  readonly outcome: "success" | "failure";
  readonly outputs: Strings;
  readonly log: string;
  readonly summary: string;
  /** The names of the steps that were not skipped. */
  readonly steps: readonly string[];
}

export interface ActionOptions {
  readonly inputs: Strings;
  /** What the job has in its environment. */
  readonly env: NodeJS.ProcessEnv;
  /** The checkout. */
  readonly workspace: string;
  /** A folder outside of it. */
  readonly temporary: string;
  readonly event?: object;
  readonly github: {
    readonly repository: string;
    readonly token: string;
    readonly runId: number;
    readonly api: string;
  };
  /** By name and folder, without version. Returns its outputs. */
  readonly actions: Readonly<Record<string, (inputs: Strings) => Strings>>;
}

export async function runAction(file: string, options: ActionOptions): Promise<ActionResult> {
  const action = parse(readFileSync(file, "utf8")) as Action;
  const evaluate = await evaluator();
  const { github } = options;
  const scratch = mkdtempSync(join(options.temporary, "runner-"));
  const event = join(scratch, "event.json");
  writeFileSync(event, JSON.stringify(options.event ?? {}));
  const context = {
    github: { token: github.token, run_id: String(github.runId), run_attempt: "1" },
    inputs: {} as Record<string, string>,
    steps: {} as Record<string, { readonly outputs: Strings }>,
  };
  for (const [name, { default: value = "" }] of Object.entries(action.inputs)) {
    context.inputs[name] = options.inputs[name] ?? evaluate(value, context);
  }
  const unknown = Object.keys(options.inputs).filter((name) => !(name in action.inputs));
  if (unknown.length > 0) throw new Error(`The action has no input ${unknown.join(", ")}`);

  let [log, summary, outcome] = ["", "", "success" as ActionResult["outcome"]];
  const ran: string[] = [];
  for (const [index, step] of action.runs.steps.entries()) {
    // Without a function of the status, a condition holds only if all steps before have succeeded.
    if (outcome === "failure" || (step.if !== undefined && evaluate(step.if, context) !== "true")) continue;
    ran.push(step.name);
    const all = (texts: ActionStep["with"] = {}) =>
      Object.fromEntries(
        Object.entries(texts).map(([name, text]) => [name, evaluate(String(text), context)]),
      );
    const id = step.id ?? String(index);
    if (step.uses !== undefined) {
      const name = step.uses.split("@")[0] ?? "";
      const other = options.actions[name];
      if (other === undefined) throw new Error(`The test has no ${name}`);
      context.steps[id] = { outputs: other(all(step.with)) };
      continue;
    }
    const [outputFile, summaryFile] = [join(scratch, `output-${index}`), join(scratch, `summary-${index}`)];
    for (const one of [outputFile, summaryFile]) writeFileSync(one, "");
    const { code, stdout, stderr } = await run("bash", [...shell, step.run ?? ""], {
      cwd: options.workspace,
      env: {
        ...options.env,
        ...{ CI: "true", GITHUB_ACTIONS: "true", GITHUB_ACTION_PATH: dirname(file) },
        ...{ GITHUB_API_URL: github.api, GITHUB_GRAPHQL_URL: `${github.api}/graphql` },
        ...{ GITHUB_SERVER_URL: "https://github.com", GITHUB_REPOSITORY: github.repository },
        ...{ GITHUB_RUN_ID: String(github.runId), GITHUB_EVENT_PATH: event },
        ...{ GITHUB_WORKSPACE: options.workspace, RUNNER_TEMP: options.temporary },
        ...{ GITHUB_OUTPUT: outputFile, GITHUB_STEP_SUMMARY: summaryFile },
        ...all(step.env),
      },
      timeoutSeconds: 240,
    });
    log += stdout + stderr;
    summary += readFileSync(summaryFile, "utf8");
    const lines = readFileSync(outputFile, "utf8").matchAll(/^([^=\n]+)=(.*)$/gm);
    context.steps[id] = {
      outputs: Object.fromEntries(Array.from(lines, ([, name = "", value = ""]) => [name, value])),
    };
    if (code !== 0) outcome = "failure";
  }
  // The runner evaluates them after a failure, too.
  const outputs = Object.entries(action.outputs).map(([name, { value }]) => [name, evaluate(value, context)]);
  return { outcome, outputs: Object.fromEntries(outputs) as Strings, log, summary, steps: ran };
}

/** Returns a function that replaces the expressions of a text. */
async function evaluator(): Promise<(text: string, context: object) => string> {
  const { Evaluator, Lexer, Parser } = await import("@actions/expressions");
  const { reviver } = await import("@actions/expressions/data/reviver");
  return (text, context) =>
    text.replaceAll(/\$\{\{(.*?)\}\}/g, (_all, expression: string) => {
      const tree = new Parser(new Lexer(expression).lex().tokens, Object.keys(context), []).parse();
      const data = JSON.parse(JSON.stringify(context), reviver) as ConstructorParameters<typeof Evaluator>[1];
      return new Evaluator(tree, data).evaluate().coerceString();
    });
}

/** The cache and the artifacts of a repository, as far as the actions that use them promise it. */
export function storage() {
  const cache = new Map<string, string>();
  const artifacts = new Map<string, readonly string[]>();
  const actions: ActionOptions["actions"] = {
    "actions/cache/restore": ({ path = "", key = "", "restore-keys": prefixes = "" }) => {
      const newestFirst = [...cache.keys()].reverse();
      const isWanted = (one: string) =>
        prefixes.split("\n").some((prefix) => prefix !== "" && one.startsWith(prefix));
      const found = cache.has(key) ? key : newestFirst.find(isWanted);
      if (found !== undefined) writeFileSync(path, cache.get(found) ?? "");
      return { "cache-matched-key": found ?? "" };
    },
    "actions/cache/save": ({ path = "", key = "" }) => {
      if (key.includes(",")) throw new Error("A key has no commas");
      if (!cache.has(key)) cache.set(key, readFileSync(path, "utf8"));
      return {};
    },
    "actions/upload-artifact": ({ name = "", path = "" }) => {
      if (/["<>|*?\r\n:\\/]/.test(name)) throw new Error(`No name of an artifact: ${name}`);
      const files = path.split("\n").filter((one) => one !== "");
      artifacts.set(
        name,
        files.map((file) => readFileSync(file, "utf8")),
      );
      return { "artifact-url": "https://github.com/acme/infra/actions/runs/1/artifacts/2" };
    },
  };
  return { cache, artifacts, actions };
}

/** Makes a folder for what a runner keeps outside of the checkout. */
export function temporaryFolder(parent: string): string {
  const folder = join(parent, ".runner");
  mkdirSync(folder, { recursive: true });
  return folder;
}
