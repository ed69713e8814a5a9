/**
 * Untrusted text: names from Logto, responses of servers, output of other programs. It passes one of these functions before
 * it reaches a terminal, a log, Markdown or generated code. Pure.
 */

/**
 * Characters that can control a terminal or mislead a reader: control characters (ANSI and OSC sequences begin with one), format
 * characters (bidirectional controls, zero-width characters), line and paragraph separators, lone surrogates.
 */
const unsafe = /[\p{Control}\p{Format}\p{Line_Separator}\p{Paragraph_Separator}\p{Surrogate}]/gu;

/** Workflow commands of Azure Pipelines and of GitHub's older form, which runners execute anywhere in a line. */
const commandAnywhere = /##(?=(?:vso)?\[)/gi;
/** Workflow commands of GitHub and compatible services, at the beginning of a line. */
const commandAtStart = /^(\s*):(?=:)/;

/** Escapes text for one line of a terminal or a log: what could control either becomes a `\u` escape. Idempotent. */
export function printable(text: string): string {
  return text
    .replace(unsafe, unicodeEscape)
    .replace(commandAnywhere, "\\u0023#")
    .replace(commandAtStart, "$1\\u003a");
}

/** Escapes text of several lines, such as an error's message or the output of another program, for a terminal or a log. */
export function printableLines(text: string): string {
  return text.split(/\r?\n/).map(printable).join("\n");
}

/** Whether text contains nothing that can control a terminal or mislead a reader. */
export function isPrintable(text: string): boolean {
  return text.search(unsafe) === -1;
}

/** Escapes the text of a YAML file in which such characters are in double quotes only. */
export function escapeAllButLineBreaks(text: string): string {
  return text.replace(unsafe, (character) => {
    if (character === "\n") return character;
    // A pair of `\u` escapes is one character in JSON only.
    const code = character.codePointAt(0) ?? 0;
    return code > 0xffff ? `\\U${code.toString(16).padStart(8, "0")}` : unicodeEscape(character);
  });
}

/** Quotes a name in a message, on one line. */
export function quote(text: string): string {
  return printable(JSON.stringify(text));
}

/** Returns a string literal of JavaScript or TypeScript, in double quotes. */
export function stringLiteral(text: string): string {
  return JSON.stringify(text).replace(unsafe, unicodeEscape);
}

/**
 * Returns a code span of Markdown: nothing in it becomes markup, a link, a mention or an issue reference. GitHub and GitLab
 * decode entities first, so that escaping the characters would not prevent any of these.
 *
 * @param max how many characters of the text are shown
 */
export function codeSpan(text: string, max = Infinity): string {
  // Cut before, as escaping a long text takes time, and after, as escapes are longer.
  const safe = shortened(printable(shortened(text, max)), max);
  const longest = Math.max(0, ...[...safe.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  // Markdown removes one space on each side, which keeps a backtick from touching the fence.
  const space = longest > 0 || safe.trim() === "" || /^ .* $/.test(safe) ? " " : "";
  return fence + space + safe + space + fence;
}

/** Returns a row of a table of Markdown. Its cells are Markdown, in which a pipe would end a cell even in code. */
export function tableRow(cells: readonly string[]): string {
  // Renderers disagree on a pipe after two backslashes.
  const safe = cells.map((cell) => cell.replace(/(?<=\\)\|/g, "\\u007c").replaceAll("|", "\\|"));
  return `| ${safe.join(" | ")} |`;
}

/** Cuts text to a number of characters, the last of which says so. */
export function shortened(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

/** Spells the code units of a text as `\u` escapes. */
export function unicodeEscape(character: string): string {
  return Array.from({ length: character.length }, (_, index) => character.charCodeAt(index))
    .map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`)
    .join("");
}
