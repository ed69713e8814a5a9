/** Text that the commands print. Pure. */
import type { ApiConnector } from "../connector/apiConnector";
import { printable, printableLines } from "../untrustedText";

/** JSON for a terminal, a log or a file: control characters in its values are `\u` escapes. */
export function json(value: unknown): string {
  return printableLines(JSON.stringify(value, undefined, 2));
}

/** Lines of aligned columns. The cells may contain anything. */
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

/** A count with its noun, such as `1 connector` or `2 connectors`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

type Listed = Pick<ApiConnector, "connectorName" | "id">;

/** The order in which connectors are listed. */
export function byName(a: Listed, b: Listed): number {
  return a.connectorName.localeCompare(b.connectorName, "en") || (a.id < b.id ? -1 : 1);
}
