/** Reads a state from a file of `pulumi stack export`. */
import { text as readAll } from "node:stream/consumers";
import { isObject } from "../../connector/canonical";
import { parseJson } from "../../logto/response";
import { CommandError } from "../errors";
import { readText } from "../files";
import type { StateResource } from "../stateResource";

/** Version 4 is version 3 for a stack that uses newer features, such as `pulumi state taint`. */
const versions: readonly unknown[] = [3, 4];

/**
 * @param path `-` for standard input
 * @throws CommandError if it is anything else, which must never pass for an empty stack
 */
export async function readStateFile(path: string): Promise<readonly StateResource[]> {
  return path === "-"
    ? parseState(await readAll(process.stdin), "Standard input")
    : parseState(readText(path, "the state"), path);
}

function parseState(text: string, where: string): readonly StateResource[] {
  const invalid = (problem: string) =>
    new CommandError(
      `${where} is not a state: ${problem}. Export one with \`pulumi stack export --show-secrets\`.`,
    );
  if (text.trim() === "") throw invalid("it is empty");
  const content = parseJson(text.replace(/^\ufeff/, ""));
  if (content === undefined) throw invalid("it is not valid JSON");
  if (!isObject(content)) throw invalid("it is not a JSON object");
  const { version, deployment } = content;
  if (version === undefined) throw invalid("it has no version");
  if (!versions.includes(version)) {
    throw invalid(
      `its version is ${JSON.stringify(version).slice(0, 40)}, but only ${versions.join(" and ")} are supported by this version of logto-sso`,
    );
  }
  if (!isObject(deployment)) throw invalid("it has no deployment");
  const { resources } = deployment;
  // The state of an empty stack has no resources, but it has the manifest of every state.
  if (resources === undefined && isObject(deployment.manifest)) return [];
  if (!Array.isArray(resources)) throw invalid("its deployment has no list of resources");
  if (!resources.every(isResource)) throw invalid("one of its resources has no URN or type");
  return resources;
}

function isResource(resource: unknown): resource is StateResource {
  return isObject(resource) && typeof resource.urn === "string" && typeof resource.type === "string";
}
