// The second part of npm run chaos: renames, moves, replaces and forgets resources with the real engine, in every mode.
import { createStack, run } from "../engine";
import {
  applicationId,
  type Kind,
  kinds,
  type Mode,
  modes,
  organizationName,
  programOf,
  scenarios,
} from "./identityScenarios";
import { type Logto, startLogto } from "../logto";

interface Cell {
  readonly scenario: string;
  readonly mode: Mode;
  readonly kind: Kind;
  /** `converged`, `stopped` (by an error that says how to converge), what went wrong, or `undefined`: not applicable. */
  readonly outcome: string | undefined;
  readonly lost: number;
  readonly duplicates: number;
}

/** Runs a scenario in a mode, with one stack for all kinds. */
export async function runScenario(scenario: string, mode: Mode): Promise<Cell[]> {
  const {
    before = {},
    after = {},
    flags,
    beforehand,
    remedy,
    replaces = false,
    except = {},
  } = scenarios[scenario] ?? {};
  const [tenant, other] = [await startLogto(), await startLogto()];
  const stack = await createStack({
    program: () => undefined,
    config: {
      "logto:endpoint": tenant.url,
      "logto:clientId": "m2m",
      "logto:clientSecret": { secret: "canary-m2m" },
      ...(mode === "logto:adopt identical" ? { "logto:adopt": "identical" } : {}),
    },
  });
  try {
    for (const one of [tenant, other]) {
      one.connectors.insert({ providerName: "Okta", connectorName: unmanaged, config: {} });
      one.organizations.put("org", "Org", []);
      for (const name of ["member", "admin"]) one.organizationRoles.insert({ name });
      one.applications.insert({ id: applicationId, type: "Traditional" });
    }
    const context = { logto: tenant, other, stack, mode, urns: [] };
    await stack.writeProgram(programOf(context, before));
    await stack.up();
    const idsBefore = idsIn(tenant);
    const urns = (stack.export().deployment.resources ?? [])
      .map(({ urn }) => urn)
      .filter((urn) => urn.endsWith("::subject"));
    tenant.takeLog();
    other.takeLog();
    await beforehand?.({ ...context, urns });
    const applies = new Set(kinds.filter((kind) => except[kind] === undefined));
    await stack.writeProgram(programOf(context, after));
    const update = await stack.up(flags?.(urns), { mayFail: true });
    const problems: string[] = [];
    if (update.code !== 0) {
      if (remedy?.message.test(update.stdout) !== true)
        problems.push(`the error does not say what to do: ${update.stdout}`);
      await remedy?.act?.({ ...context, urns });
      await stack.writeProgram(programOf(context, remedy?.shape ?? after, scenario === "state delete"));
      const next = await stack.up([], { mayFail: true });
      if (next.code !== 0) problems.push(`following the error fails: ${next.stdout}`);
    }
    const settled = await stack.up(["--refresh", "--expect-no-changes"], { mayFail: true });
    if (settled.code !== 0) problems.push(`the stack still has changes: ${settled.stdout}`);
    problems.push(...missingUnmanaged([tenant, other]));
    if (other.log.some(({ method }) => ["PATCH", "PUT", "DELETE"].includes(method))) {
      problems.push("something was changed in another tenant");
    }
    const idsAfter = idsIn(tenant);
    return kinds.map((kind) => {
      const [old, current] = [idsBefore[kind], idsAfter[kind]];
      const isKept = replaces || kind === "SamlSigningKey" || old.join() === current.join();
      const outcome = problems.concat(isKept ? [] : [`${old.join()} became ${current.join()}`]).join("; ");
      return {
        scenario,
        mode,
        kind,
        outcome: applies.has(kind) ? outcome || (update.code === 0 ? "converged" : "stopped") : undefined,
        lost: applies.has(kind) ? Math.max(0, 1 - current.length) : 0,
        duplicates: applies.has(kind) ? Math.max(0, current.length - 1) : 0,
      };
    });
  } finally {
    await stack.dispose();
    await Promise.all([tenant.close(), other.close()]);
  }
}

