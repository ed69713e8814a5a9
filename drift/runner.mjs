// @ts-check
/** What a step and GitHub's runner tell each other. */
import { appendFileSync } from "node:fs";

/** What people can mend: its message is shown as it is. */
export class Problem extends Error {}

/**
 * Returns a variable that the runner or action.yml sets.
 *
 * @param {string} name
 */
export function variable(name) {
  const value = process.env[name];
  if (value === undefined) throw new Problem(`${name} is not set: this program is run by action.yml.`);
  return value;
}

/**
 * Returns an input, such as `fail-on`, without white space around it.
 *
 * @param {string} name
 */
export function input(name) {
  return variable(`INPUT_${name.toUpperCase().replaceAll("-", "_")}`).trim();
}

/**
 * Returns an input that is a boolean of YAML 1.2.
 *
 * @param {string} name
 */
export function isSet(name) {
  const value = input(name);
  if (/^(true|True|TRUE)$/.test(value)) return true;
  if (/^(false|False|FALSE)$/.test(value)) return false;
  throw new Problem(`The input ${name} must be true or false, and is ${JSON.stringify(value)}.`);
}

/** @param {Record<string, string | number | boolean>} outputs each of one line */
export function setOutputs(outputs) {
  const lines = Object.entries(outputs).map(([name, value]) => {
    if (/[\r\n]/.test(String(value))) throw new Error(`The output ${name} has more than one line.`);
    return `${name}=${value}\n`;
  });
  appendFileSync(variable("GITHUB_OUTPUT"), lines.join(""));
}

/** @param {string} markdown */
export function summarize(markdown) {
  appendFileSync(variable("GITHUB_STEP_SUMMARY"), `${markdown.trimEnd()}\n\n`);
}

/**
 * Shows a message above the log of the run.
 *
 * @param {"error" | "notice"} level
 * @param {string} message
 */
export function annotate(level, message) {
  const data = message.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
  console.log(`::${level} title=Drift of SSO connectors::${data}`);
}
