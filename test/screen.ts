/** What a terminal shows, by a terminal emulator. */
import { Unicode11Addon } from "@xterm/addon-unicode11";
import { Terminal } from "@xterm/headless";

export interface Line {
  readonly text: string;
  /** Whether it is the rest of a line that did not fit. */
  readonly isRest: boolean;
  /** How many cells are before a text; `undefined` if the line does not contain it. */
  readonly cellsBefore: (text: string) => number | undefined;
}

/** Returns what a terminal shows after it has received an output. */
export async function screenOf(output: string, columns: number): Promise<Line[]> {
  const terminal = new Terminal({ cols: columns, rows: 1000, allowProposedApi: true });
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = "11";
  await new Promise<void>((resolve) => {
    terminal.write(output, resolve);
  });
  const { active } = terminal.buffer;
  const lines = Array.from({ length: active.baseY + active.cursorY + 1 }, (_, index) =>
    active.getLine(index),
  );
  return lines.flatMap((line) => {
    if (line === undefined) return [];
    const cells = Array.from({ length: columns }, (_, column) => line.getCell(column)?.getChars() ?? "");
    const text = line.translateToString(true);
    return {
      text,
      isRest: line.isWrapped,
      cellsBefore: (part: string) => {
        const before = text.split(part)[0] ?? "";
        if (before === text) return undefined;
        let characters = 0;
        return cells.findIndex((cell) => {
          const isThere = characters >= before.length;
          characters += cell === "" ? 0 : cell.length;
          return isThere;
        });
      },
    };
  });
}
