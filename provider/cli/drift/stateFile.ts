/** A state that comes as a file, in place of the stack's own. */
import { readFileSync } from "node:fs";
import { text as readAll } from "node:stream/consumers";
import { isGroup } from "../../connector/connector";
import { CommandError, systemReason } from "../errors";
import type { StateResource } from "../pulumi";

/** Versions of the form: 4 is 3 for a stack that uses newer features, such as `pulumi state taint`. */
const versions: readonly unknown[] = [3, 4];

/**
 * The resources in what `pulumi stack export` gives.
 *
 * @param path `-` for standard input
 * @throws CommandError where it is something else: it must never pass for an empty stack
 */
export async function readStateFile(path: string): Promise<readonly StateResource[]> {
  const where = path === "-" ? "Standard input" : path;
  return resourcesOf(path === "-" ? await readAll(process.stdin) : readFile(path), where);
}

function readFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new CommandError(`Could not read the state from ${path}: ${systemReason(error)}.`);
  }
}

function resourcesOf(text: string, where: string): readonly StateResource[] {
  const refuse = (reason: string) =>
    new CommandError(
      `${where} is not a state: ${reason}. Export one with \`pulumi stack export --show-secrets\`.`,
    );
  let content: unknown;
  try {
    content = JSON.parse(text.replace(/^\ufeff/, ""));
  } catch {
    throw refuse(text.trim() === "" ? "it is empty" : "it is not valid JSON");
  }
  if (!isGroup(content)) throw refuse("it is not a JSON object");
  const { version, deployment } = content;
  if (version === undefined) throw refuse("it has no version");
  if (!versions.includes(version)) {
    throw refuse(
      `its version is ${JSON.stringify(version).slice(0, 40)}, and only ${versions.join(" and ")} are supported by this version of logto-sso`,
    );
  }
  if (!isGroup(deployment)) throw refuse("it has no deployment");
  const { resources } = deployment;
  // An empty stack has none, but the manifest that each state begins with.
  if (resources === undefined && isGroup(deployment.manifest)) return [];
  if (!Array.isArray(resources)) throw refuse("its deployment has no list of resources");
  if (!resources.every(isResource)) throw refuse("one of its resources has no URN or type");
  return resources;
}

function isResource(resource: unknown): resource is StateResource {
  return isGroup(resource) && typeof resource.urn === "string" && typeof resource.type === "string";
}
