/** What a command says. */

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Other people's text for a terminal, which must not be steered by it. */
export function visible(text: string): string {
  return text.replace(/\p{Control}/gu, "\ufffd");
}

/** Lines with their columns under one another. */
export function table(texts: readonly (readonly string[])[], indent = ""): string[] {
  const rows = texts.map((row) => row.map(visible));
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, text] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, text.length);
  }
  return rows.map((row) =>
    `${indent}${row.map((text, column) => text.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd(),
  );
}
