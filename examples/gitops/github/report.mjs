// What preview.yml and drift.yml run, for a stack: `node report.mjs preview production`. It says what it has found in the job's
// summary, and in a comment on the pull request or in an issue.
import { spawnSync } from "node:child_process";
import { appendFileSync, openSync, readFileSync } from "node:fs";

// The project's program and its packages do not get the token.
const { GH_TOKEN: token, ...env } = process.env;
const author = "github-actions[bot]";
const [, , command, stack] = process.argv;
process.exitCode = await { preview, drift }[command]();

/** Comments with the preview, whether or not it succeeds. A later preview replaces the comment. */
async function preview() {
  const output = openSync("preview.txt", "w");
  const flags = "--refresh --run-program --diff --non-interactive --color never".split(" ");
  const code = run("pulumi", ["preview", "--stack", stack, ...flags], output);
  const text = readFileSync("preview.txt", "utf8");
  console.log(text);

  const marker = `<!-- preview of ${stack} -->`;
  const title = code === 0 ? `Preview of ${stack}:` : `The preview of ${stack} failed:`;
  // Indented by four spaces, all of it is code, whatever it contains.
  const indented = text.trimEnd().replaceAll(/^/gm, "    ");
  // A comment has at most 65,536 characters, and errors come last.
  const shown = indented.length > 60_000 ? `    …${indented.slice(-60_000)}`.toWellFormed() : indented;
  const body = `${marker}\n${title}\n\n${shown}\n`;
  summarize(body);
  const [, , pullRequest] = env.GITHUB_REF.split("/"); // refs/pull/7/merge
  const comments = await list(`issues/${pullRequest}/comments?`);
  const earlier = comments.find((one) => one.user.login === author && one.body.startsWith(marker));
  if (earlier) await github("PATCH", `issues/comments/${earlier.id}`, { body });
  else await github("POST", `issues/${pullRequest}/comments`, { body });
  return code;
}

/** Opens an issue if there is drift, updates it as long as there is, and closes it. */
async function drift() {
  const files = "--format markdown --output drift.md --format html --output drift.html".split(" ");
  const code = run("npx", ["logto-sso", "drift", "--stack", stack, "--format", "text", ...files], "inherit");
  // Anything but 0 and 2: the check could not be completed, so there is nothing to report.
  if (code !== 0 && code !== 2) return code;
  const report = readFileSync("drift.md", "utf8");
  summarize(report);

  const title = "SSO connectors have drifted";
  const artifacts = `${env.GITHUB_SERVER_URL}/${env.GITHUB_REPOSITORY}/actions/runs/${env.GITHUB_RUN_ID}#artifacts`;
  const body = `${report}\n[The HTML report](${artifacts})\n`;
  // Only an issue that this workflow has opened: its text is replaced.
  const issues = await list(`issues?state=open&creator=${encodeURIComponent(author)}&`);
  const issue = issues.find((one) => one.title === title);
  if (code === 2 && issue) await github("PATCH", `issues/${issue.number}`, { body });
  else if (code === 2) await github("POST", "issues", { title, body });
  else if (issue) {
    await github("POST", `issues/${issue.number}/comments`, { body: "The drift is resolved." });
    await github("PATCH", `issues/${issue.number}`, { state: "closed" });
  }
  return 0;
}

/** Returns the exit code of a command whose output goes to a file, or to the log. */
function run(program, args, output) {
  const { status, error } = spawnSync(program, args, { env, stdio: ["ignore", output, output] });
  if (error) throw error;
  return status ?? 1;
}

function summarize(text) {
  appendFileSync(env.GITHUB_STEP_SUMMARY, text);
}

async function list(path) {
  const all = [];
  for (let page = 1; all.length === 100 * (page - 1); page++) {
    all.push(...(await github("GET", `${path}per_page=100&page=${page}`)));
  }
  return all;
}

/** Sends a request about the repository to GitHub's REST API. */
async function github(method, path, body) {
  const response = await fetch(`${env.GITHUB_API_URL}/repos/${env.GITHUB_REPOSITORY}/${path}`, {
    method,
    headers: { accept: "application/vnd.github+json", authorization: `Bearer ${token}` },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.json();
}
