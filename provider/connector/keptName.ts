/** A replacement that cannot be created, since an option keeps the object that has its name. */
import type { Problem } from "./problem";
import type { Resource } from "./resources";
import { quote } from "../untrustedText";
import type { Values } from "../values";

/** The options of a resource by which the engine does not delete the old object before it creates the new one. */
const options = {
  "retainOnDelete: true":
    "remove the option and run `pulumi up` before this change, since the engine takes it from the state",
  "deleteBeforeReplace: false": "remove the option",
} as const;
export type KeepingOption = keyof typeof options;

/**
 * @param table of a resource whose names are unique in Logto
 * @param before the inputs of the last deployment; empty for a new resource
 */
export function keptNameProblems(
  { inputs: fields, noun }: Resource,
  { connectorName, ...inputs }: Values,
  before: Values,
  option: KeepingOption,
): Problem[] {
  if (typeof connectorName !== "string" || connectorName !== before.connectorName) return [];
  const isReplacing = (key: string) =>
    fields[key]?.replaces === true && typeof inputs[key] === "string" && inputs[key] !== before[key];
  const path = Object.keys(inputs).find(isReplacing);
  if (path === undefined) return [];
  const message =
    `another one replaces the ${noun}, and the option \`${option}\` keeps the old one, which has the name ` +
    `${quote(connectorName)} that must be unique in Logto: specify another connectorName as well, or ${options[option]}.`;
  return [{ path, message }];
}
