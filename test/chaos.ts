// npm run chaos: every fault at every call, through the provider's own entry, then a run without faults.
import { Deployment } from "./deployment";
import { type Fault, faults, type Logto, startLogto, type Target, targets } from "./logto";

/** How long a fault lasts: it strikes once, during the whole first run, or for 3 s when that run has begun to write. */
const spans = ["once", "whole run", "3 s, halfway"] as const;
type Span = (typeof spans)[number];
/** Longer than the 3 s of a fault that lasts so long: then a request may be tried until it is over. */
const timeoutSeconds = (span: Span) => (span === "3 s, halfway" ? "10" : "2");

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
      "logto:timeoutSeconds": timeoutSeconds(span),
    });
    const { before, after } = programs(logto);
    await deployment.up(before);
    // A create whose answer was lost is looked up, by a list.
    if (target === "list") logto.faults.arm("reset after", "create");
    // Reads share a list; where it fails, each is a GET.
    if (target === "get") logto.faults.arm("500", "list", Infinity);
    if (span === "3 s, halfway") {
      onFirstWrite(logto, () => {
        logto.auth.expireTokens();
        logto.faults.arm(fault, target, Infinity, 3);
      });
    } else {
      logto.faults.arm(fault, target, span === "once" ? 1 : Infinity);
    }
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

function onFirstWrite(logto: Logto, act: () => void): void {
  logto.beforeAnswer = ({ method, path }) => {
    if (method === "GET" || path === "/oidc/token") return;
    logto.beforeAnswer = () => undefined;
    act();
  };
}

/** What makes an error one that nobody can act on. */
function complaints({ message }: Error): string[] {
  return [
    ...(message.includes("canary") ? ["an error shows a secret"] : []),
    ...(Buffer.byteLength(message) > 2048 ? ["an error is longer than 2 kB"] : []),
    ...(message.includes("Logto") && /\. |`|:/.test(message) ? [] : [`an error says too little: ${message}`]),
  ];
}

/** A call that comes in the middle of a run whatever happens is one for a new token. */
const targetsOf = (span: Span): Target[] =>
  span === "3 s, halfway" ? ["token"] : (Object.keys(targets) as Target[]);

export const cells = spans.flatMap((span) =>
  (Object.keys(faults) as Fault[]).flatMap((fault) =>
    targetsOf(span).map((target) => ({ fault, target, span })),
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
  const sign = ({ outcome, struck }: Cell) => {
    if (struck === 0) return "not met";
    return outcome === "converged" || outcome === "stopped" ? outcome : "FAILED";
  };
  for (const span of spans) {
    const names = targetsOf(span);
    console.log(`\n${`fault, ${span}`.padEnd(27)}${names.map((name) => name.padEnd(11)).join("")}`);
    for (const fault of Object.keys(faults) as Fault[]) {
      const row = results.filter((cell) => cell.fault === fault && cell.span === span);
      console.log(fault.padEnd(27) + row.map((cell) => sign(cell).padEnd(11)).join(""));
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
