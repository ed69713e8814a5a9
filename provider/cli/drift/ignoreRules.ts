/** Rules for findings that are accepted. Pure. */
import { isObject } from "../../values";
import { parseJson } from "../../logto/response";
import { CommandError } from "../io/commandError";
import type { Finding, ReportedFinding } from "./finding";
import { type FindingClass, findingClassNames, isFindingClass } from "../health/findingClasses";

/** A finding is ignored if everything in the rule matches. `*` matches any text. */
export interface IgnoreRule {
  /** Why the finding is accepted. */
  readonly reason: string;
  readonly class?: FindingClass | undefined;
  /** The connector's name, ID or URN. */
  readonly connector?: string | undefined;
  readonly path?: string | undefined;
  /** The last day on which the rule applies, in UTC: `YYYY-MM-DD`. Default: no end. */
  readonly until?: string | undefined;
}

export interface IgnoreResult {
  readonly findings: readonly ReportedFinding[];
  readonly ignored: readonly { readonly finding: ReportedFinding; readonly reason: string }[];
  readonly unusedRules: readonly IgnoreRule[];
}

/** @param checkedAt when the check is made: ISO 8601 */
export function applyIgnoreRules(
  findings: readonly ReportedFinding[],
  rules: readonly IgnoreRule[],
  checkedAt: string,
): IgnoreResult {
  const hasEnded = ({ until }: IgnoreRule) => until !== undefined && until < checkedAt.slice(0, 10);
  const matches = findings.map((finding) => {
    const matching = rules.filter((rule) => matchesRule(finding, rule));
    return { finding, rule: matching.find((rule) => !hasEnded(rule)) ?? matching[0] };
  });
  const used = new Set(matches.map(({ rule }) => rule));
  return {
    findings: matches.flatMap(({ finding, rule }) => {
      if (rule === undefined) return [finding];
      return hasEnded(rule) ? [{ ...finding, message: `${finding.message} ${endMessage(rule)}` }] : [];
    }),
    ignored: matches.flatMap(({ finding, rule }) =>
      rule === undefined || hasEnded(rule) ? [] : [{ finding, reason: rule.reason }],
    ),
    unusedRules: rules.filter((rule) => !used.has(rule)),
  };
}

function endMessage({ until, reason }: IgnoreRule): string {
  return `It was ignored until ${String(until)}: ${reason}${/[.!?]$/.test(reason) ? "" : "."}`;
}

function matchesRule(finding: Finding, { class: ruleClass, connector, path }: IgnoreRule): boolean {
  const { name, id, urn } = finding.connector;
  return (
    (ruleClass === undefined || ruleClass === finding.class) &&
    (connector === undefined || [name, id, urn ?? id].some((text) => matchesPattern(text, connector))) &&
    (path === undefined || matchesPattern(finding.path ?? "", path))
  );
}

/** Searches each part once, from the end of the one before it, so that no pattern takes long. */
function matchesPattern(text: string, pattern: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return pattern === text;
  const end = text.length - last.length;
  if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  const between = text.slice(0, end);
  let at = first.length;
  for (const part of rest) {
    const index = between.indexOf(part, at);
    if (index === -1) return false;
    at = index + part.length;
  }
  return true;
}

/** @throws CommandError naming the invalid rule */
export function parseIgnoreRules(text: string, file: string): IgnoreRule[] {
  const invalid = (problem: string) =>
    new CommandError(
      `${file} is invalid: ${problem}. Expected {"rules": [{"reason": "…", "class"?, "connector"?, "path"?, "until"?}, …]}.`,
    );
  const content = parseJson(text);
  if (content === undefined) throw invalid("it is not valid JSON");
  const rules = isObject(content) ? content.rules : undefined;
  if (!Array.isArray(rules)) throw invalid("it has no list of rules");
  return rules.map((rule: unknown, index) => {
    const at = `rule ${index + 1}`;
    if (!isObject(rule)) throw invalid(`${at} is not an object`);
    const { reason, class: ruleClass, connector, path, until, ...others } = rule;
    const [unknownKey] = Object.keys(others);
    if (unknownKey !== undefined) throw invalid(`${at} has an unknown key ${JSON.stringify(unknownKey)}`);
    if (typeof reason !== "string" || reason.trim() === "") throw invalid(`${at} has no reason`);
    if (ruleClass !== undefined && !isFindingClass(ruleClass)) {
      const classes = findingClassNames.join(", ");
      throw invalid(`${at} has an unknown class ${JSON.stringify(ruleClass)}, the classes are ${classes}`);
    }
    if (!isText(connector)) throw invalid(`the connector of ${at} is not a string`);
    if (!isText(path)) throw invalid(`the path of ${at} is not a string`);
    if (until !== undefined && !(typeof until === "string" && isDay(until))) {
      throw invalid(`the until of ${at} is not a day, such as "2026-12-31"`);
    }
    if (ruleClass === undefined && connector === undefined && path === undefined) {
      throw invalid(`${at} matches every finding, add a class, a connector or a path`);
    }
    return { reason, class: ruleClass, connector, path, until };
  });
}

function isDay(text: string): boolean {
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === text;
}

function isText(value: unknown): value is string | undefined {
  return value === undefined || typeof value === "string";
}
