/** The report for a terminal. Pure. */
import { createColors } from "picocolors";
import { quote } from "../../untrustedText";
import { groupedBy } from "../../values";
import type { Terminal } from "../io/terminal";
import { type Cell, counted, table, wrapped, wrappedList } from "../io/layout";
import { fullOnce } from "../io/names";
import { type ConnectorReport, type DoctorReport, stepsOf, type TenantReport } from "./doctorReport";
import { isFine, type Status, type Step, stepLabels, type StepName, stepNames } from "../health/step";

/** A failure stands out without colors as well. */
const words: Record<Status, string> = { pass: "pass", fail: "FAIL", unknown: "unknown" };

/** Longer lines are hard to read. */
const maxWidth = 100;
/** The width for a file or a pipe. */
const defaultWidth = 80;
const statuses = ["pass", "fail", "unknown"] as const satisfies Status[];
const statusWidth = "unknown".length;
const labelWidth = Math.max(...Object.values(stepLabels).map(({ length }) => length));
const indent = " ".repeat(2 + statusWidth + 2 + labelWidth + 2);

/** @param isComplete whether every step of every connector is printed, not only those that need attention */
export function asDoctorText(report: DoctorReport, isComplete: boolean, terminal: Terminal): string {
  const color = createColors(terminal.colors);
  const page = { ...terminal, columns: Math.min(terminal.columns ?? defaultWidth, maxWidth) };
  const within = (margin: number) => ({ ...page, columns: page.columns - margin });
  const paint: Record<Status, (text: string) => string> = {
    pass: color.green,
    fail: (text) => color.bold(color.red(text)),
    unknown: color.yellow,
  };

  const stepLines = ({ step, status, message }: Step): string[] => {
    const begin = `  ${paint[status](words[status].padEnd(statusWidth))}  ${stepLabels[step].padEnd(labelWidth)}  `;
    const [first = "", ...rest] = wrapped(message, within(indent.length));
    return [begin + first, ...rest.map((line) => indent + line)];
  };
  const remedyLines = (remedy = ""): string[] =>
    wrapped(remedy, within(indent.length + 2)).map(
      (line, index) => indent + color.dim(`${index === 0 ? "→" : " "} ${line}`),
    );

  /** Says each remedy once, where it is needed first. */
  const allStepLines = (steps: readonly Step[], said: Set<string>): string[] =>
    steps.flatMap((step) => {
      const { remedy } = step;
      if (remedy === undefined || said.has(remedy)) return stepLines(step);
      said.add(remedy);
      return [...stepLines(step), ...remedyLines(remedy)];
    });

  const groupLines = ({ findings, remedy }: StepGroup, once: ReturnType<typeof fullOnce>): string[] => [
    ...findings.flatMap(({ step, members }) => [
      ...stepLines(step),
      ...wrappedList(namesOf(members, once), within(indent.length)).map((line) => indent + color.bold(line)),
    ]),
    ...(remedy === undefined ? [] : remedyLines(remedy)),
  ];

  const tenantLines = (tenant: TenantReport): string[] => {
    const { endpoint, provider, steps, connectors } = tenant;
    const name = provider === null ? "" : `, of the logto.Provider ${quote(provider)}`;
    const all = isComplete || connectors.length === 1;
    const said = new Set<string>();
    const once = fullOnce();
    return [
      ...wrapped((endpoint === null ? "Logto" : `Logto at ${endpoint}`) + name, page).map(color.bold),
      ...allStepLines(steps, said),
      "",
      ...(all
        ? connectors.flatMap((connector) => [
            ...wrapped(headingOf(connector), page).map(color.bold),
            ...allStepLines(connector.steps, said),
            "",
          ])
        : // Without access to Logto, no connector is known.
          connectors.length === 0
          ? []
          : [...countLines(connectors, page), ""]),
      ...(all ? [] : groupsOf(connectors).flatMap((group) => [...groupLines(group, once), ""])),
    ];
  };

  const end = summaryOf(report);
  return [...report.tenants.flatMap(tenantLines), report.failed ? color.red(end) : color.green(end), ""].join(
    "\n",
  );
}

/** Returns a table that says how many connectors pass each step. */
function countLines(connectors: readonly ConnectorReport[], page: Terminal): string[] {
  const count = (name: StepName, status: Status) =>
    connectors.filter(({ steps }) => steps.some((step) => step.step === name && step.status === status))
      .length;
  const present = stepNames.filter((name) =>
    connectors.some(({ steps }) => steps.some(({ step }) => step === name)),
  );
  const { red } = createColors(page.colors);
  const rows = present.map((name): Cell[] => {
    const [pass = "", fail = "", open = ""] = statuses.map((status) => String(count(name, status)));
    return [stepLabels[name], pass, fail === "0" ? fail : [fail, red], open];
  });
  return [
    `${counted(connectors.length, "connector")}, by step:`,
    ...table([["", ...statuses], ...rows], page, { indent: "  " }),
  ];
}

/** What needs attention and has the same remedy, or, without one, is in the same step. */
interface StepGroup {
  readonly remedy: string | undefined;
  /** What the step says, each with the connectors of which it says so. */
  readonly findings: readonly { readonly step: Step; readonly members: readonly ConnectorReport[] }[];
}

/** Returns failures first, then what cannot be determined, then advice, each in the order of the steps. */
function groupsOf(connectors: readonly ConnectorReport[]): StepGroup[] {
  const all = connectors.flatMap((connector) =>
    connector.steps.filter((step) => !isFine(step)).map((step) => ({ step, connector })),
  );
  const rank = ({ status, step }: Step) =>
    ["fail", "unknown", "pass"].indexOf(status) * stepNames.length + stepNames.indexOf(step);
  all.sort((a, b) => rank(a.step) - rank(b.step));
  const groups = groupedBy(all, ({ step: { step, status, remedy } }) => remedy ?? `${status} ${step}`);

  return [...groups.values()].map((group) => ({
    remedy: group[0].step.remedy,
    findings: [...groupedBy(group, ({ step: { step, message } }) => `${step} ${message}`).values()].map(
      (same) => ({
        step: same[0].step,
        members: same.map(({ connector }) => connector),
      }),
    ),
  }));
}

/** The number of names in a list: `--json` has all. */
const maxNames = 12;

function namesOf(members: readonly ConnectorReport[], once: ReturnType<typeof fullOnce>): string[] {
  const names = members
    .slice(0, maxNames)
    .map(({ name, id, providerName }) => once(`${quote(name)} (${id}, ${providerName})`, quote(name)));
  const more = members.length - names.length;
  return more > 0 ? [...names, `and ${more} more`] : names;
}

function headingOf({ name, id, providerName }: ConnectorReport): string {
  return `${quote(name)} (${id}), ${providerName}`;
}

/** Returns a text such as `2 steps fail, 1 cannot be determined.` */
function summaryOf({ tenants }: DoctorReport): string {
  const steps = stepsOf(tenants);
  const count = (status: Status) => steps.filter((step) => step.status === status && !isFine(step)).length;
  const failing = count("fail");
  const parts = [
    ...(failing > 0 ? [`${counted(failing, "step")} ${failing === 1 ? "fails" : "fail"}`] : []),
    ...(count("unknown") > 0 ? [`${count("unknown")} cannot be determined`] : []),
    ...(count("pass") > 0 ? [`${count("pass")} ${count("pass") === 1 ? "passes" : "pass"} with advice`] : []),
  ];
  if (parts.length === 0) return "All steps pass.";
  return `${failing > 0 ? "" : "No step fails: "}${parts.join(", ")}.`;
}
