/**
 * Carries an import out. A connector that is in the state and not in the program would be deleted by the next
 * `pulumi up`. So the state is changed last, and only when a preview has shown that the program declares every
 * connector. What ends the process before that leaves code and secrets, which the next import finds and uses.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { Values } from "../../connector/connector";
import { secretMark } from "../../dynamic/host";
import { ssoConnectorLifecycle } from "../../lifecycle/ssoConnector";
import { tokens } from "../../program/tokens";
import { quote } from "../../untrustedText";
import { moduleOf } from "../codegen/connectorSource";
import { lineBreakOf, withFirstStatement } from "../codegen/insertion";
import { type Entry, importStatement } from "../codegen/programEntry";
import { CommandError } from "../errors";
import { withProgress } from "../progress";
import { managedConnectors, type Preview, type Pulumi } from "../pulumi";
import {
  connectorNamesOf,
  type Declared,
  declaredBy,
  type Importable,
  type Plan,
  resourceNameOf,
} from "./plan";
import { checkWritable, removeTemporaryIn, type Undo, writeFile } from "./projectFiles";
import type { Secrets } from "./secrets";

export interface Surroundings {
  readonly pulumi: Pulumi;
  readonly entry: Entry;
  /** The folder of the new module. */
  readonly target: string;
  readonly secrets: Secrets;
  /** Of the tenant. */
  readonly endpoint: string;
}

export interface Written {
  /** The new module. */
  readonly file: string;
}

interface Change extends Written {
  readonly undo: () => Promise<void>;
}

/**
 * @param planWith plans again, when it has turned out what the program declares already
 * @returns what was done, which may be another plan then
 */
export async function carryOut(
  plan: Plan,
  planWith: (declared: Declared) => Promise<Plan>,
  surroundings: Surroundings,
): Promise<{ plan: Plan; written: Written | undefined }> {
  if (plan.declarations.length === 0) return { plan, written: undefined };
  const { plan: final, change } = await declareAll(plan, planWith, surroundings);
  await importIntoState(final, change, surroundings);
  await verify(final, surroundings.pulumi);
  return { plan: final, written: change };
}

/** Makes the program declare every connector. */
async function declareAll(
  plan: Plan,
  planWith: (declared: Declared) => Promise<Plan>,
  surroundings: Surroundings,
): Promise<{ plan: Plan; change: Change | undefined }> {
  const { pulumi, entry } = surroundings;
  const change = await writeCode(plan, surroundings);
  const preview = await previewWith(pulumi, "Looking whether the program declares them");
  if (!preview.failed) {
    checkDeclared(plan, preview, change, entry);
    return { plan, change };
  }
  await change?.undo();
  // It may declare some already, as an import that was interrupted has left it; two of a name are an error.
  const before = plan.declared.length > 0 ? preview : await previewWith(pulumi, "Looking at the program");
  if (before.failed) {
    throw new CommandError(
      `Nothing was imported, as the program fails in \`pulumi preview\`. Fix it, and run this again.\n${before.errors}`,
    );
  }
  const found = await planWith(declaredBy(before));
  if (found.declared.length > 0) return declareAll(found, planWith, surroundings);
  throw new CommandError(
    `Nothing was imported, as the program fails in \`pulumi preview\` when it declares the connectors.\n${preview.errors}`,
  );
}

function checkDeclared(plan: Plan, preview: Preview, change: Change | undefined, entry: Entry): void {
  const missing = all(plan).filter(({ row }) => !connectorNamesOf(preview).has(row.connectorName));
  const [first] = missing;
  if (first === undefined || change === undefined) return;
  const here = (path: string) => relative(process.cwd(), path);
  throw new CommandError(
    `The code is written to ${here(change.file)}, and ${here(entry.file)} imports it, but \`pulumi preview\` does not ` +
      `show ${missing.length} of the connectors, such as ${quote(first.row.connectorName)}. The state was not changed. ` +
      (entry.compiled === undefined
        ? `Import ${here(change.file)} where your program begins, and run this again.`
        : `Pulumi runs ${here(entry.compiled)}: build the program, and run this again.`),
  );
}

