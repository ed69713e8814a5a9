// The first part of npm run chaos: runs the provider with every fault at every call, and then once more without faults.
import { inThisProcess, EngineDouble, type StartRun } from "../engine/engineDouble";
import { type Fault, faults, type Logto, startLogto, type Target, targets } from "../logto";
import { organizationsIn, outcomeOf, prepareOrganizations } from "./chaosOrganizations";

/** How long a fault lasts: for one request, for the whole first run, or for 3 s from the first write of that run. */
const spans = ["once", "whole run", "3 s, halfway"] as const;
type Span = (typeof spans)[number];
/** Long enough for a request to be retried until a fault of 3 s is over. */
const timeoutSeconds = (span: Span) => (span === "3 s, halfway" ? "10" : "2");

/** A fault, the call that it is injected into, and how long it lasts. */
export interface Cell {
  readonly fault: Fault;
  readonly target: Target;
  readonly span: Span;
}

interface Result extends Cell {
  /** `converged`, `stopped` (with an error, and converged in the next run), or what went wrong. */
  readonly outcome: string;
  readonly orphans: number;
  readonly duplicates: number;
  readonly lost: number;
}

const secret = "canary-chaos";
const singleSignOn = { resource: "singleSignOn", argsFrom: () => ({ enabled: true }) } as const;

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

/**
 * @param start starts the provider for the run with the fault and for the next one. Default: in this process
 * @param attempts how often the cell is run until a request meets the fault: on a machine that has no time for this process for
 * some seconds, the run can be over before it sends one, which proves nothing
 */
async function runCell(cell: Cell, start: StartRun = inThisProcess, attempts = 3): Promise<Result> {
  const { fault, target, span } = cell;
  const logto = await startLogto();
  try {
    const config = {
      "logto:endpoint": logto.url,
      "logto:clientId": "m2m",
      "logto:clientSecret": "canary-m2m",
    };
    const engine = new EngineDouble(config);
    const { before, after } = programs(logto);
    prepareOrganizations(logto);
    await engine.up({ ...before, ...organizationsIn("before") });
    // Only this run must not wait for long, however slow the machine is.
    engine.config = { ...config, "logto:timeoutSeconds": timeoutSeconds(span) };
    engine.start = start;
    // A list is requested after a create whose response was lost.
    if (target === "list") logto.faults.arm("reset after", "create");
    // Reads share one list; if it fails, each sends its own GET.
    if (target === "get") logto.faults.arm("500", "list", Infinity);
    if (target === "get org") logto.faults.arm("500", "list orgs", Infinity);
    if (span === "3 s, halfway") {
      beforeFirst(isWrite, logto, () => {
        logto.auth.expireTokens();
        logto.faults.arm(fault, target, Infinity, 3);
      });
    } else if (target === "find org") {
      logto.faults.arm("reset after", "create org");
      beforeFirst(isCreateOfOrganization, logto, () => {
        logto.faults.arm(fault, target, span === "once" ? 1 : Infinity);
      });
    } else {
      logto.faults.arm(fault, target, span === "once" ? 1 : Infinity);
    }
    const declared = { ...after, ...organizationsIn("after"), sso: singleSignOn };
    const errors = [...(await engine.up(declared)).values()];
    logto.faults.disarm();
    if (logto.faults.struck === 0 && attempts > 1) return await runCell(cell, start, attempts - 1);
    engine.config = config;
    const next = errors.length === 0 ? [] : [...(await engine.up(declared)).values()];
    engine.start = inThisProcess;
    const rows = [...logto.connectors.rows.values()];
    const names = rows.map(({ connectorName }) => connectorName);
    const managedIds = new Set([...engine.state.values()].map(({ id }) => id));
    const organizations = outcomeOf(logto, managedIds);
    const drift = next.length === 0 ? await engine.drift() : [];
    const problems = [
      ...errors.concat(next).flatMap((error) => shortcomingsOf(error)),
      ...next.map((error) => `the next run failed: ${error.message}`),
      ...drift.map((name) => `${name} drifted`),
      ...(logto.faults.struck > 0 ? [] : ["no request met the fault"]),
      ...(names.sort().join() === "added,changed,kept" ? [] : [`Logto has ${names.join()}`]),
      ...(logto.signInExperience.singleSignOnEnabled ? [] : ["enterprise SSO is disabled"]),
      ...organizations.problems,
    ];
    return {
      fault,
      target,
      span,
      outcome: problems.join("; ") || (errors.length === 0 ? "converged" : "stopped"),
      orphans: organizations.orphans + rows.filter(({ id }) => !managedIds.has(id)).length,
      duplicates: organizations.duplicates + names.length - new Set(names).size,
      lost:
        organizations.lost +
        Object.entries(after).filter(([name, args]) => {
          const row = rows.find(({ connectorName }) => connectorName === name);
          return (
            row === undefined ||
            ("domains" in args && row.domains.join() !== (args.domains as string[]).join())
          );
        }).length,
    };
  } finally {
    await logto.close();
  }
}

