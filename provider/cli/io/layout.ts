/** Text that the commands print. Pure. */
import type { ApiConnector } from "../../connector/apiConnector";
import { printable, printableLines } from "../../untrustedText";
import type { Terminal } from "./terminal";

/** Returns JSON for a terminal, a log or a file: control characters in its values are `\u` escapes. */
export function json(value: unknown): string {
  return printableLines(JSON.stringify(value, undefined, 2));
}

/** Text that may contain anything, and its color. */
export type Cell = string | readonly [text: string, paint: (text: string) => string];

interface TableOptions {
  readonly indent?: string;
  /** The columns that are shortened if the terminal is too narrow, by their position. */
  readonly flexible?: readonly number[];
}

/** The least width to which a column is shortened. */
const minWidth = 8;
/** The greatest width of a column in a file or a pipe. A longer text is not cut there: it shifts the rest of its line. */
const maxWidth = 40;
const gap = "  ";

/** Returns lines of aligned columns. */
export function table(
  cells: readonly (readonly Cell[])[],
  { columns = Infinity, widthOf, cut }: Terminal,
  { indent = "", flexible = [] }: TableOptions = {},
): string[] {
  const rows = cells.map((row) =>
    row.map((cell) => {
      const [text, paint] = typeof cell === "string" ? [cell, String] : cell;
      return { text: printable(text), paint };
    }),
  );
  const natural: number[] = [];
  for (const row of rows) {
    for (const [column, { text }] of row.entries()) {
      const limit = columns === Infinity ? maxWidth : columns;
      natural[column] = Math.max(natural[column] ?? 0, Math.min(widthOf(text), limit));
    }
  }
  const widths = fitted(natural, flexible, columns - indent.length);
  return rows.map((row) => {
    const parts = row.map(({ text, paint }, column) => {
      const width = widths[column] ?? 0;
      const shown = columns === Infinity ? text : cut(text, width);
      const padding = column === row.length - 1 ? 0 : Math.max(0, width - widthOf(shown));
      return paint(shown) + " ".repeat(padding);
    });
    return `${indent}${parts.join(gap)}`.trimEnd();
  });
}

/** Makes the widest of the flexible columns narrower until all fit. */
function fitted(natural: readonly number[], flexible: readonly number[], columns: number): number[] {
  const widths = [...natural];
  const total = widths.reduce((sum, width) => sum + width + gap.length, -gap.length);
  for (let excess = total - columns; excess > 0; excess--) {
    const width = Math.max(...flexible.map((column) => widths[column] ?? 0));
    if (width <= minWidth) break;
    widths[flexible.find((column) => widths[column] === width) ?? 0] = width - 1;
  }
  return widths;
}

/**
 * Breaks untrusted text into lines between words, and not in a command in backticks. What is longer, such as an address to
 * copy, has a line of its own, which the terminal breaks: it copies as one.
 */
export function wrapped(text: string, { columns = Infinity, widthOf }: Terminal): string[] {
  const fits = (part: string) => columns === Infinity || widthOf(part) <= columns;
  return printableLines(text)
    .split("\n")
    .flatMap((paragraph) => {
      return fits(paragraph) ? [paragraph] : filled(paragraph.match(/(?:`[^`]*`|[^ `]|`)+/g) ?? [], fits);
    });
}

/** Breaks a list of untrusted texts into lines between its items, and within an item that is longer than a line. */
export function wrappedList(items: readonly string[], terminal: Terminal): string[] {
  const { columns = Infinity, widthOf } = terminal;
  const parts = items.map((item, index) => (index < items.length - 1 ? `${item},` : item));
  return filled(
    parts.flatMap((part) => wrapped(part, terminal)),
    (line) => columns === Infinity || widthOf(line) <= columns,
  );
}

/** Joins words to lines. */
function filled(words: readonly string[], fits: (line: string) => boolean): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of words) {
    if (line !== "" && !fits(`${line} ${word}`)) {
      lines.push(line);
      line = "";
    }
    line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** Returns a count with its noun, such as `1 connector` or `2 connectors`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

type NamedConnector = Pick<ApiConnector, "connectorName" | "id">;

/** Compares connectors for the order in which they are listed. */
export function byName(a: NamedConnector, b: NamedConnector): number {
  return a.connectorName.localeCompare(b.connectorName, "en") || (a.id < b.id ? -1 : 1);
}
