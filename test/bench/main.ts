// npm run bench: compares the cost of connectors with that of the engine alone and of a naive dynamic resource, through the
// real Pulumi CLI.
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { findCli } from "../engine";
import { loadTimes } from "./loadTime";
import { redactionTimes } from "./redaction";
import { type Cost, type Load, Subject, type SubjectName, subjectNames } from "./subjects";

const usage = `Usage: npm run bench -- [--connectors N[,N…]] [--latency MS] [--rate-limit] [--max-requests N] [--write-once]
                        [--heap MIB] [--operations NAME,…] [--subjects NAME,…] [--json FILE]
       npm run bench -- --redaction

  --connectors N[,N…]   numbers of connectors, with one run for each (default: 100)
  --latency MS          minimum duration of each request to Logto (default: 50)
  --rate-limit          limit Logto to 200 requests in 10 s, as in Logto Cloud
  --max-requests N      logto:maxRequestsPerSecond for this package
  --write-once          have every subject write its state once, at the end, instead of at every step
  --heap MIB            the most that Node.js keeps in the heap of a program or provider (--max-old-space-size)
  --operations NAME,…   operations to measure (default: all); without create, connectors are created before
  --subjects NAME,…     default: baseline,package,skipping,plugin,naive
  --json FILE           also write the results to a JSON file
  --redaction           only remove secrets from texts of 250,000 characters, and from texts of four times the length:
                        the ratio of the times is about 4 if it is linear`;

interface Operation {
  /** Default: `pulumi`. */
  readonly command?: "logto-sso";
  readonly args: readonly string[];
  /** How many connectors are declared differently than at first. */
  readonly changed: number;
  readonly times?: number;
  /** Default: all. */
  readonly subjects?: readonly SubjectName[];
}

/** What users do, in this order. Operations that change nothing run three times, and the median is reported. */
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

interface Measurement extends Cost {
  readonly connectors: number;
  readonly operation: OperationName;
  readonly subject: SubjectName;
  /** The time divided by that of the engine alone. */
  readonly relativeTime: number | undefined;
  readonly stateBytes: number | undefined;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      connectors: { type: "string", default: "100" },
      latency: { type: "string", default: "50" },
      "rate-limit": { type: "boolean", default: false },
      "max-requests": { type: "string" },
      "write-once": { type: "boolean", default: false },
      heap: { type: "string" },
      operations: { type: "string", default: operationNames.join() },
      subjects: { type: "string", default: subjectNames.join() },
      json: { type: "string" },
      redaction: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  if (values.redaction) {
    for (const { what, ms, ratio } of redactionTimes())
      console.log(`${what}: ${ms.toFixed(0)} ms, ${ratio.toFixed(1)} times as long for 4 times the text`);
    return;
  }
  const subjects = choose(values.subjects, subjectNames);
  const chosen = choose(values.operations, operationNames);
  await findCli();
  const loading = loadTimes();
  for (const [where, ms] of Object.entries(loading))
    console.log(`Loading the package ${where}: ${ms.toFixed(1)} ms`);
  const results: Measurement[] = [];
  for (const connectors of values.connectors.split(",").map(positive)) {
    const load: Load = {
      connectors,
      latencyMs: Number(values.latency),
      rateLimit: values["rate-limit"],
      writeOnce: values["write-once"],
      maxRequestsPerSecond:
        values["max-requests"] === undefined ? undefined : positive(values["max-requests"]),
      heapMiB: values.heap === undefined ? undefined : positive(values.heap),
    };
    const measured = await measure(load, subjects, chosen);
    print(load, measured);
    results.push(...measured);
    // After each number of connectors, so that a run that is stopped early leaves results.
    if (values.json !== undefined) {
      const about = { node: process.version, ...load, connectors: values.connectors };
      writeFileSync(values.json, JSON.stringify({ about, loading, results }, undefined, 2));
    }
  }
}

async function measure(
  load: Load,
  names: readonly SubjectName[],
  chosen: readonly OperationName[],
): Promise<Measurement[]> {
  const subjects: Subject[] = [];
  const results: Measurement[] = [];
  try {
    for (const name of names) subjects.push(await Subject.start(name, load));
    const failed = new Set<Subject>();
    if (!chosen.includes("create")) {
      for (const subject of subjects) if ((await subject.create()).exitCode !== 0) failed.add(subject);
    }
    for (const operation of chosen) {
      const { subjects: applicable = subjectNames }: Operation = operations[operation];
      for (const subject of subjects.filter((one) => !failed.has(one) && applicable.includes(one.name))) {
        const cost = await repeat(subject, operation);
        const baseline = results.find((one) => one.operation === operation && one.subject === "baseline");
        results.push({
          connectors: load.connectors,
          operation,
          subject: subject.name,
          ...cost,
          relativeTime: baseline && cost.seconds / baseline.seconds,
          stateBytes: operation === "create" ? subject.stateBytes() : undefined,
        });
        // The next operations would not be comparable with those of the other subjects.
        if (cost.exitCode !== 0) failed.add(subject);
      }
    }
    return results;
  } finally {
    for (const subject of subjects) await subject.dispose();
  }
}

/** Returns the cost of the run with the median time. */
async function repeat(subject: Subject, name: OperationName): Promise<Cost> {
  const operation: Operation = operations[name];
  const costs: Cost[] = [];
  for (let time = 0; time < (operation.times ?? 1); time++) {
    costs.push(await subject.run(operation.args, operation.changed, operation));
  }
  const median = costs.sort((a, b) => a.seconds - b.seconds)[Math.floor(costs.length / 2)];
  if (median === undefined) throw new Error("Nothing was measured.");
  return median;
}

function print({ connectors, latencyMs, rateLimit }: Load, results: readonly Measurement[]): void {
  console.log(
    `\n${connectors} connectors, ${latencyMs} ms a request${rateLimit ? ", 200 requests in 10 s" : ""}, Node.js ${process.version}\n`,
  );
  const lines = results.map((one) => [
    one.operation,
    one.subject,
    one.seconds.toFixed(1),
    one.relativeTime?.toFixed(2) ?? "",
    Object.entries(one.requests)
      .map(([kind, count]) => `${count} ${kind}`)
      .join(", ") || "none",
    String(one.rateLimited),
    one.stateBytes?.toFixed(0) ?? "",
    one.programMiB?.toFixed(0) ?? "",
    one.providerMiB?.toFixed(0) ?? "",
    String(one.connections),
    one.exitCode === 0 ? "" : `failed: exit code ${one.exitCode}`,
  ]);
  const memory = ["program MiB", "provider MiB"];
  const titles = ["", "", "seconds", "relative", "requests", "429", "bytes", ...memory, "connections", ""];
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
  const unknown = wanted.filter((name) => !(names as readonly string[]).includes(name));
  if (unknown.length > 0)
    throw new Error(`Unknown: ${unknown.join(", ")}. Choose from ${names.join(", ")}.\n\n${usage}`);
  return names.filter((name) => wanted.includes(name));
}

function positive(text: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new Error(`Must be a number above 0: ${text}\n\n${usage}`);
  return number;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
