/** `logto-sso import`: connectors that are in Logto come into code and state as they are. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { connectorOf, type Values } from "../connector/connector";
import { isProviderName } from "../connector/fields";
import { type Row, type State, stateOf } from "../connector/row";
import { validate } from "../connector/validate";
import { secretMark } from "../lifecycle/host";
import { signatureOf } from "../lifecycle/signing";
import { ssoConnectorLifecycle } from "../lifecycle/ssoConnector";
import type { LogtoClient } from "../logto/client";
import { tokens } from "../program/tokens";
import { addImport, type Entry, entryOf, importStatement } from "./entry";
import { CommandError } from "./errors";
import { print, table } from "./output";
import { Names, variableNames } from "./names";
import { withProgress } from "./progress";
import { managedConfigs, managedConnectors, type Pulumi, type StateResource } from "./pulumi";
import { argsOf, type Declaration, declare, moduleOf } from "./source";
import { clientOf, mainOf, openWorkspace } from "./workspace";

export interface ImportOptions {
  readonly all?: boolean;
  readonly id?: readonly string[];
  readonly name?: readonly string[];
  readonly stack?: string;
  readonly out?: string;
  readonly dryRun?: boolean;
}

interface Plan {
  readonly declarations: readonly (Declaration & { readonly row: Row; readonly state: State })[];
  /** In the stack already. */
  readonly owned: readonly Row[];
  /** Those that can't be declared, and why. */
  readonly refused: readonly { readonly row: Row; readonly reason: string }[];
}

/** @throws CommandError where something is left to do for the user */
export async function importConnectors(options: ImportOptions): Promise<void> {
  if (!options.all && !options.id && !options.name) {
    throw new CommandError(
      "Say which connectors: --all, --id ID…, or --name NAME…. `logto-sso list` shows them.",
    );
  }
  const workspace = await withProgress(
    () => "Reading the stack",
    () => openWorkspace(options.stack),
  );
  const entry = entryOf(workspace.folder, await mainOf(workspace.folder));
  const client = clientOf(workspace);
  const plan = await withProgress(
    () => "Reading the tenant",
    async () => {
      const [rows, resources] = await Promise.all([client.listConnectors(), workspace.pulumi.resources()]);
      return withSignatures(client, planOf(selected(rows, options), resources, workspace.config));
    },
  );
  const { declarations, refused } = plan;
  const module = moduleOf(declarations);
  const written =
    declarations.length > 0 && !options.dryRun
      ? await carryOut(declarations, module, workspace.pulumi, entry, options.out)
      : undefined;
  if (options.dryRun && declarations.length > 0) print(module);
  print(
    [
      ...tell(plan, options.dryRun ?? false),
      ...(written === undefined ? [] : tellWritten(written, plan)),
    ].join("\n"),
  );
  if (refused.length > 0) {
    throw new CommandError(
      "Not everything can be imported: mend in Logto what is named above, and run this again.",
    );
  }
}

function selected(rows: readonly Row[], { all, id = [], name = [] }: ImportOptions): Row[] {
  const missing = [
    ...id
      .filter((one) => !rows.some((row) => row.id === one))
      .map((one) => `of the ID ${JSON.stringify(one)}`),
    ...name
      .filter((one) => !rows.some((row) => row.connectorName === one))
      .map((one) => `of the name ${JSON.stringify(one)}`),
  ];
  if (missing.length > 0) {
    throw new CommandError(
      `Logto has no SSO connector ${missing.join(", nor ")}. \`logto-sso list\` shows those that there are.`,
    );
  }
  return rows
    .filter((row) => all === true || id.includes(row.id) || name.includes(row.connectorName))
    .sort((a, b) => a.connectorName.localeCompare(b.connectorName, "en") || (a.id < b.id ? -1 : 1));
}

function planOf(
  rows: readonly Row[],
  resources: readonly StateResource[],
  config: ReadonlyMap<string, string>,
): Plan {
  const ownIds = new Set(managedConnectors(resources).map(({ id }) => id));
  // Declared a second time, they would have two owners.
  const ownConfigIds = new Set(managedConfigs(resources).map(({ id }) => id));
  const alike = resources.filter(({ type }) => type === tokens.ssoConnector.type);
  const taken = {
    resources: new Names(alike.map(({ urn }) => urn.split("::").at(-1) ?? "")),
    variables: variableNames(),
    // Of whatever namespace: a key that looks like another is a trap.
    config: new Map([...config].map(([key, value]) => [key.replace(/^.*?:/, ""), value])),
  };
  const owned = rows.filter(({ id }) => ownIds.has(id));
  const declarations = [];
  const refused = [];
  for (const row of rows.filter(({ id }) => !ownIds.has(id))) {
    if (!isProviderName(row.providerName)) {
      refused.push({ row, reason: `this package does not know its provider ${row.providerName}` });
      continue;
    }
    const state = stateOf(row, ownConfigIds.has(row.id) ? undefined : "all");
    const connector = connectorOf({ ...state });
    const failures = validate(argsOf(connector));
    if (failures.length === 0) declarations.push({ ...declare(connector, taken), row, state });
    else
      refused.push({
        row,
        reason: failures.map(({ property, reason }) => `${property}: ${reason}`).join(" "),
      });
  }
  return { declarations, owned, refused };
}

