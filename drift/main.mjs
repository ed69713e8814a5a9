// @ts-check
/**
 * What action.yml runs, with Node.js alone: `prepare` reads the inputs, `check` runs `logto-sso drift`, and `report` keeps the
 * issue, and fails if a finding fails the check.
 */
import { spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { gitHubClient } from "./gitHub.mjs";
import { keepIssue } from "./issue.mjs";
import { annotate, input, isSet, Problem, setOutputs, summarize, variable } from "./runner.mjs";

/**
 * What `prepare` tells the other steps.
 *
 * @typedef {object} Settings
 * @property {string} name of the stack in this repository, for the issue, the artifact and the cache
 * @property {string} stack
 * @property {string} workDir
 * @property {string} folder of the reports
 * @property {readonly string[]} args of `logto-sso drift`
 * @property {boolean} failOnNew
 * @property {boolean} summary
 * @property {boolean} issue
 * @property {readonly string[]} labels
 */

/** The ending of a report's file by its format. @type {Readonly<Record<string, string>>} */
const endings = { json: "json", markdown: "md", html: "html", sarif: "sarif" };

/** @type {Readonly<Record<string, () => number | Promise<number>>>} */
const steps = { prepare, check, report };

async function main() {
  const step = steps[process.argv[2] ?? ""];
  if (step === undefined) throw new Error(`Usage: node main.mjs ${Object.keys(steps).join("|")}`);
  try {
    process.exitCode = await step();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    annotate("error", error.message);
    process.exitCode = 1;
  }
}

function prepare() {
  setOutputs({ status: "error" }); // until the next steps say otherwise
  const stack = input("stack");
  if (!/^[\w.-]+(\/[\w.-]+){0,2}$/.test(stack)) {
    const example = "such as production or acme/infra/production";
    throw new Problem(
      `The input stack must be the name of a stack, ${example}, and is ${JSON.stringify(stack)}.`,
    );
  }
  if (isOfFork()) {
    const text = "GitHub gives no secrets to a pull request from a fork, so drift is not checked here.";
    annotate("notice", text);
    setOutputs({ status: "skipped" });
    return 0;
  }
  const workspace = variable("GITHUB_WORKSPACE");
  const workDir = resolve(workspace, input("work-dir"));
  if (!existsSync(workDir)) {
    throw new Problem(
      `The folder work-dir is missing: ${workDir}. Is the repository checked out by an earlier step?`,
    );
  }
  const name = nameOf(relative(workspace, workDir), stack);
  const folder = join(variable("RUNNER_TEMP"), name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const options = ["fail-on", "ignore", "expiry-days"];
  /** @type {Settings} */
  const settings = {
    name,
    stack,
    workDir,
    folder,
    args: [
      ...["drift", "--stack", stack, "--format", "text"],
      ...Object.keys(endings).flatMap((format) => ["--format", format, "--output", reportIn(folder, format)]),
      ...options.flatMap((option) => (input(option) === "" ? [] : [`--${option}=${input(option)}`])),
      ...(isSet("probe") ? ["--probe"] : []),
    ],
    failOnNew: isSet("fail-on-new"),
    summary: isSet("comment-on-summary"),
    issue: isSet("issue"),
    labels: input("issue-labels")
      .split(/[,\n]/)
      .map((label) => label.trim())
      .filter((label) => label !== ""),
  };
  const upload = isSet("upload-report");
  setOutputs({ name, baseline: baselineIn(folder), upload, settings: JSON.stringify(settings) });
  return 0;
}

/**
 * A name that no other stack of the repository has, and that can be of an artifact: `acme/production` is not `acme-production`.
 *
 * @param {string} place the folder of the project in the repository
 * @param {string} stack
 */
function nameOf(place, stack) {
  const parts = [place, stack].filter((part) => part !== "").map(inName);
  return `logto-sso-drift-${parts.join("++")}`;
}

/** @param {string} part with slashes or, of a folder on Windows, backslashes */
function inName(part) {
  const segments = part.split(/[/\\]/).map((segment) => encodeURIComponent(segment).replaceAll("*", "%2A"));
  return segments.join("+");
}

/** @param {string} folder */
function baselineIn(folder) {
  return join(folder, "last.json");
}

/**
 * @param {string} folder
 * @param {string} format
 */
function reportIn(folder, format) {
  return join(folder, `drift.${endings[format]}`);
}

/** Whether the run is of a pull request from another repository, or one that is gone. */
function isOfFork() {
  const event = JSON.parse(readFileSync(variable("GITHUB_EVENT_PATH"), "utf8"));
  if (event.pull_request === undefined) return false;
  return event.pull_request.head.repo?.full_name !== variable("GITHUB_REPOSITORY");
}

/** @returns {Settings} */
function readSettings() {
  return JSON.parse(variable("SETTINGS"));
}

async function check() {
  const settings = readSettings();
  const { folder, summary, stack } = settings;
  const code = await compare(settings);
  if (code !== 0 && code !== 2) {
    setOutputs({ status: "error" });
    const text = "The check could not be completed. The log says why.";
    if (summary) summarize(`## Drift of SSO connectors: unknown\n\n${text} The stack is \`${stack}\`.`);
    annotate("error", text);
    return 1;
  }
  copyFileSync(reportIn(folder, "json"), baselineIn(folder));
  if (summary) summarize(readFileSync(reportIn(folder, "markdown"), "utf8"));
  const report = readReport(folder);
  const { findings, baseline } = report;
  setOutputs({
    status: report.failed ? "failed" : "passed",
    findings: findings.length,
    failing: failingOf(report).length,
    new: findings.filter(({ isNew }) => baseline === undefined || isNew).length,
    ...Object.fromEntries(
      Object.keys(endings).map((format) => [`${format}-report`, reportIn(folder, format)]),
    ),
  });
  return 0;
}

/**
 * Compares with the last run if there was one, of which the same can be compared.
 *
 * @param {Settings} settings
 */
async function compare({ args, workDir, folder, failOnNew }) {
  const baseline = baselineIn(folder);
  if (!existsSync(baseline)) return (await logtoSso(args, workDir)).code;
  const comparison = ["--baseline", baseline, ...(failOnNew ? ["--fail-on-new"] : [])];
  const { code, errors } = await logtoSso([...args, ...comparison], workDir);
  // An error that names the file is about it. It may be of another tenant, or of another version.
  if (code === 0 || code === 2 || !errors.includes(baseline)) return code;
  annotate(
    "notice",
    "The report of the last run cannot be compared with, so this check is like the first one.",
  );
  return (await logtoSso(args, workDir)).code;
}

/**
 * Runs the command that the project has installed, or else the one of this action's version.
 *
 * @param {readonly string[]} args
 * @param {string} workDir
 * @returns {Promise<{ code: number, errors: string }>}
 */
function logtoSso(args, workDir) {
  const installed = installedIn(workDir);
  const [program = "", ...rest] = installed === undefined ? fromRegistry() : [process.execPath, installed];
  const child = spawn(program, [...rest, ...args], { cwd: workDir, stdio: ["ignore", "inherit", "pipe"] });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    errors += text;
    process.stderr.write(text);
  });
  return new Promise((settle, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      settle({ code: code ?? 1, errors });
    });
  });
}

