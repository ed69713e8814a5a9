/** Names as an attacker would choose them, what must be left of them nowhere, and commands that meet them. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { launchLogtoSso, type Place } from "./runCli";
import type { Result } from "./engine";

export const hostileNames = [
  "\u001b[2J\u001b[31mred",
  "\u009b31m C1",
  "\u001b]8;;https://evil.example.com\u0007click\u001b]8;;\u0007",
  "\u001b]0;title\u001b\\",
  "first\n::error::second\r\n::set-output name=x::y",
  "::add-mask::a",
  "  ::warning file=x::y",
  "##[error]x",
  "a ##vso[task.setvariable variable=x]y",
  "##VSO[task.complete result=Succeeded;]",
  "exe.\u202egpj",
  "\u2066isolate\u2069",
  "line\u2028separator\u2029",
  "zero\u200bwidth\u200d\ufeff",
  "tag\u{e0041}\u{e007f}",
  "lone \ud800 surrogate",
  "back\bspace \u007f delete",
  "@everyone @acme/admins #1 GH-2 acme/repo#3",
  "https://evil.example.com www.evil.example.com mail@evil.example.com",
  '<img src=x onerror="alert(1)"> <!-- -->',
  "[click](https://evil.example.com) ![x](https://evil.example.com/x.png)",
  "\\[click\\](https://evil.example.com)",
  "`` ` ``` ``",
  "| a | b |",
  "]]> &lt; &#64;everyone",
  "${process.exit(1)} $(touch /tmp/x) `id` '; drop",
];

/** The lines of an output that could steer a terminal, or the log of a CI service. */
export function steersIn(output: string): string[] {
  return output
    .split("\n")
    .filter((line) => /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|##(?:vso)?\[|^\s*::/iu.test(line))
    .map((line) => JSON.stringify(line.slice(0, 200)));
}

/** A secret with all that a spelling can change, and how answers can repeat it. */
export const secret = 'canary "quoted" \\ $x/+=&%';
export const spellings = [
  secret,
  JSON.stringify(secret).slice(1, -1),
  encodeURIComponent(secret),
  new URLSearchParams({ s: secret }).toString().slice(2),
  Buffer.from(secret).toString("base64"),
  Buffer.from(`m2m:${encodeURIComponent(secret)}`).toString("base64"),
];

interface Measured extends Result {
  /** The most memory that the process took. */
  readonly mebibytes: number;
}

/** Runs a command, and reports the memory that its process used. */
export async function measured(place: Place, args: readonly string[]): Promise<Measured> {
  const probe = join(place.folder, "memory.cjs");
  writeFileSync(probe, tellMemory);
  const env = { NODE_OPTIONS: `--require ${probe}` };
  const result = await launchLogtoSso(place, args, { env }).result;
  const [whole = "", kibibytes] = /\npeak (\d+)/.exec(result.stderr) ?? [];
  return { ...result, stderr: result.stderr.replace(whole, ""), mebibytes: Number(kibibytes) / 1024 };
}

/** On Linux from /proc: what getrusage gives there begins with the memory of the parent process. */
const tellMemory = `const fs = require("node:fs");
process.on("exit", () => {
  const [, peak] = fs.existsSync("/proc/self/status")
    ? /VmHWM:\\s+(\\d+)/.exec(fs.readFileSync("/proc/self/status", "utf8"))
    : [, process.resourceUsage().maxRSS];
  fs.writeSync(2, "\\npeak " + peak);
});
`;

/** Nothing that a command printed steers a terminal or a CI log, or holds a secret. */
export function expectHarmless(output: string): void {
  expect(steersIn(output)).toEqual([]);
  expect(output).not.toMatch(/canary/i);
  for (const spelling of spellings) expect(output).not.toContain(spelling);
}
