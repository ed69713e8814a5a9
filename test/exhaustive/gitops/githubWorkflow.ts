/** Runs the steps of a GitHub workflow as GitHub's runner does: in order, with their conditions, environment and files. */
import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { run } from "../../engine";
import { type Expressions, expressions } from "./githubExpressions";

interface Step {
  readonly name?: string;
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Job {
  readonly if?: string;
  readonly steps: readonly Step[];
}

export interface Runner {
  /** The checkout. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** The contexts `github` and `secrets`. */
  readonly contexts: Readonly<Record<string, unknown>>;
  /** What takes the place of an action, by its name, or of a command. */
  readonly standIns: Readonly<Record<string, StandIn>>;
}

export type StandIn = (
  inputs: Readonly<Record<string, unknown>>,
  setOutput: (name: string, value: string) => void,
) => unknown;

type Outcome = "success" | "failure" | "skipped";

export interface JobResult {
  succeeded: boolean;
  /** The outcomes of the steps by name, command or action. */
  readonly steps: Record<string, Outcome>;
  log: string;
  readonly summary: string;
}

/** Runs the only job of a workflow. */
export async function runWorkflow(source: string, runner: Runner): Promise<JobResult> {
  const { jobs } = parse(source) as { jobs: Record<string, Job> };
  const [job, ...others] = Object.values(jobs);
  if (job === undefined || others.length > 0) throw new Error("There must be one job.");
  const files = mkdtempSync(`${runner.folder}-runner-`);
  const [summary, script] = [join(files, "summary"), join(files, "script")];
  writeFileSync(summary, "");

  const steps: Record<string, object> = {};
  const result = { succeeded: true, steps: {} as Record<string, Outcome>, log: "" };
  const evaluate = await expressions({ ...runner.contexts, steps }, () => result.succeeded);
  const isWanted = job.if === undefined || evaluate.condition(job.if);
  for (const [index, step] of (isWanted ? job.steps : []).entries()) {
    assertKnown(step);
    const output = join(files, `output-${index}`);
    writeFileSync(output, "");
    const shell = async (commands: string, env: NodeJS.ProcessEnv) => {
      writeFileSync(script, commands);
      const { code, stdout, stderr } = await run("bash", ["-e", script], {
        cwd: runner.folder,
        env: {
          ...runner.env,
          ...{ CI: "true", GITHUB_ACTIONS: "true", GITHUB_REPOSITORY: "acme/infra" },
          ...{ GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: summary },
          ...env,
        },
        timeoutSeconds: 240,
      });
      result.log += `${commands}\n${stdout}${stderr}\nexit code ${code}\n`;
      return code;
    };
    const setOutput = (name: string, value: string) => {
      appendFileSync(output, `${name}=${value}\n`);
    };
    const outcome = await runStep(step, evaluate, runner, { shell, setOutput });
    result.steps[step.name ?? step.run ?? step.uses ?? ""] = outcome;
    if (outcome === "failure") result.succeeded = false;
    if (step.id !== undefined) steps[step.id] = { outcome, outputs: outputsIn(readFileSync(output, "utf8")) };
  }
  return { ...result, summary: readFileSync(summary, "utf8") };
}

/** None of what a workflow says is overlooked. */
function assertKnown(step: Step): void {
  const known = ["name", "id", "if", "uses", "with", "run", "env"];
  const unknown = Object.keys(step).filter((key) => !known.includes(key));
  if (unknown.length > 0) throw new Error(`A step has ${unknown.join(", ")}, which is not simulated.`);
}

interface StepContext {
  readonly shell: (commands: string, env: NodeJS.ProcessEnv) => Promise<number>;
  readonly setOutput: Parameters<StandIn>[1];
}

async function runStep(
  { if: condition = "success()", uses, with: inputs = {}, run: commands, env = {} }: Step,
  evaluate: Expressions,
  { standIns }: Runner,
  { shell, setOutput }: StepContext,
): Promise<Outcome> {
  if (!evaluate.condition(condition)) return "skipped";
  const standIn = standIns[uses ?? commands ?? ""];
  if (standIn !== undefined) {
    await standIn(inputs, setOutput);
    return "success";
  }
  if (commands === undefined) throw new Error(`Nothing stands for ${uses ?? "a step"}.`);
  const values = Object.entries(env).map(([key, text]) => [key, evaluate.text(text)] as const);
  return (await shell(commands, Object.fromEntries(values))) === 0 ? "success" : "failure";
}

function outputsIn(text: string): object {
  return Object.fromEntries(
    [...text.matchAll(/^([\w-]+)=(.*)$/gm)].map(([, key, value]) => [key, value]),
  ) as object;
}