/** A list does not hold the certificates of signing keys. */
async function withSignatures(client: LogtoClient, plan: Plan): Promise<Plan> {
  const declarations = await Promise.all(
    plan.declarations.map(async (one) => ({
      ...one,
      state: { ...one.state, ...(await signatureOf(client, one.row.id, one.state.config)) },
    })),
  );
  return { ...plan, declarations };
}

/**
 * Code comes before state: a connector that is in the state and not in the code would be deleted by the next `up`. So
 * what was written is taken back where the state can't be.
 */
async function carryOut(
  declarations: Plan["declarations"],
  module: string,
  pulumi: Pulumi,
  entry: Entry,
  out: string | undefined,
): Promise<Written> {
  const secrets = declarations.flatMap(({ secrets }) => [...secrets]);
  let done = 0;
  await withProgress(
    () => `Putting secrets into the stack's config: ${done} of ${secrets.length}`,
    async () => {
      for (const [key, value] of secrets) {
        await pulumi.setSecret(key, value);
        done++;
      }
    },
  );
  const target = out === undefined ? entry.folder : resolve(out);
  mkdirSync(target, { recursive: true });
  const file = freeFile(target);
  writeFileSync(file, module, { flag: "wx" });
  const takeBack =
    entry.file === undefined ? () => undefined : addImport(entry.file, importStatement(entry.file, file));
  try {
    await withProgress(
      () => `Importing ${declarations.length} connectors into the state`,
      () => withImportFile(declarations, (path) => pulumi.import(path)),
    );
  } catch (error) {
    takeBack();
    rmSync(file);
    throw error;
  }
  return { file, entry };
}

interface Written {
  readonly file: string;
  readonly entry: Entry;
}

function freeFile(folder: string): string {
  for (let number = 1; ; number++) {
    const file = join(folder, `ssoConnectors${number === 1 ? "" : number}.ts`);
    if (!existsSync(file)) return file;
  }
}

/** The file holds secrets as Pulumi takes them, in clear: for its owner only, and only for as long as it takes. */
async function withImportFile(
  declarations: Plan["declarations"],
  use: (path: string) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "logto-sso-"));
  const remove = () => {
    rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", remove);
  try {
    const path = join(folder, "import.json");
    const resources = declarations.map(({ resourceName, connector, row, state }) => ({
      type: tokens.ssoConnector.type,
      name: resourceName,
      id: row.id,
      // Given both, Pulumi takes them as they are; it can't ask a dynamic provider that is not in the state yet.
      inputs: forState({ ...connector }),
      outputs: forState({ ...state }),
    }));
    writeFileSync(path, JSON.stringify({ resources }), { mode: 0o600 });
    await use(path);
  } finally {
    remove();
    process.off("exit", remove);
  }
}

function forState(properties: Values): Values {
  const hidden = ssoConnectorLifecycle.hide(properties, (value) => ({
    ...secretMark,
    plaintext: JSON.stringify(value),
  }));
  return { ...hidden, __provider: tokens.ssoConnector.loader };
}

function tell({ declarations, owned, refused }: Plan, dryRun: boolean): string[] {
  const section = (title: string, rows: string[][]) =>
    rows.length === 0 ? [] : [title, ...table(rows, "  ")];
  const lines = [
    ...section(
      dryRun ? "To be imported:" : "Imported:",
      declarations.map(({ row, resourceName }) => [resourceName, row.id, row.connectorName]),
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
  return lines.length > 0 ? lines : ["There are no SSO connectors in the tenant."];
}

function tellWritten({ file, entry }: Written, { declarations }: Plan): string[] {
  const here = (path: string) => relative(process.cwd(), path);
  const secrets = declarations.reduce((sum, one) => sum + one.secrets.size, 0);
  return [
    "",
    `The code is in ${here(file)}; their secrets (${secrets}) are in the stack's config, encrypted.`,
    entry.file === undefined
      ? `Import it in your program, else the next \`pulumi up\` deletes the connectors: import "./${here(file).replace(/\.ts$/, "")}";`
      : `${here(entry.file)} imports it.`,
    "Look with `pulumi preview --expect-no-changes`, and commit.",
  ];
}
