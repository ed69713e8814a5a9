// What preview.yml runs, for a stack: `node preview.mjs production`. It shows the preview in the job's summary and in a comment on
// the pull request, whether or not it succeeds. A later preview replaces the comment.
import { spawnSync } from "node:child_process";
import { appendFileSync, openSync, readFileSync } from "node:fs";

// The project's program and its packages do not get the token.
const { GH_TOKEN: token, ...env } = process.env;
const [, , stack] = process.argv;
const flags = "--refresh --run-program --diff --non-interactive --color never".split(" ");
const output = openSync("preview.txt", "w");
const { status, error } = spawnSync("pulumi", ["preview", "--stack", stack, ...flags], {
  env,
  stdio: ["ignore", output, output],
});
if (error) throw error;
const text = readFileSync("preview.txt", "utf8");
console.log(text);

const marker = `<!-- preview of ${stack} -->`;
const title = status === 0 ? `Preview of ${stack}:` : `The preview of ${stack} failed:`;
// Indented by four spaces, all of it is code, whatever it contains.
const indented = text.trimEnd().replaceAll(/^/gm, "    ");
// A comment has at most 65,536 characters, and errors come last.
const shown = indented.length > 60_000 ? `    …${indented.slice(-60_000)}`.toWellFormed() : indented;
const body = `${marker}\n${title}\n\n${shown}\n`;
appendFileSync(env.GITHUB_STEP_SUMMARY, body);

const [, , pullRequest] = env.GITHUB_REF.split("/"); // refs/pull/7/merge
const earlier = await findComment();
if (earlier) await github("PATCH", `issues/comments/${earlier.id}`, { body });
else await github("POST", `issues/${pullRequest}/comments`, { body });
process.exitCode = status ?? 1;

async function findComment() {
  for (let page = 1; ; page++) {
    const comments = await github("GET", `issues/${pullRequest}/comments?per_page=100&page=${page}`);
    const isIt = (one) => one.user.login === "github-actions[bot]" && one.body.startsWith(marker);
    const found = comments.find(isIt);
    if (found || comments.length < 100) return found;
  }
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
