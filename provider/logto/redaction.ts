/** Takes secrets out of text that servers and proxies may have put them into, however they spell them there. Pure. */

export type Redact = (text: string) => string;

const placeholder = "[secret]";
/** A shorter one is too likely to be part of a word: it is taken out only where it stands by itself. */
const minLength = 4;

/** @param secrets in clear; empty ones are ignored */
export function redactor(secrets: readonly string[]): Redact {
  let patterns: RegExp[] | undefined;
  return (text) => {
    // Made at the first error: most requests have none.
    patterns ??= [...new Set(secrets)]
      .filter((secret) => secret !== "")
      // One secret can be part of another.
      .sort((a, b) => b.length - a.length)
      .map(patternOf);
    return patterns.reduce((safe, pattern) => safe.replaceAll(pattern, placeholder), text);
  };
}

function patternOf(secret: string): RegExp {
  const inJson = (text: string) => JSON.stringify(text).slice(1, -1);
  // As it is, in JSON, and in JSON that is itself a string of JSON.
  const texts = new Set([secret, inJson(secret), inJson(inJson(secret))]);
  const spellings = [...texts].map((text) => Array.from(text, characterPattern).join(""));
  if (secret.length >= minLength) {
    return new RegExp([...spellings, ...base64Cores(secret).map(base64Pattern)].join("|"), "gu");
  }
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${spellings.join("|")})(?![\\p{L}\\p{N}])`, "gu");
}

const named: Readonly<Record<string, string>> = {
  "&": "amp",
  "<": "lt",
  ">": "gt",
  '"': "quot",
  "'": "apos",
};

/**
 * A character as it is, escaped in JSON, percent-encoded (once or twice), as a plus sign in a form, or as an HTML entity.
 * Each alternative begins otherwise or has a fixed length, so that matching takes no more than linear time.
 */
function characterPattern(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  return anyOf([
    literal(character),
    units.map((unit) => `\\\\{1,4}u${anyCase(unit.toString(16).padStart(4, "0"))}`).join(""),
    percentEncoded(character),
    `&#(?:${code}|[xX]0{0,4}${anyCase(code.toString(16))});`,
    ...(character in named ? [`&${named[character] ?? ""};`] : []),
    ...(character === " " ? ["\\+"] : []),
    ...(character === "/" ? ["\\\\{1,4}/"] : []),
  ]);
}

/**
 * What base64 makes of a text wherever it stands in what is encoded, such as `user:password`: the characters that hold
 * nothing but bits of the text, for each of the three offsets.
 */
function base64Cores(text: string): string[] {
  const bytes = Buffer.from(text);
  return [0, 1, 2].map((offset) =>
    Buffer.concat([Buffer.alloc(offset), bytes])
      .toString("base64")
      .slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6)),
  );
}

/** In either alphabet, percent-encoded or not, with the partial character and the padding behind it. */
function base64Pattern(core: string): string {
  const characters = Array.from(core, (character) => {
    if (character === "+") return anyOf(["[+-]", percentEncoded("+")]);
    if (character === "/") return anyOf(["[/_]", "\\\\{1,4}/", percentEncoded("/")]);
    return literal(character);
  });
  return `${characters.join("")}(?:[\\w+/-]?(?:=|%3[dD]){1,2})?`;
}

function percentEncoded(character: string): string {
  return Array.from(
    Buffer.from(character),
    (byte) => `%(?:25)?${anyCase(byte.toString(16).padStart(2, "0"))}`,
  ).join("");
}

function literal(character: string): string {
  return /[A-Za-z0-9]/.test(character) ? character : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

function anyCase(hexadecimal: string): string {
  return hexadecimal.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

function anyOf(alternatives: readonly string[]): string {
  return `(?:${alternatives.join("|")})`;
}
