/**
 * The words of hints in programs of any language: things are called by their names in the schema, of which each language makes
 * its own.
 */
import type { CheckFailure } from "../engine/calls";
import { pluginTypeOf } from "../engine/pluginTokens";
import type { HintWording } from "../lifecycle/hintWording";

export const hintWording: HintWording = {
  importCommand: (connectorId) => `pulumi import ${pluginTypeOf("ssoConnector")} NAME ${connectorId}`,
  movedIntoComponent: "the old parent, which is the stack,",
  enableSingleSignOn: `a resource \`${pluginTypeOf("singleSignOn")}\` with \`enabled: true\``,
};

/** Adds how Python and Go write a key that the schema writes otherwise. */
export function inAllLanguages({ property, reason }: CheckFailure): CheckFailure {
  const [, key = ""] = /(\w+)(?:"\])?(?:\[\d+\])*$/.exec(property) ?? [];
  if (!/[a-z][A-Z]/.test(key)) return { property, reason };
  const python = key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const go = key.charAt(0).toUpperCase() + key.slice(1);
  return { property, reason: `${reason} (\`${python}\` in Python, \`${go}\` in Go)` };
}
