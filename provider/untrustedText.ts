/**
 * Text that is not ours: names from Logto, answers of servers, output of other programs. It passes one of these functions
 * before it reaches a terminal, a log, Markdown or generated code. Pure.
 */

/**
 * What can steer a terminal or mislead a reader: control characters (ANSI and OSC sequences begin with one), format
 * characters (bidirectional controls, zero-width characters), line and paragraph separators, lone surrogates.
 */
const steering = /[\p{Control}\p{Format}\p{Line_Separator}\p{Paragraph_Separator}\p{Surrogate}]/gu;

/** Workflow commands of Azure Pipelines and of GitHub's older form, which runners take anywhere in a line. */
const commandAnywhere = /##(?=(?:vso)?\[)/gi;
/** Workflow commands of GitHub and its kin, which begin a line. */
const commandAtStart = /^(\s*):(?=:)/;

/** Text for one line of a terminal or a log: what could steer either is spelt as a `\u` escape. Idempotent. */
export function printable(text: string): string {
  return text
    .replace(steering, escape)
    .replace(commandAnywhere, "\\u0023#")
    .replace(commandAtStart, "$1\\u003a");
}

/** The same for text of several lines, such as an error's message or the output of another program. */
export function printableLines(text: string): string {
  return text.split(/\r?\n/).map(printable).join("\n");
}

/** A name in a message: in quotes, on one line. */
export function quote(text: string): string {
  return printable(JSON.stringify(text));
}

/** A string literal of JavaScript or TypeScript, in double quotes. */
export function stringLiteral(text: string): string {
  return JSON.stringify(text).replace(steering, escape);
}

/**
 * A code span of Markdown, also inside a table: nothing in it becomes markup, a link, a mention or an issue reference.
 * GitHub and GitLab decode entities first, so that escaping the signs does not stop any of these.
 */
export function codeSpan(text: string): string {
  const safe = printable(text).replaceAll("|", "\\|");
  const longest = Math.max(0, ...[...safe.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  // One space on each side is taken away again, and keeps a backtick from touching the fence.
  const space = longest > 0 || safe.trim() === "" ? " " : "";
  return fence + space + safe + space + fence;
}

function escape(character: string): string {
  return Array.from({ length: character.length }, (_, index) => character.charCodeAt(index))
    .map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`)
    .join("");
}
