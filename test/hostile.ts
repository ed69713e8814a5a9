/** Names as an attacker would choose them, and what must be left of them nowhere. */

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
