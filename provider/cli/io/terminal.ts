/** The terminal that a command prints to, and text as it appears there. */

/** The size and the abilities of a terminal, by which text is laid out. */
export interface Terminal {
  /** How many columns it has; `undefined` for a file or a pipe, where lines are not broken. */
  readonly columns: number | undefined;
  readonly colors: boolean;
  /** How many columns a text takes: two for each ideograph and emoji, none for a combining mark. */
  readonly widthOf: (text: string) => number;
  /** Shortens a text to a number of columns. */
  readonly cut: (text: string, columns: number) => string;
}

type Stream = Partial<Pick<NodeJS.WriteStream, "isTTY" | "columns">>;

/** Returns the terminal that a stream is, if it is one. */
export function terminalOf(stream: Stream): Promise<Terminal> {
  const { isTTY = false, columns = 0 } = stream;
  // A terminal may not know its size.
  const width = columns > 0 ? columns : 80;
  return terminalWith(isTTY ? width : undefined, hasColors(isTTY, process.env));
}

/** @param columns `undefined` for a file or a pipe */
export async function terminalWith(columns: number | undefined, colors: boolean): Promise<Terminal> {
  const { default: measure } = await import("fast-string-truncated-width");
  // A terminal composes what is decomposed, such as the syllables of Korean file names on macOS.
  const composed = (text: string) => text.normalize("NFC");
  return {
    columns,
    colors,
    widthOf: (text) => measure(composed(text)).width,
    cut: (text, limit) => {
      const { truncated, index } = measure(composed(text), { limit, ellipsis: "…" });
      return truncated ? `${composed(text).slice(0, index)}…` : text;
    },
  };
}

/** Whether colors are printed, as in Node.js: `FORCE_COLOR` takes precedence over `NO_COLOR`, and that over what the stream is. */
function hasColors(isTerminal: boolean, { FORCE_COLOR, NO_COLOR = "", TERM }: NodeJS.ProcessEnv): boolean {
  if (FORCE_COLOR !== undefined) return !["0", "false"].includes(FORCE_COLOR);
  return NO_COLOR === "" && isTerminal && TERM !== "dumb";
}
