#!/usr/bin/env node
// GitHub's command-line tool for a workflow's steps: the issues and comments of a repository are in the file $GITHUB_DOUBLE. It takes
// the subcommands and flags that the workflows use, and no others, and GitHub's limit of a text.
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import * as jq from "jq-wasm";

const text = { type: "string" };
const flag = { type: "boolean" };
const json = { json: text, jq: text };
const commands = {
  "issue list": { app: text, state: text, search: text, ...json },
  "issue create": { title: text, "body-file": text },
  "issue edit": { "body-file": text },
  "issue close": { comment: text },
  "api ": { method: text, field: text, jq: text, paginate: flag, silent: flag },
};

const [, , group, ...rest] = process.argv;
const command = group === "api" ? "api " : `${group} ${rest.shift()}`;
const { values, positionals } = parseArgs({ args: rest, options: commands[command], allowPositionals: true });
if (!process.env.GH_TOKEN)
  fail("To use GitHub CLI in a GitHub Actions workflow, set the GH_TOKEN environment variable.");

const store = JSON.parse(readFileSync(process.env.GITHUB_DOUBLE, "utf8"));
const bot = { login: "github-actions[bot]" };
const numbered = (list, number) =>
  list.find((one) => String(one.number ?? one.id) === number) ?? fail("Not Found");

if (command === "issue list") {
  const [, title] = /^in:title "(.*)"$/.exec(values.search) ?? fail("unknown search");
  const found = store.issues.filter(
    (issue) => issue.title.includes(title) && issue.state === values.state && issue.app === values.app,
  );
  await answer(
    found.map((issue) => Object.fromEntries(values.json.split(",").map((key) => [key, issue[key]]))),
  );
} else if (command === "issue create") {
  const number = store.issues.length + 1;
  const body = limited(readFileSync(values["body-file"], "utf8"));
  store.issues.push({ number, title: values.title, body, state: "open", app: "github-actions" });
} else if (command === "issue edit") {
  numbered(store.issues, positionals[0]).body = limited(readFileSync(values["body-file"], "utf8"));
} else if (command === "issue close") {
  Object.assign(numbered(store.issues, positionals[0]), { state: "closed", comment: values.comment });
} else {
  const [, id] =
    /^repos\/acme\/infra\/issues\/(?:7\/comments|comments\/(\d+))$/.exec(positionals[0]) ?? fail("Not Found");
  const body =
    values.field === undefined
      ? undefined
      : limited(readFileSync(values.field.replace("body=@", ""), "utf8"));
  if (body === undefined) await answer(store.comments);
  else if (values.method === "PATCH") numbered(store.comments, id).body = body;
  else store.comments.push({ id: 100 + store.comments.length, user: bot, body });
}
writeFileSync(process.env.GITHUB_DOUBLE, JSON.stringify(store));

async function answer(value) {
  const output = await jq.raw(JSON.stringify(value), values.jq, ["-r"]);
  if (output !== "") console.log(output);
}

function limited(body) {
  return body.length <= 65536 ? body : fail("body is too long (maximum is 65536 characters)");
}

function fail(message) {
  console.error(`gh: ${message}`);
  process.exit(1);
}
