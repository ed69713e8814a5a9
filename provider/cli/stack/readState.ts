/** Reads the state of a stack: from its backend, or from a file of `pulumi stack export`. */
import { text as readAll } from "node:stream/consumers";
import { readText } from "../io/files";
import { parseState, type StateResource } from "./stateResource";
import { findWorkspace, type Workspace } from "./workspace";

/** The options of a command by which it finds the state. */
export interface StateOptions {
  readonly stack?: string;
  /** A file with an exported state, or `-` for standard input; `undefined` for the stack's own state. */
  readonly state?: string;
}

/**
 * @param open opens the stack whose state is read; by default, there need not be one
 * @throws CommandError if a file is anything but a state, which must never pass for an empty stack
 */
export async function readState(
  { stack, state }: StateOptions,
  open: (stack: string | undefined) => Promise<Workspace | undefined> = findWorkspace,
): Promise<{ workspace: Workspace | undefined; resources: readonly StateResource[] | undefined }> {
  if (state === undefined) {
    const workspace = await open(stack);
    return { workspace, resources: await workspace?.pulumi.resources("in plain text") };
  }
  const resources = await readStateFile(state);
  return { workspace: await findWorkspace(stack), resources };
}

async function readStateFile(path: string): Promise<readonly StateResource[]> {
  const advice = "Export one with `pulumi stack export --show-secrets`.";
  return path === "-"
    ? parseState(await readAll(process.stdin), "Standard input", advice)
    : parseState(readText(path, "the state"), path, advice);
}
