/** The report for a terminal. Pure. */
import { createColors } from "picocolors";
import { quote } from "../../untrustedText";
import type { Terminal } from "../io/terminal";
import { type Cell, counted, table, wrapped } from "../io/layout";
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

  const stepLines = ({ step, status, message, remedy }: Step): string[] => {
    const begin = `  ${paint[status](words[status].padEnd(statusWidth))}  ${stepLabels[step].padEnd(labelWidth)}  `;
    const [first = "", ...rest] = wrapped(message, within(indent.length));
    const advice = remedy === undefined ? [] : wrapped(remedy, within(indent.length + 2));
    return [
      begin + first,
      ...rest.map((line) => indent + line),
      ...advice.map((line, index) => indent + color.dim(`${index === 0 ? "→" : " "} ${line}`)),
    ];
  };

  const tenantLines = (tenant: TenantReport): string[] => {
    const { endpoint, provider, steps, connectors } = tenant;
    const name = provider === null ? "" : `, of the logto.Provider ${quote(provider)}`;
    const all = isComplete || connectors.length === 1;
    return [
      ...wrapped((endpoint === null ? "Logto" : `Logto at ${endpoint}`) + name, page).map(color.bold),
      ...steps.flatMap(stepLines),
      "",
      ...(all || connectors.length === 0 ? [] : [...countLines(connectors, page), ""]),
      ...groupsOf(connectors, all).flatMap(({ members, steps: shown }) => [
        ...headingOf(members, page).map(color.bold),
        ...shown.flatMap(stepLines),
        "",
      ]),
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

interface ConnectorGroup {
  readonly members: readonly ConnectorReport[];
  readonly steps: readonly Step[];
}

/** Groups connectors with the same steps to print. Connectors without any are left out, unless all steps are printed. */
function groupsOf(connectors: readonly ConnectorReport[], all: boolean): ConnectorGroup[] {
  const groups = new Map<string, { members: ConnectorReport[]; steps: readonly Step[] }>();
  for (const connector of connectors) {
    const steps = all ? connector.steps : connector.steps.filter((step) => !isFine(step));
    if (steps.length === 0) continue;
    const key = all ? connector.id : JSON.stringify(steps);
    const group = groups.get(key) ?? { members: [], steps };
    group.members.push(connector);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** The number of names in a heading: `--json` has all. */
const maxNames = 12;

function headingOf(members: readonly ConnectorReport[], page: Terminal): string[] {
  const [only, ...others] = members;
  if (only === undefined) return [];
  if (others.length === 0) return wrapped(`${quote(only.name)} (${only.id}), ${only.providerName}`, page);
  const names = members.slice(0, maxNames).map(({ name }) => quote(name));
  const more = members.length - names.length;
  return wrapped(`${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}`, page);
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
