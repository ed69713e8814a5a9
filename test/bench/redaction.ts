import { redactor } from "../../provider/logto/redaction";

/** The length of the shorter text of each pair, in characters. */
const shorter = 250_000;

/** The texts and secrets that take longest: a text of a length in characters, and a secret. */
const cases: Readonly<Record<string, (length: number) => readonly [text: string, secret: string]>> = {
  "a secret that nearly repeats itself": (length) => ["a".repeat(length), `${"a".repeat(2000)}b`],
  "a secret longer than the text": (length) => ["a".repeat(length), "a".repeat(2 * length)],
  base64: (length) => ["A".repeat(length), "\0".repeat(2000)],
  "escapes of JSON": (length) => ["\\".repeat(length), "\\".repeat(2000)],
  "escapes in escapes": (length) => ["%25\\u0026amp;".repeat(length / 13), "%25\\u0026amp;".repeat(100)],
  "an error without a secret": (length) => ["The name is in use. ".repeat(length / 20), "canary".repeat(100)],
};

/** How much CPU time the removal of a secret from a text takes, and how many times as long from one of four times the length. */
export function redactionTimes(): { what: string; ms: number; ratio: number }[] {
  return Object.entries(cases).map(([what, make]) => {
    const [short, long] = [fastest(make(shorter)), fastest(make(4 * shorter))];
    return { what, ms: short, ratio: long / short };
  });
}

/** Returns the least CPU time of seven, in ms: others include the garbage collection. */
function fastest([text, secret]: readonly [text: string, secret: string]): number {
  const times = Array.from({ length: 7 }, () => {
    const start = process.cpuUsage();
    redactor([secret])(text);
    return process.cpuUsage(start).user / 1000;
  });
  return Math.min(...times);
}