/** Secrets, the module, and its import. What an interrupted import has left of them is used. */
async function writeCode(
  { declarations }: Plan,
  { pulumi, entry, target, secrets }: Surroundings,
): Promise<Change | undefined> {
  if (declarations.length === 0) return undefined;
  checkWritable(entry.file);
  const entryText = readFileSync(entry.file, "latin1");
  const lineBreak = lineBreakOf(entryText);
  const module = Buffer.from(moduleOf(declarations, entry.language, secrets.key).replaceAll("\n", lineBreak));
  const undos: Undo[] = [];
  const undoFiles = () => {
    for (const undo of undos.splice(0).reverse()) undo();
  };
  for (const folder of [target, dirname(entry.file)]) removeTemporaryIn(folder);
  const undoSecrets = await withProgress(
    () => "Putting secrets into the stack's config",
    () => putSecrets(declarations, pulumi, secrets),
  );
  const undo = async () => {
    undoFiles();
    await undoSecrets();
  };
  try {
    const file = moduleFile(target, entry.extension.file, module);
    undos.push(writeFile(file, module));
    // Bytes, not characters: what the file holds stays as it is, in whatever encoding.
    const statement = Buffer.from(importStatement(entry, file)).toString("latin1");
    const isImported = entryText.split(/\r?\n/).includes(statement);
    if (!isImported) {
      undos.push(writeFile(entry.file, Buffer.from(withFirstStatement(entryText, statement), "latin1")));
    }
    return { file, undo };
  } catch (error) {
    await undo();
    throw error;
  }
}

/** The first that is free, or holds the same, as an import that was interrupted has left it. */
function moduleFile(folder: string, extension: string, content: Buffer): string {
  for (let number = 1; ; number++) {
    const file = join(folder, `ssoConnectors${number === 1 ? "" : number}${extension}`);
    if (!existsSync(file) || readFileSync(file).equals(content)) return file;
  }
}

/** All by one command: each takes half a second, and encrypts for itself. */
async function putSecrets(
  declarations: Plan["declarations"],
  pulumi: Pulumi,
  { key, values }: Secrets,
): Promise<() => Promise<void>> {
  const added = declarations.flatMap(({ secrets }) => [...secrets]).filter(([name]) => !values.has(name));
  if (added.length === 0) return () => Promise.resolve();
  const put = (entries: Iterable<[string, unknown]>) =>
    pulumi.setSecret(key, JSON.stringify(Object.fromEntries(entries)));
  await put([...values, ...added]);
  return () => (values.size === 0 ? pulumi.removeConfig(key) : put(values));
}

async function importIntoState(
  plan: Plan,
  change: Change | undefined,
  { pulumi, endpoint }: Surroundings,
): Promise<void> {
  const importables = all(plan);
  const resources = importables.map(({ resourceName, connector, row, state }) => ({
    type: tokens.ssoConnector.type,
    name: resourceName,
    id: row.id,
    // Given both, Pulumi takes them as they are; it can't ask a dynamic provider that is not in the state yet.
    inputs: forState({ ...connector }),
    outputs: forState({ ...state, endpoint }),
  }));
  try {
    await withProgress(
      () => `Importing ${resources.length} connectors into the state`,
      () => pulumi.import(resources),
    );
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const ids = new Set(importables.map(({ row }) => row.id));
    const inState = await pulumi.resources().then(
      (resources) => managedConnectors(resources).filter(({ id = "" }) => ids.has(id)).length,
      () => undefined,
    );
    if (inState === 0) {
      await change?.undo();
      throw error;
    }
    throw new CommandError(
      `${error.message}\nSome of the connectors may be in the state, so the code stays. Run this again to import the rest.`,
    );
  }
}

/** Holds the program against the new state. */
async function verify(plan: Plan, pulumi: Pulumi): Promise<void> {
  const preview = await previewWith(pulumi, "Looking whether anything is left to change");
  const names = new Set(all(plan).map(({ resourceName }) => resourceName));
  const changes = preview.steps.filter(
    ({ op, urn }) =>
      op !== "same" && urn.split("::")[2] === tokens.ssoConnector.type && names.has(resourceNameOf(urn)),
  );
  if (preview.failed) {
    throw new CommandError(
      `The connectors are in the code and in the state, but \`pulumi preview\` fails. Fix that before \`pulumi up\`.\n${preview.errors}`,
    );
  }
  if (changes.length === 0) return;
  throw new CommandError(
    [
      "The connectors are in the code and in the state, but `pulumi up` would change some. Look with `pulumi preview --diff`, and correct the code before it:",
      ...changes.map(({ op, urn, diffReasons }) =>
        `  ${op} ${quote(resourceNameOf(urn))} ${(diffReasons ?? []).join(", ")}`.trimEnd(),
      ),
    ].join("\n"),
  );
}

const all = ({ declared, declarations }: Plan): readonly Importable[] => [...declared, ...declarations];

function previewWith(pulumi: Pulumi, doing: string): Promise<Preview> {
  return withProgress(
    () => doing,
    () => pulumi.preview(),
  );
}

function forState(properties: Values): Values {
  const hidden = ssoConnectorLifecycle.markSecrets(properties, (value) => ({
    ...secretMark,
    plaintext: JSON.stringify(value),
  }));
  return { ...hidden, __provider: tokens.ssoConnector.loader };
}
