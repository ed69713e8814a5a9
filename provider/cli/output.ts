/** Output to the terminal. Everything printed is escaped here by `printableLines`, whether or not it was before. */
import { printableLines } from "../untrustedText";
import { terminalOf } from "./terminal";
import { wrapped } from "./text";

export function print(text: string): void {
  process.stdout.write(`${printableLines(text)}\n`);
}

/** Prints text with the color codes of picocolors, the only control sequences that pass. */
export function printColored(text: string): void {
  const parts = text.split(/(\u001b\[\d{1,2}m)/);
  const safe = parts.map((part, index) => (index % 2 === 1 ? part : printableLines(part)));
  process.stdout.write(`${safe.join("")}\n`);
}

/** Prints a message of several sentences. In a terminal, its lines are broken between words. */
export async function printMessage(text: string): Promise<void> {
  printError(wrapped(text, await terminalOf(process.stderr)).join("\n"));
}

export function printError(text: string): void {
  process.stderr.write(`${printableLines(text)}\n`);
}
