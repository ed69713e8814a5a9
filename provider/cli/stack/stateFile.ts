/** Reads a state from a file of `pulumi stack export`. */
import { text as readAll } from "node:stream/consumers";
import { readText } from "../io/files";
import { parseState, type StateResource } from "./stateResource";

/**
 * @param path `-` for standard input
 * @throws CommandError if it is anything else, which must never pass for an empty stack
 */
export async function readStateFile(path: string): Promise<readonly StateResource[]> {
  const advice = "Export one with `pulumi stack export --show-secrets`.";
  return path === "-"
    ? parseState(await readAll(process.stdin), "Standard input", advice)
    : parseState(readText(path, "the state"), path, advice);
}