/** @param {string} folder */
function installedIn(folder) {
  const { resolve: find } = createRequire(join(folder, "package.json"));
  try {
    const manifest = find("pulumi-logto-sso/package.json");
    return join(dirname(manifest), JSON.parse(readFileSync(manifest, "utf8")).bin["logto-sso"]);
  } catch {
    return undefined;
  }
}

function fromRegistry() {
  const manifest = new URL("../package.json", import.meta.url);
  const { version } = JSON.parse(readFileSync(manifest, "utf8"));
  return ["npx", "--yes", "--package", `pulumi-logto-sso@${version}`, "--", "logto-sso"];
}

/**
 * The part of docs/drift-report.schema.json that is used here.
 *
 * @typedef {object} DriftReport
 * @property {boolean} failed
 * @property {readonly string[]} failOn
 * @property {{ failOnNew: boolean }} [baseline]
 * @property {readonly { class: string, isNew?: boolean }[]} findings
 */

/**
 * @param {string} folder
 * @returns {DriftReport}
 */
function readReport(folder) {
  return JSON.parse(readFileSync(reportIn(folder, "json"), "utf8"));
}

/** @param {DriftReport} report */
function failingOf({ findings, failOn, baseline }) {
  return findings.filter((one) => failOn.includes(one.class) && (baseline?.failOnNew !== true || one.isNew));
}

async function report() {
  const { folder, issue, name, labels, stack } = readSettings();
  const current = readReport(folder);
  if (issue) {
    const repository = variable("GITHUB_REPOSITORY");
    const run = `${variable("GITHUB_SERVER_URL")}/${repository}/actions/runs/${variable("GITHUB_RUN_ID")}`;
    const artifact = variable("ARTIFACT_URL");
    const number = await keepIssue(
      gitHubClient({
        api: variable("GITHUB_API_URL"),
        graphql: variable("GITHUB_GRAPHQL_URL"),
        repository,
        token: variable("TOKEN"),
      }),
      {
        name,
        // Not only what is new: a finding that is still there is no longer reported by a failed job.
        isNeeded: current.findings.some((one) => current.failOn.includes(one.class)),
        title: `Drift of SSO connectors: ${stack}`,
        labels,
        body: [
          readFileSync(reportIn(folder, "markdown"), "utf8").trimEnd(),
          "",
          `[This run](${run}) has updated the text${artifact === "" ? "" : ` and has [the HTML report](${artifact})`}. A run that finds nothing that fails the check closes the issue.`,
        ].join("\n"),
        run,
      },
    );
    if (number !== undefined) setOutputs({ "issue-number": number });
  }
  if (!current.failed) return 0;
  const count = failingOf(current).length;
  annotate("error", `${count} ${count === 1 ? "finding fails" : "findings fail"} the check of ${stack}.`);
  return 2;
}

await main();