/** Returns the IDs of the objects of the resources under test. */
function idsIn(logto: Logto): Record<Kind, string[]> {
  const { connectors, signingKeys, organizations, idpInitiatedAuth, signInExperience } = logto;
  const named = (name: string) => [...connectors.rows.values()].filter((row) => row.connectorName === name);
  const [withKey] = named("with-key");
  const organizationsNamed = (name: string) =>
    organizations.rows.filter((row) => row.name === name).map(({ id }) => id);
  const [withSets = ""] = organizationsNamed("with-sets");
  return {
    SsoConnector: named("Acme").map(({ id }) => id),
    SsoConnectorConfig: named("with-config")
      .filter(({ config }) => Object.keys(config).length > 0)
      .map(({ id }) => id),
    SamlSigningKey: withKey === undefined ? [] : signingKeys.of(withKey.id).map(({ id }) => id),
    OrganizationSsoConnector: organizations.linked("org"),
    SsoConnectorIdpInitiatedAuth: [...idpInitiatedAuth.rows.keys()],
    SingleSignOn: signInExperience.singleSignOnEnabled ? ["enabled"] : [],
    Organization: organizationsNamed(organizationName),
    OrganizationJitRoles: organizations.jitRoles.of(withSets),
    OrganizationJitEmailDomains: organizations.jitEmailDomains.of(withSets),
  };
}

/** The name of a connector in each tenant that no stack manages. */
const unmanaged = "unmanaged";

function missingUnmanaged(tenants: readonly Logto[]): string[] {
  return tenants.flatMap(({ connectors }) =>
    [...connectors.rows.values()].some(({ connectorName }) => connectorName === unmanaged)
      ? []
      : ["the connector that is not managed is gone"],
  );
}

export const passed = ({ outcome, lost, duplicates }: Cell): boolean =>
  (outcome === undefined || outcome === "converged" || outcome === "stopped") && lost + duplicates === 0;

function print(cells: readonly Cell[]): void {
  for (const mode of modes) {
    console.log(`\n${mode.padEnd(38)}${kinds.map((kind) => kind.padEnd(29)).join("")}`);
    for (const scenario of Object.keys(scenarios)) {
      const row = cells.filter((cell) => cell.mode === mode && cell.scenario === scenario);
      const label = (cell: Cell) => (passed(cell) ? (cell.outcome ?? "·") : "FAILED");
      console.log(scenario.padEnd(38) + row.map((cell) => label(cell).padEnd(29)).join(""));
    }
  }
  const sum = (count: (cell: Cell) => number) => cells.reduce((total, cell) => total + count(cell), 0);
  console.log(
    `\n${sum(({ outcome }) => Number(outcome !== undefined))} cells, ${sum((cell) => cell.lost)} lost, ` +
      `${sum((cell) => cell.duplicates)} duplicates`,
  );
}

async function runAll(names: readonly string[]): Promise<Cell[]> {
  const cells: Cell[] = [];
  for (const name of names) {
    for (const mode of modes) cells.push(...(await runScenario(name, mode)));
  }
  return cells;
}

/** Runs scenarios in a separate process, because in the SDK an error of one program ends all programs of a process. */
async function runInProcess(names: readonly string[]): Promise<Cell[]> {
  const { code, stdout, stderr } = await run("npx", ["tsx", __filename, ...names], {
    timeoutSeconds: 1200,
  });
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout.slice(stdout.lastIndexOf("\n[") + 1)) as Cell[];
}

/** Runs scenarios in every mode, two at a time, and prints the results. Returns whether all converge. */
export async function runMatrix(chosen = Object.keys(scenarios)): Promise<boolean> {
  const halves = [0, 1].map((half) => chosen.filter((_name, index) => index % 2 === half));
  const cells = (await Promise.all(halves.map(runInProcess))).flat();
  for (const cell of cells.filter((one) => !passed(one))) {
    console.log(`✕ ${cell.kind} ${cell.scenario}, ${cell.mode}: ${String(cell.outcome)}`);
  }
  print(cells);
  return cells.every(passed);
}

if (require.main === module) {
  runAll(process.argv.slice(2)).then(
    (cells) => {
      console.log(`\n${JSON.stringify(cells)}`);
    },
    (error: unknown) => {
      console.error(error);
      process.exitCode = 1;
    },
  );
}
