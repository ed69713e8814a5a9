/** Writes declarations into the project, and their secrets into the stack config. */
import { withProgress } from "../io/progress";
import type { Pulumi } from "../stack/pulumiCli";
import type { Destination, ProjectFile } from "./destination";
import type { Plan } from "./plan";
import { writeFile } from "./projectFiles";
import type { Secrets } from "./stackSecrets";

export interface Change {
  readonly files: readonly ProjectFile[];
  readonly undo: () => Promise<void>;
}

/** Stores the secrets and writes the files, unless an interrupted import has left them. */
export async function writeDeclarations(
  { declarations }: Plan,
  pulumi: Pulumi,
  destination: Destination,
): Promise<Change | undefined> {
  if (declarations.length === 0) return undefined;
  const files = destination.filesOf(declarations);
  const undoSecrets = await withProgress("Storing secrets in the stack's config", () =>
    storeSecrets(declarations, pulumi, destination.secrets),
  );
  const undos: (() => void)[] = [];
  const undo = async () => {
    for (const undoFile of undos.splice(0).reverse()) undoFile();
    await undoSecrets();
  };
  try {
    for (const { file, content } of files) undos.push(writeFile(file, content));
    return { files, undo };
  } catch (error) {
    await undo();
    throw error;
  }
}

async function storeSecrets(
  declarations: Plan["declarations"],
  pulumi: Pulumi,
  { values, add }: Secrets,
): Promise<() => Promise<void>> {
  const added = declarations.flatMap(({ secrets }) => [...secrets]).filter(([name]) => !values.has(name));
  return added.length === 0 ? () => Promise.resolve() : add(pulumi, new Map(added));
}
