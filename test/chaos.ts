// npm run chaos: every fault at every call, through the provider's own entry, then a run without faults.
import { Deployment } from "./deployment";
import { type Fault, faults, type Logto, startLogto, type Target, targets } from "./logto";

/** How long a fault lasts: it strikes once, or during the whole first run. */
const spans = { once: 1, "whole run": Infinity } as const;
type Span = keyof typeof spans;

export interface Cell {
  readonly fault: Fault;
  readonly target: Target;
  readonly span: Span;
  /** `converged` at once, `stopped` with an error and converged in the next run; anything else is what went wrong. */
  readonly outcome: string;
  readonly struck: number;
  readonly orphans: number;
  readonly doubles: number;
  readonly lost: number;
}

const secret = "canary-chaos";

function programs(logto: Logto) {
  const config = { clientId: "client", clientSecret: secret, issuer: `${logto.idp}/acme` };
  const connector = (more: object) => ({ providerName: "OIDC", config, ...more });
  return {
    before: { kept: connector({}), changed: connector({ domains: ["a.com"] }), dropped: connector({}) },
    after: {
      kept: connector({}),
      changed: connector({ domains: ["b.com"], syncProfile: true }),
      added: connector({ domains: ["c.com"] }),
    },
  };
}

export async function runCell(fault: Fault, target: Target, span: Span): Promise<Cell> {
  const logto = await startLogto();
  try {
    const deployment = new Deployment({
      "logto:endpoint": logto.url,
      "logto:clientId": "m2m",
      "logto:clientSecret": "canary-m2m",
      "logto:timeoutSeconds": "2",
    });
    const { before, after } = programs(logto);
    await deployment.up(before);
    // A create whose answer was lost is looked up, by a list.
    if (target === "list") logto.faults.arm("reset after", "create");
    // Reads share a list; where it fails, each is a GET.
    if (target === "get") logto.faults.arm("500", "list", Infinity);
    logto.faults.arm(fault, target, spans[span]);
    const errors = [...(await deployment.up(after)).values()];
    logto.faults.disarm();
    const next = errors.length === 0 ? [] : [...(await deployment.up(after)).values()];
    const rows = [...logto.connectors.rows.values()];
    const names = rows.map(({ connectorName }) => connectorName);
    const managed = new Set([...deployment.state.values()].map(({ id }) => id));
    const drift = next.length === 0 ? await deployment.drift() : [];
    const problems = [
      ...errors.concat(next).flatMap((error) => complaints(error)),
      ...next.map((error) => `the next run failed: ${error.message}`),
      ...drift.map((name) => `${name} drifted`),
      ...(names.sort().join() === "added,changed,kept" ? [] : [`Logto holds ${names.join()}`]),
    ];
    return {
      fault,
      target,
      span,
      outcome: problems.join("; ") || (errors.length === 0 ? "converged" : "stopped"),
      struck: logto.faults.struck,
      orphans: rows.filter(({ id }) => !managed.has(id)).length,
      doubles: names.length - new Set(names).size,
      lost: Object.entries(after).filter(([name, args]) => {
        const row = rows.find(({ connectorName }) => connectorName === name);
        return (
          row === undefined || ("domains" in args && row.domains.join() !== (args.domains as string[]).join())
        );
      }).length,
    };
  } finally {
    await logto.close();
  }
}

/** What makes an error one that nobody can act on. */
function complaints({ message }: Error): string[] {
  return [
    ...(message.includes("canary") ? ["an error shows a secret"] : []),
    ...(Buffer.byteLength(message) > 2048 ? ["an error is longer than 2 kB"] : []),
    ...(message.includes("Logto") && /\. |`|:/.test(message) ? [] : [`an error says too little: ${message}`]),
  ];
}

export const cells = (Object.keys(spans) as Span[]).flatMap((span) =>
  (Object.keys(faults) as Fault[]).flatMap((fault) =>
    (Object.keys(targets) as Target[]).map((target) => ({ fault, target, span })),
  ),
);

/** Runs the cells, some at a time, in their order. */
export async function runCells(list: typeof cells, parallel = 12): Promise<Cell[]> {
  const results: Cell[] = [];
  const next = list.entries();
  await Promise.all(
    Array.from({ length: parallel }, async () => {
      for (const [index, { fault, target, span }] of next)
        results[index] = await runCell(fault, target, span);
    }),
  );
  return results;
}

function print(results: readonly Cell[]): void {
  const names = Object.keys(targets) as Target[];
  const sign = ({ outcome, struck }: Cell) => {
    if (struck === 0) return "not met";
    return outcome === "converged" || outcome === "stopped" ? outcome : "FAILED";
  };
  for (const span of Object.keys(spans) as Span[]) {
    console.log(`\n${`fault, ${span}`.padEnd(24)}${names.map((name) => name.padEnd(11)).join("")}`);
    for (const fault of Object.keys(faults) as Fault[]) {
      const row = results.filter((cell) => cell.fault === fault && cell.span === span);
      console.log(fault.padEnd(24) + row.map((cell) => sign(cell).padEnd(11)).join(""));
    }
  }
  const sum = (count: (cell: Cell) => number) => results.reduce((total, cell) => total + count(cell), 0);
  console.log(
    `\n${results.length} cells: ${sum(({ outcome }) => Number(outcome === "converged"))} converged, ` +
      `${sum(({ outcome }) => Number(outcome === "stopped"))} stopped with an error and converged in the next run; ` +
      `${sum(({ orphans }) => orphans)} orphans, ${sum(({ doubles }) => doubles)} doubles, ${sum(({ lost }) => lost)} lost updates`,
  );
}

export const isGood = ({ outcome, struck, orphans, doubles, lost }: Cell): boolean =>
  ["converged", "stopped"].includes(outcome) && struck > 0 && orphans + doubles + lost === 0;

if (require.main === module) {
  runCells(cells).then(
    (results) => {
      for (const cell of results.filter((one) => !isGood(one))) {
        console.log(
          `✕ ${cell.fault} at ${cell.target}, ${cell.span}: ${cell.outcome} (struck ${cell.struck})`,
        );
      }
      print(results);
      process.exitCode = results.every(isGood) ? 0 : 1;
    },
    (error: unknown) => {
      console.error(error);
      process.exitCode = 1;
    },
  );
}
