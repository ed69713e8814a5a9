/** What a command prints. Everything passes `printableLines` at last, whoever forgot it before. */
import { printable, printableLines } from "../untrustedText";

export function print(text: string): void {
  process.stdout.write(`${printableLines(text)}\n`);
}

/** Prints a text that holds the colours of picocolors, which alone pass. */
export function printColoured(text: string): void {
  const parts = text.split(/(\u001b\[\d{1,2}m)/);
  const safe = parts.map((part, index) => (index % 2 === 1 ? part : printableLines(part)));
  process.stdout.write(`${safe.join("")}\n`);
}

export function printError(text: string): void {
  process.stderr.write(`${printableLines(text)}\n`);
}

/** JSON for a terminal, a log or a file: the same values, with what could steer as `\u` escapes. */
export function json(value: unknown): string {
  return printableLines(JSON.stringify(value, undefined, 2));
}

/** Lines with their columns under one another; the cells can hold anything. */
export function table(texts: readonly (readonly string[])[], indent = ""): string[] {
  const rows = texts.map((row) => row.map(printable));
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, text] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, text.length);
  }
  return rows.map((row) =>
    `${indent}${row.map((text, column) => text.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd(),
  );
}
