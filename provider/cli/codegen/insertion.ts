/** Where a statement goes that a program begins with. Pure. */

/**
 * The text with the statement on a line of its own: the first one, behind what must come before all statements (a byte
 * order mark, `#!`, directives such as "use strict", comments that only count at the top). The first line is never
 * within a comment, a template or a function.
 */
export function withFirstStatement(text: string, statement: string): string {
  const at = firstStatementOffset(text);
  const [before, after] = [text.slice(0, at), text.slice(at)];
  const eol = lineBreakOf(text);
  const isLineStart = /(?:^|[\r\n]|^(?:\ufeff|\u00ef\u00bb\u00bf))$/.test(before);
  return `${before}${isLineStart ? "" : eol}${statement}${eol}${after}`;
}

/** That of the first line. */
export function lineBreakOf(text: string): "\r\n" | "\n" {
  return /^[^\n]*\r\n/.test(text) ? "\r\n" : "\n";
}

/** `// @ts-nocheck` and `/// <reference …/>` count only before all statements. */
const countsAtTop = /^(?:\/\/\/\s*<|\/\/\/?\s*@ts-(?:no)?check\b)/;
const stringStatement = /(["'])(?:\\[^]|(?!\1)[^\\\r\n])*\1[^\S\r\n]*(?:;|(?=[\r\n]|$|\/\/))/y;
const continuesExpression = /[.,[(+\-*/%?:=<>&|^!`]|in\b|instanceof\b/y;

function firstStatementOffset(text: string): number {
  let at = /^(?:\ufeff|\u00ef\u00bb\u00bf)?(?:#!.*(?:\r?\n|$))?/.exec(text)?.[0].length ?? 0;
  let offset = at;
  for (;;) {
    at = behind(/\s*/y, text, at);
    const comment = match(/\/\/[^\r\n]*|\/\*[^]*?\*\//y, text, at);
    if (comment !== undefined) {
      at += comment.length;
      if (countsAtTop.test(comment)) offset = behind(restOfLine, text, at);
      continue;
    }
    const directive = match(stringStatement, text, at);
    if (directive === undefined) return offset;
    at += directive.length;
    if (
      !directive.endsWith(";") &&
      match(continuesExpression, text, behind(trivia, text, at)) !== undefined
    ) {
      return offset;
    }
    offset = behind(restOfLine, text, at);
  }
}

const trivia = /(?:\s|\/\/[^\r\n]*|\/\*[^]*?\*\/)*/y;
const restOfLine = /[^\S\r\n]*(?:\/\/[^\r\n]*)?(?:\r?\n|$)/y;

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function behind(pattern: RegExp, text: string, at: number): number {
  return at + (match(pattern, text, at)?.length ?? 0);
}