/** Expects of a cell in a test that it converges at the latest in the next run, without an orphan, a duplicate or a lost update. */
export async function expectNothingLost(cell: Cell, start?: StartRun): Promise<void> {
  expect(await runCell(cell, start)).toMatchObject({
    outcome: expect.stringMatching(/^(converged|stopped)$/) as unknown,
    orphans: 0,
    duplicates: 0,
    lost: 0,
  });
}

type Request = Parameters<Logto["beforeAnswer"]>[0];

const isWrite = ({ method, path }: Request) => method !== "GET" && path !== "/oidc/token";
const isCreateOfOrganization = ({ method, path }: Request) =>
  method === "POST" && path === "/api/organizations";

function beforeFirst(isWanted: (request: Request) => boolean, logto: Logto, act: () => void): void {
  logto.beforeAnswer = (request) => {
    if (!isWanted(request)) return;
    logto.beforeAnswer = () => undefined;
    act();
  };
}

/** Lists what keeps users from acting on an error. */
function shortcomingsOf({ message }: Error): string[] {
  return [
    ...(message.includes("canary") ? ["an error contains a secret"] : []),
    ...(Buffer.byteLength(message) > 2048 ? ["an error is longer than 2 kB"] : []),
    ...(message.includes("Logto") && /\. |`|:/.test(message)
      ? []
      : [`an error does not say enough: ${message}`]),
  ];
}

/** In the middle of a run, the only call that is sure to come is the request for a new token. */
const targetsOf = (span: Span): Target[] =>
  span === "3 s, halfway" ? ["token"] : (Object.keys(targets) as Target[]);

const cells = spans.flatMap((span) =>
  (Object.keys(faults) as Fault[]).flatMap((fault) =>
    targetsOf(span).map((target) => ({ fault, target, span })),
  ),
);

/** Runs the cells, several at a time. Returns the results in the order of the cells. */
async function runCells(list: readonly Cell[], parallel: number, start?: StartRun): Promise<Result[]> {
  const results: Result[] = [];
  const next = list.entries();
  await Promise.all(
    Array.from({ length: parallel }, async () => {
      for (const [index, cell] of next) {
        results[index] = await runCell(cell, start).catch((cause: unknown) => {
          throw new Error(`${cell.fault} at ${cell.target}, ${cell.span}`, { cause });
        });
      }
    }),
  );
  return results;
}

function print(results: readonly Result[]): void {
  const label = (result: Result) => (passed(result) ? result.outcome : "FAILED");
  for (const span of spans) {
    const names = targetsOf(span);
    console.log(`\n${`fault, ${span}`.padEnd(27)}${names.map((name) => name.padEnd(12)).join("")}`);
    for (const fault of Object.keys(faults) as Fault[]) {
      const row = results.filter((cell) => cell.fault === fault && cell.span === span);
      console.log(fault.padEnd(27) + row.map((cell) => label(cell).padEnd(12)).join(""));
    }
  }
  const sum = (count: (result: Result) => number) => results.reduce((total, cell) => total + count(cell), 0);
  console.log(
    `\n${results.length} cells: ${sum(({ outcome }) => Number(outcome === "converged"))} converged, ` +
      `${sum(({ outcome }) => Number(outcome === "stopped"))} stopped with an error and converged in the next run; ` +
      `${sum(({ orphans }) => orphans)} orphans, ${sum(({ duplicates }) => duplicates)} duplicates, ${sum(({ lost }) => lost)} lost updates`,
  );
}

const passed = ({ outcome, orphans, duplicates, lost }: Result): boolean =>
  ["converged", "stopped"].includes(outcome) && orphans + duplicates + lost === 0;

/**
 * Runs every cell, and prints the results. Returns whether all converge.
 *
 * @param start starts the provider. Default: in this process
 */
export async function runFaults(start?: StartRun): Promise<boolean> {
  const results = await runCells(cells, start === undefined ? 12 : 4, start);
  for (const cell of results.filter((one) => !passed(one))) {
    console.log(`✕ ${cell.fault} at ${cell.target}, ${cell.span}: ${cell.outcome}`);
  }
  print(results);
  return results.every(passed);
}
