/** Writes the generated code into the project, and its secrets into the stack config. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { moduleSource } from "../codegen/connectorSource";
import { lineBreakOf, withFirstStatement } from "../codegen/insertion";
import { importStatement, type ProgramEntry } from "../codegen/programEntry";
import { withProgress } from "../progress";
import type { Pulumi } from "../pulumi";
import type { Plan } from "./plan";
import { assertEditable, removeTemporaryIn, writeFile } from "./projectFiles";
import type { Secrets } from "./secrets";

export interface CodeTarget {
  readonly pulumi: Pulumi;
  readonly entry: ProgramEntry;
  /** The folder of the new module. */
  readonly target: string;
  readonly secrets: Secrets;
}

export interface CodeChange {
  /** The new module. */
  readonly file: string;
  readonly undo: () => Promise<void>;
}

/** Stores secrets, writes the module and imports it. What an interrupted import has left of these is used. */
export async function writeCode(
  { declarations }: Plan,
  { pulumi, entry, target, secrets }: CodeTarget,
): Promise<CodeChange | undefined> {
  if (declarations.length === 0) return undefined;
  assertEditable(entry.file);
  const entryText = readFileSync(entry.file, "latin1");
  const lineBreak = lineBreakOf(entryText);
  const source = moduleSource(declarations, entry.language, secrets.key).replaceAll("\n", lineBreak);
  const module = Buffer.from(source);
  for (const folder of [target, dirname(entry.file)]) removeTemporaryIn(folder);
  const undoSecrets = await withProgress("Storing secrets in the stack's config", () =>
    storeSecrets(declarations, pulumi, secrets),
  );
  const undos: (() => void)[] = [];
  const undo = async () => {
    for (const undoFile of undos.splice(0).reverse()) undoFile();
    await undoSecrets();
  };
  try {
    const file = moduleFile(target, entry.extension.file, module);
    undos.push(writeFile(file, module));
    // Latin-1 keeps every byte of the file, whatever its encoding.
    const statement = Buffer.from(importStatement(entry, file)).toString("latin1");
    if (!entryText.split(/\r?\n/).includes(statement)) {
      undos.push(writeFile(entry.file, Buffer.from(withFirstStatement(entryText, statement), "latin1")));
    }
    return { file, undo };
  } catch (error) {
    await undo();
    throw error;
  }
}

/** Returns the first file that does not exist, or that has this content already. */
function moduleFile(folder: string, extension: string, content: Buffer): string {
  for (let number = 1; ; number++) {
    const file = join(folder, `ssoConnectors${number === 1 ? "" : number}${extension}`);
    if (!existsSync(file) || readFileSync(file).equals(content)) return file;
  }
}

/** Stores all secrets with one command, as each command takes half a second. */
async function storeSecrets(
  declarations: Plan["declarations"],
  pulumi: Pulumi,
  { key, values }: Secrets,
): Promise<() => Promise<void>> {
  const added = declarations.flatMap(({ secrets }) => [...secrets]).filter(([name]) => !values.has(name));
  if (added.length === 0) return () => Promise.resolve();
  const store = (entries: Iterable<[string, unknown]>) =>
    pulumi.setSecret(key, JSON.stringify(Object.fromEntries(entries)));
  await store([...values, ...added]);
  return () => (values.size === 0 ? pulumi.removeConfig(key) : store(values));
}
