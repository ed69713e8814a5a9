/** Findings that somebody has decided to live with. Pure. */
import { isGroup } from "../../connector/connector";
import { CommandError } from "../errors";
import { type Finding, type FindingClass, findingClassNames } from "./findings";

/** What a rule says must hold, all of it, for a finding to be ignored. `*` stands for any text. */
export interface IgnoreRule {
  /** Why this is right: whoever reads it in a year must know. */
  readonly reason: string;
  readonly class?: FindingClass;
  /** The connector's name, ID or URN. */
  readonly connector?: string;
  readonly path?: string;
}

export interface Sifted {
  readonly findings: Finding[];
  readonly ignored: { readonly finding: Finding; readonly reason: string }[];
  readonly unusedRules: IgnoreRule[];
}

export function sift(findings: readonly Finding[], rules: readonly IgnoreRule[]): Sifted {
  const used = new Set<IgnoreRule>();
  const result: Sifted = { findings: [], ignored: [], unusedRules: [] };
  for (const finding of findings) {
    const rule = rules.find((one) => covers(one, finding));
    if (rule === undefined) {
      result.findings.push(finding);
    } else {
      used.add(rule);
      result.ignored.push({ finding, reason: rule.reason });
    }
  }
  result.unusedRules.push(...rules.filter((rule) => !used.has(rule)));
  return result;
}

function covers(rule: IgnoreRule, { class: kind, connector, path = "" }: Finding): boolean {
  const { name, id, urn } = connector;
  return (
    (rule.class === undefined || rule.class === kind) &&
    (rule.connector === undefined ||
      [name, id, ...(urn === null ? [] : [urn])].some((text) => matches(rule.connector ?? "", text))) &&
    (rule.path === undefined || matches(rule.path, path))
  );
}

/** Each part is looked for once, from where the one before it ended: no pattern takes long. */
function matches(pattern: string, text: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return pattern === text;
  const end = text.length - last.length;
  if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  const between = text.slice(0, end);
  let at = first.length;
  for (const part of rest) {
    const found = between.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return true;
}

const keys = ["reason", "class", "connector", "path"];

/** @throws CommandError naming the rule that is wrong */
export function parseIgnoreRules(text: string, file: string): IgnoreRule[] {
  const wrong = (what: string) =>
    new CommandError(
      `${file}: ${what} It takes {"rules": [{"reason": "…", "class"?, "connector"?, "path"?}, …]}.`,
    );
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw wrong("this is no JSON.");
  }
  const rules = isGroup(content) ? content.rules : undefined;
  if (!Array.isArray(rules)) throw wrong("there is no list of rules.");
  for (const [index, rule] of rules.entries()) {
    const at = `rule ${index + 1}`;
    if (!isGroup(rule)) throw wrong(`${at} is no object.`);
    const strange = Object.keys(rule).find((key) => !keys.includes(key));
    if (strange !== undefined) throw wrong(`${at} has an unknown ${JSON.stringify(strange)}.`);
    if (typeof rule.reason !== "string" || rule.reason.trim() === "") throw wrong(`${at} gives no reason.`);
    if (rule.class !== undefined && !findingClassNames.includes(rule.class as FindingClass)) {
      throw wrong(
        `${at}: there is no class ${JSON.stringify(rule.class)}, only ${findingClassNames.join(", ")}.`,
      );
    }
    if (rule.class === undefined && rule.connector === undefined && rule.path === undefined) {
      throw wrong(`${at} would ignore everything: give a class, a connector or a path.`);
    }
  }
  return rules as IgnoreRule[];
}
