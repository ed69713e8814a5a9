// npm run bench: what connectors cost, beside the engine alone and a naive dynamic resource, through the real Pulumi CLI.
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { findCli } from "../engine";
import { startCosts } from "./start";
import { type Cost, type Load, Subject, type SubjectName, subjectNames } from "./subjects";

const usage = `Usage: npm run bench -- [--connectors N[,N…]] [--latency MS] [--rate-limit] [--pace N]
                        [--operations NAME,…] [--subjects NAME,…] [--json FILE]

  --connectors N[,N…]   how many connectors, one run each (default: 100)
  --latency MS          how long each request to Logto takes at least (default: 50)
  --rate-limit          Logto takes 200 requests in 10 s, as Logto Cloud does
  --pace N              logto:maxRequestsPerSecond for this package
  --operations NAME,…   default: all of them
  --subjects NAME,…     default: floor,package,naive
  --json FILE           writes the figures as JSON, too`;

interface Operation {
  /** Default: `pulumi`. */
  readonly command?: "logto-sso";
  readonly args: readonly string[];
  /** How many connectors are declared otherwise than at first. */
  readonly changed: number;
  readonly times?: number;
  /** Default: all. */
  readonly subjects?: readonly SubjectName[];
}

/** What users do, in this order; those that change nothing are measured three times, and the median is told. */
const operations = {
  create: { args: ["up", "--yes", "--skip-preview"], changed: 0 },
  "no-op up": { args: ["up", "--yes", "--skip-preview"], changed: 0, times: 3 },
  "refresh preview": { args: ["refresh", "--preview-only"], changed: 0, times: 3 },
  drift: { command: "logto-sso", args: ["drift"], changed: 0, times: 3, subjects: ["package"] },
  "one change": { args: ["up", "--yes", "--skip-preview"], changed: 1 },
  "all changed": { args: ["up", "--yes", "--skip-preview"], changed: Infinity },
  destroy: { args: ["destroy", "--yes", "--skip-preview"], changed: Infinity },
} as const satisfies Record<string, Operation>;
type OperationName = keyof typeof operations;
const operationNames = Object.keys(operations) as OperationName[];

interface Measured extends Cost {
  readonly connectors: number;
  readonly operation: OperationName;
  readonly subject: SubjectName;
  /** Time by that of the engine alone. */
  readonly toFloor: number | undefined;
  readonly stateBytes: number | undefined;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      connectors: { type: "string", default: "100" },
      latency: { type: "string", default: "50" },
      "rate-limit": { type: "boolean", default: false },
      pace: { type: "string" },
      operations: { type: "string", default: operationNames.join() },
      subjects: { type: "string", default: subjectNames.join() },
      json: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const subjects = choose(values.subjects, subjectNames);
  const chosen = choose(values.operations, operationNames);
  await findCli();
  const start = startCosts();
  for (const [what, ms] of Object.entries(start))
    console.log(`Loading the package ${what}: ${ms.toFixed(1)} ms`);
  const results: Measured[] = [];
  for (const connectors of values.connectors.split(",").map(positive)) {
    const load: Load = {
      connectors,
      latencyMs: Number(values.latency),
      rateLimit: values["rate-limit"],
      pace: values.pace === undefined ? undefined : positive(values.pace),
    };
    const measured = await measure(load, subjects, chosen);
    print(load, measured);
    results.push(...measured);
    // After each, so that a run that is ended early has told something.
    if (values.json !== undefined) {
      const about = { node: process.version, ...load, connectors: values.connectors };
      writeFileSync(values.json, JSON.stringify({ about, start, results }, undefined, 2));
    }
  }
}

async function measure(
  load: Load,
  names: readonly SubjectName[],
  chosen: readonly OperationName[],
): Promise<Measured[]> {
  const subjects: Subject[] = [];
  const results: Measured[] = [];
  try {
    for (const name of names) subjects.push(await Subject.start(name, load));
    const failed = new Set<Subject>();
    for (const operation of chosen) {
      const { subjects: able = subjectNames }: Operation = operations[operation];
      for (const subject of subjects.filter((one) => !failed.has(one) && able.includes(one.name))) {
        const cost = await repeat(subject, operation);
        const floor = results.find((one) => one.operation === operation && one.subject === "floor");
        results.push({
          connectors: load.connectors,
          operation,
          subject: subject.name,
          ...cost,
          toFloor: floor && cost.seconds / floor.seconds,
          stateBytes: operation === "create" ? subject.stateBytes() : undefined,
        });
        // What comes next would be of other resources than the others' is.
        if (cost.exitCode !== 0) failed.add(subject);
      }
    }
    return results;
  } finally {
    for (const subject of subjects) await subject.end();
  }
}

/** The run of median time. */
async function repeat(subject: Subject, name: OperationName): Promise<Cost> {
  const operation: Operation = operations[name];
  const costs: Cost[] = [];
  for (let time = 0; time < (operation.times ?? 1); time++) {
    costs.push(await subject.run(operation.args, operation.changed, operation.command));
  }
  const median = costs.sort((a, b) => a.seconds - b.seconds)[Math.floor(costs.length / 2)];
  if (median === undefined) throw new Error("nothing was measured");
  return median;
}

function print({ connectors, latencyMs, rateLimit }: Load, results: readonly Measured[]): void {
  console.log(
    `\n${connectors} connectors, ${latencyMs} ms a request${rateLimit ? ", 200 requests in 10 s" : ""}, Node.js ${process.version}\n`,
  );
  const lines = results.map((one) => [
    one.operation,
    one.subject,
    one.seconds.toFixed(1),
    one.toFloor?.toFixed(2) ?? "",
    Object.entries(one.requests)
      .map(([kind, count]) => `${count} ${kind}`)
      .join(", ") || "none",
    String(one.refused),
    one.stateBytes?.toFixed(0) ?? "",
    one.hostMiB?.toFixed(0) ?? "",
    String(one.connections),
    one.exitCode === 0 ? "" : `failed: exit code ${one.exitCode}`,
  ]);
  const titles = ["", "", "seconds", "to floor", "requests", "429", "bytes", "host MiB", "connections", ""];
  const widths = titles.map((title, column) =>
    Math.max(title.length, ...lines.map((line) => line[column]?.length ?? 0)),
  );
  for (const line of [titles, ...lines]) {
    console.log(
      line
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    );
  }
}

function choose<Name extends string>(list: string, names: readonly Name[]): Name[] {
  const wanted = list.split(",");
  const wrong = wanted.filter((name) => !(names as readonly string[]).includes(name));
  if (wrong.length > 0) throw new Error(`${wrong.join(", ")}: there are ${names.join(", ")}.\n\n${usage}`);
  return names.filter((name) => wanted.includes(name));
}

function positive(text: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new Error(`Not a number above 0: ${text}\n\n${usage}`);
  return number;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
