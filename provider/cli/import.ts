/** `logto-sso import`: connectors that are in Logto come into code and state as they are. */
import { relative, resolve } from "node:path";
import type { Row } from "../connector/row";
import { signatureOf } from "../lifecycle/signing";
import type { LogtoClient } from "../logto/client";
import { quote } from "../untrustedText";
import { moduleOf } from "./codegen/connectorSource";
import { type Entry, entryOf } from "./codegen/programEntry";
import { CommandError } from "./errors";
import { carryOut, type Written } from "./import/carryOut";
import { lockProject } from "./import/lock";
import { type Declared, type Importable, type Plan, planOf } from "./import/plan";
import { secretsIn } from "./import/secrets";
import { print, table } from "./output";
import { withProgress } from "./progress";
import { clientOf, openWorkspace, readProject, requireProjectFolder } from "./workspace";

export interface ImportOptions {
  readonly all?: boolean;
  readonly id?: readonly string[];
  readonly name?: readonly string[];
  readonly stack?: string;
  readonly out?: string;
  readonly dryRun?: boolean;
}

/** @throws CommandError where something is left to do for the user */
export async function importConnectors(options: ImportOptions): Promise<void> {
  if (!options.all && !options.id && !options.name) {
    throw new CommandError(
      "Say which connectors: --all, --id ID…, or --name NAME…. `logto-sso list` shows them.",
    );
  }
  const folder = requireProjectFolder();
  const release = options.dryRun ? () => undefined : lockProject(folder);
  try {
    await importInto(folder, options);
  } finally {
    release();
  }
}

async function importInto(folder: string, options: ImportOptions): Promise<void> {
  const [workspace, project] = await withProgress(
    () => "Reading the stack",
    () => Promise.all([openWorkspace(options.stack), readProject(folder)]),
  );
  const entry = entryOf(folder, project);
  const client = clientOf(workspace);
  const secrets = secretsIn(workspace.config, project.name);
  const [{ rows, unreadable }, resources] = await withProgress(
    () => "Reading the tenant",
    () => Promise.all([client.listReadableConnectors(), workspace.pulumi.resources()]),
  );
  const choice = selected(rows, unreadable, options);
  const planWith = (declared: Declared) =>
    withCertificates(client, planOf(choice, resources, secrets.values, declared));
  const plan = await planWith(new Map());

  if (options.dryRun) {
    if (plan.declarations.length > 0) print(moduleOf(plan.declarations, entry.language, secrets.key));
    report(plan, "To be imported:");
  } else {
    const { pulumi } = workspace;
    const { endpoint } = client.settings;
    const target = options.out === undefined ? entry.folder : resolve(options.out);
    process.on("exit", advise);
    const done = await carryOut(plan, planWith, { pulumi, entry, target, secrets, endpoint });
    process.off("exit", advise);
    report(done.plan, "Imported:");
    if (done.written !== undefined) reportWritten(done.written, entry, done.plan);
  }
  reportMissing(plan, unreadable, options);
}

/** At the end by a signal. */
function advise(code: number): void {
  if (code > 128) process.stderr.write("Interrupted. Run the same command again to complete the import.\n");
}

function selected(
  rows: readonly Row[],
  unreadable: number,
  { all, id = [], name = [] }: ImportOptions,
): Row[] {
  const missing = [
    ...id.filter((one) => !rows.some((row) => row.id === one)).map((one) => `of the ID ${quote(one)}`),
    ...name
      .filter((one) => !rows.some((row) => row.connectorName === one))
      .map((one) => `of the name ${quote(one)}`),
  ];
  if (missing.length > 0) {
    throw new CommandError(
      `Logto has no SSO connector ${missing.join(", nor ")}. ` +
        (unreadable > 0
          ? `Or it is among those that can't be read now: ${unreadableText(unreadable)}`
          : "`logto-sso list` shows those that there are."),
    );
  }
  return rows
    .filter((row) => all === true || id.includes(row.id) || name.includes(row.connectorName))
    .sort((a, b) => a.connectorName.localeCompare(b.connectorName, "en") || (a.id < b.id ? -1 : 1));
}

function unreadableText(count: number): string {
  return `Logto can't list ${count} SSO connector${count === 1 ? "" : "s"}, as the identity provider does not answer it in time.`;
}

/** A list does not hold the certificates of signing keys. */
async function withCertificates(client: LogtoClient, plan: Plan): Promise<Plan> {
  const complete = <One extends Importable>(some: readonly One[]) =>
    Promise.all(
      some.map(async (one) => ({
        ...one,
        state: { ...one.state, ...(await signatureOf(client, one.row.id, one.state.config)) },
      })),
    );
  return {
    ...plan,
    declarations: await complete(plan.declarations),
    declared: await complete(plan.declared),
  };
}

function report({ declarations, declared, owned, refused }: Plan, title: string): void {
  const section = (title: string, rows: string[][]) =>
    rows.length === 0 ? [] : [title, ...table(rows, "  ")];
  const lines = [
    ...section(
      title,
      [...declared, ...declarations].map(({ row, resourceName }) => [
        resourceName,
        row.id,
        row.connectorName,
      ]),
    ),
    ...section(
      "In the stack already, left alone:",
      owned.map(({ id, connectorName }) => [id, connectorName]),
    ),
    ...section(
      "Not imported:",
      refused.map(({ row: { id, connectorName }, reason }) => [id, connectorName, reason]),
    ),
  ];
  print((lines.length > 0 ? lines : ["There are no SSO connectors in the tenant."]).join("\n"));
}

function reportWritten({ file }: Written, entry: Entry, { declarations }: Plan): void {
  const here = (path: string) => relative(process.cwd(), path);
  const secrets = declarations.reduce((sum, one) => sum + one.secrets.size, 0);
  print(
    [
      "",
      `The code is in ${here(file)}, which ${here(entry.file)} imports; secrets (${secrets}) are in the stack's config, encrypted.`,
      "A preview shows no change of the connectors. Commit the code and the stack's config.",
    ].join("\n"),
  );
}

function reportMissing({ refused }: Plan, unreadable: number, { all }: ImportOptions): void {
  if (unreadable > 0) {
    const text = `${unreadableText(unreadable)} Import the rest when it does.`;
    if (all) throw new CommandError(text);
    process.stderr.write(`warning: ${text}\n`);
  }
  if (refused.length > 0) {
    throw new CommandError("Not everything could be imported. Fix the problems above, and run this again.");
  }
}
