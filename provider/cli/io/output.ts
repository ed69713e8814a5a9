/** Output to the terminal. Everything printed is escaped here by `printableLines`, whether or not it was before. */
import { createColors } from "picocolors";
import { printableLines } from "../../untrustedText";
import { terminalOf } from "./terminal";
import { wrapped } from "./layout";

export function print(text: string): void {
  process.stdout.write(`${printableLines(text)}\n`);
}

/** Prints workflow commands of GitHub that make annotations: of these, the colons at the beginning stay. */
export function printAnnotations(text: string): void {
  const lines = text.split("\n").map((line) => {
    const [begin] = /^::(?:error|warning|notice) [^:]*::/.exec(line) ?? [""];
    return begin + printableLines(line.slice(begin.length));
  });
  process.stdout.write(`${lines.join("\n")}\n`);
}

export function printColored(text: string): void {
  process.stdout.write(`${printableButColors(text)}\n`);
}

export function printError(text: string): void {
  process.stderr.write(`${printableLines(text)}\n`);
}

/** Prints an error or a warning of several sentences. In a terminal, its lines are broken between words. */
export async function printMessage(kind: "error" | "warning", text: string): Promise<void> {
  const terminal = await terminalOf(process.stderr);
  const { red, yellow } = createColors(terminal.colors);
  const [first = "", ...rest] = wrapped(`${kind}: ${text}`, terminal);
  const lines = [first.replace(kind, kind === "error" ? red : yellow), ...rest];
  process.stderr.write(`${printableButColors(lines.join("\n"))}\n`);
}

/** Makes a text printable, but leaves the color codes of picocolors, the only control sequences that pass. */
function printableButColors(text: string): string {
  const parts = text.split(/(\u001b\[\d{1,2}m)/);
  return parts.map((part, index) => (index % 2 === 1 ? part : printableLines(part))).join("");
}
