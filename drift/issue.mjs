// @ts-check
/** The one issue of a stack. It is found by a marker, so that people can rename it, and give it other labels. */

/**
 * @typedef {object} Wanted
 * @property {string} name of the stack in this repository
 * @property {boolean} isNeeded whether there is anything to report
 * @property {string} title of a new issue
 * @property {readonly string[]} labels of a new issue
 * @property {string} body
 * @property {string} run the address of the run
 */

/**
 * Opens, updates, closes or opens again.
 *
 * @param {import("./gitHub.mjs").GitHub} gitHub
 * @param {Wanted} wanted
 * @returns {Promise<number | undefined>} its number
 */
export async function keepIssue(gitHub, wanted) {
  const { isNeeded, title, labels, run } = wanted;
  const author = await gitHub.login();
  const body = `${markerOf(wanted.name)}\n${wanted.body}`;
  // A list, as the search of GitHub knows an issue only some time after it was opened.
  const issue = await gitHub.find(
    `issues?state=all&creator=${encodeURIComponent(author)}`,
    (one) => one.pull_request === undefined && (one.body ?? "").includes(markerOf(wanted.name)),
  );
  if (issue === undefined) {
    if (!isNeeded) return undefined;
    return (await gitHub.request("POST", "issues", { title, body, labels })).number;
  }
  const path = `issues/${issue.number}`;
  const comment = (/** @type {string} */ text) => gitHub.request("POST", `${path}/comments`, { body: text });
  const isOpen = issue.state === "open";
  // The state before the comment: a run that fails in between leaves no comment out of place for the next one to repeat.
  if (isNeeded && isOpen) await gitHub.request("PATCH", path, { body });
  else if (isNeeded) {
    await gitHub.request("PATCH", path, { body, state: "open", state_reason: "reopened" });
    await comment(`[This run](${run}) has found drift again.`);
  } else if (isOpen) {
    await gitHub.request("PATCH", path, { state: "closed", state_reason: "completed" });
    await comment(`[This run](${run}) has found nothing that fails the check.`);
  }
  return issue.number;
}

/** @param {string} name */
function markerOf(name) {
  return `<!-- ${name} -->`;
}
