/** Inserts a statement at the beginning of a program. Pure. */

/**
 * Inserts a statement on a line of its own, as the first one: after a byte order mark, `#!`, directives such as
 * "use strict", and comments that must be at the top. There it cannot be within a comment, a template or a function.
 */
export function withFirstStatement(text: string, statement: string): string {
  const at = firstStatementOffset(text);
  const [before, after] = [text.slice(0, at), text.slice(at)];
  const eol = lineBreakOf(text);
  const isLineStart = /(?:^|[\r\n]|^(?:\ufeff|\u00ef\u00bb\u00bf))$/.test(before);
  return `${before}${isLineStart ? "" : eol}${statement}${eol}${after}`;
}

/** Returns the line break of the first line. */
export function lineBreakOf(text: string): "\r\n" | "\n" {
  return /^[^\n]*\r\n/.test(text) ? "\r\n" : "\n";
}

/** `// @ts-nocheck` and `/// <reference …/>` are valid only before all statements. */
const topComment = /^(?:\/\/\/\s*<|\/\/\/?\s*@ts-(?:no)?check\b)/;
const stringStatement = /(["'])(?:\\[^]|(?!\1)[^\\\r\n])*\1[^\S\r\n]*(?:;|(?=[\r\n]|$|\/\/))/y;
const continuesExpression = /[.,[(+\-*/%?:=<>&|^!`]|in\b|instanceof\b/y;

function firstStatementOffset(text: string): number {
  let at = /^(?:\ufeff|\u00ef\u00bb\u00bf)?(?:#!.*(?:\r?\n|$))?/.exec(text)?.[0].length ?? 0;
  let offset = at;
  for (;;) {
    at = skip(/\s*/y, text, at);
    const comment = match(/\/\/[^\r\n]*|\/\*[^]*?\*\//y, text, at);
    if (comment !== undefined) {
      at += comment.length;
      if (topComment.test(comment)) offset = skip(restOfLine, text, at);
      continue;
    }
    const directive = match(stringStatement, text, at);
    if (directive === undefined) return offset;
    at += directive.length;
    if (!directive.endsWith(";") && match(continuesExpression, text, skip(trivia, text, at)) !== undefined) {
      return offset;
    }
    offset = skip(restOfLine, text, at);
  }
}

const trivia = /(?:\s|\/\/[^\r\n]*|\/\*[^]*?\*\/)*/y;
const restOfLine = /[^\S\r\n]*(?:\/\/[^\r\n]*)?(?:\r?\n|$)/y;

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function skip(pattern: RegExp, text: string, at: number): number {
  return at + (match(pattern, text, at)?.length ?? 0);
}
